package main

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"ferry/ftpclient"
	"ferry/internal/vfs"
)

// place is a target with its server, and what turned out to be there.
type place struct {
	target target
	client *ftpclient.Client
	path   string // absolute, once it was located
	entry  vfs.Entry
}

// url gives the place as an address without a password.
func (at place) url() string {
	if at.path != "" {
		return at.target.url(at.path)
	}
	return at.target.account.String() + escapePath(at.target.path)
}

// target reads a URL under the flag --tls, or SITE:path.
func (p *program) target(arg string) (target, error) {
	if name, path, is := cutSite(arg); is {
		return p.siteTarget(name, path)
	}
	t, err := parseTarget(arg)
	return t.under(p.wire().tls.security), err
}

// open reads all targets of a command line before anything is done, and finds their passwords. Nothing is dialled.
func (p *program) open(ctx context.Context, args []string) ([]place, error) {
	all := make([]place, len(args))
	for i, arg := range args {
		t, err := p.target(arg)
		if err != nil {
			return nil, err
		}
		all[i].target = t
	}
	for i := range all {
		var err error
		if all[i].client, err = p.shores.open(ctx, all[i].target); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// openNamed is open for commands that need a name of its own in each URL.
func (p *program) openNamed(ctx context.Context, args []string) ([]place, error) {
	for _, arg := range args {
		if t, err := p.target(arg); err == nil && !t.named() {
			return nil, usagef("%s names no file and no folder below it", t.account)
		}
	}
	return p.open(ctx, args)
}

// locate finds the absolute path, and nothing about what is there.
func (at *place) locate(ctx context.Context) (err error) {
	at.path, err = at.target.resolve(ctx, at.client)
	return err
}

// stat asks what is at the place.
func (at *place) stat(ctx context.Context) error {
	return vfs.Do(ctx, at.client, vfs.Browse, func(s vfs.Session) (err error) {
		at.entry, err = s.Stat(ctx, at.path)
		return err
	})
}

// find looks what is at a place. Where nothing is there and its last element is a pattern, what that matches is found.
// A target that says itself that it is a folder is not looked at.
func (p *program) find(ctx context.Context, at place) ([]place, error) {
	if err := at.locate(ctx); err != nil {
		return nil, err
	}
	if at.target.folder {
		at.entry = vfs.Entry{Name: at.client.Base(at.path), Type: vfs.Dir, Size: vfs.SizeUnknown}
		return []place{at}, nil
	}
	err := at.stat(ctx)
	switch {
	case err == nil:
		return []place{at}, nil
	case at.target.pattern == "" || isUnreachable(err) || ctx.Err() != nil:
		return nil, err
	}
	return p.match(ctx, at, err)
}

// match finds what the pattern of a target matches, in the order of names. Names that begin with a dot need a pattern
// that does so, too. unmatched is the error where nothing matches.
func (p *program) match(ctx context.Context, at place, unmatched error) ([]place, error) {
	folder := at.client.Parent(at.path)
	entries, err := p.readFolder(ctx, at.client, folder)
	if err != nil {
		return nil, err
	}
	var found []place
	for _, e := range entries {
		hit, _ := path.Match(at.target.pattern, e.Name) // the pattern was tried when it was parsed
		if hit && (e.Name[0] != '.' || strings.HasPrefix(at.target.pattern, ".")) {
			found = append(found, place{at.target, at.client, at.client.Join(folder, e.Name), e})
		}
	}
	if len(found) == 0 {
		return nil, unmatched
	}
	return found, nil
}

// readFolder lists a folder in the order of names, and tells what could not be read of it.
func (p *program) readFolder(ctx context.Context, f vfs.FS, folder string) (entries []vfs.Entry, err error) {
	err = vfs.Do(ctx, f, vfs.Browse, func(s vfs.Session) (err error) {
		var report vfs.ListReport
		entries, report, err = vfs.ReadDir(ctx, s, folder)
		p.warnListing(folder, report)
		return err
	})
	sortByName(entries)
	return entries, err
}

func sortByName(entries []vfs.Entry) {
	slices.SortFunc(entries, func(a, b vfs.Entry) int { return strings.Compare(a.Name, b.Name) })
}

// lookUp finds an entry by the listing of the folder that holds it, which unlike stat tells links on every server. It
// falls back on stat for what servers hide from listings.
func (p *program) lookUp(ctx context.Context, at *place) error {
	entries, err := p.readFolder(ctx, at.client, at.client.Parent(at.path))
	if err != nil && isUnreachable(err) {
		return err
	}
	name := at.client.Base(at.path)
	if i := slices.IndexFunc(entries, func(e vfs.Entry) bool { return e.Name == name }); i >= 0 {
		at.entry = entries[i]
		return nil
	}
	return at.stat(ctx)
}

// isFolder reports whether something at the path can be listed; links to folders can.
func isFolder(ctx context.Context, f vfs.FS, folder string) bool {
	enough := errors.New("it can")
	err := vfs.Do(ctx, f, vfs.Browse, func(s vfs.Session) error {
		_, err := s.List(ctx, folder, func([]vfs.Entry) error { return enough })
		return err
	})
	return err == nil || errors.Is(err, enough)
}
