package tui

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
	"ferry/tui/dialog"
	"ferry/tui/figure"
)

// lacking is a side that knows which commands its server does not have.
type lacking interface{ Lacks(command string) bool }

const (
	kindFiles   = "files"
	kindFolders = "folders"
)

// chmod asks for the permissions of what is selected.
func (m *Model) chmod() tea.Cmd {
	at := m.here()
	entries := slices.DeleteFunc(m.active().Selection(), isLink)
	folders := slices.ContainsFunc(entries, vfs.Entry.IsDir)
	files := slices.ContainsFunc(entries, func(e vfs.Entry) bool { return !e.IsDir() })
	d := &dialog.Chmod{
		Theme: m.deps.Theme, Title: "Permissions of " + nameOrCount(at.fs, entries), Intro: m.in(at)[0],
		Main: kindFiles, Others: kindFolders, Mixed: files && folders, CanDeepen: folders,
	}
	if !files {
		d.Main, d.Others = kindFolders, kindFiles
	}
	d.Bits = commonBits(entries, files)
	d.Do = func(main, others dialog.Bits, deep bool) (string, tea.Cmd) {
		c := change{at: at, entries: entries, files: main, folders: others, deep: deep}
		if !files {
			c.files, c.folders = others, main
		}
		if why := c.unclear(); why != "" {
			return why, nil
		}
		return "", m.changeModes(c)
	}
	m.open(d)
	return nil
}

// notChangeable says why no permissions can be changed.
func (m *Model) notChangeable() string {
	at := m.here()
	if l, tells := at.fs.(lacking); tells && l.Lacks("SITE CHMOD") {
		return where(at.fs) + " cannot change permissions: it has no SITE CHMOD."
	}
	some := slices.ContainsFunc(m.active().Selection(), func(e vfs.Entry) bool { return !isLink(e) })
	nothing := "Nothing here has permissions: move to a file or folder, or mark some. Links have none."
	return cmp.Or(m.errandWhy(), unless(some, nothing))
}

// nameOrCount names one entry, or counts several.
func nameOrCount(f vfs.FS, entries []vfs.Entry) string {
	if len(entries) == 1 {
		return nameOf(f, entries[0])
	}
	return figure.Plural(len(entries), "item")
}

// commonBits gives the bits that all files have in common, or all folders; what differs stays.
func commonBits(entries []vfs.Entry, files bool) dialog.Bits {
	all := dialog.Bits{Set: fs.ModePerm, Clear: fs.ModePerm}
	for _, e := range entries {
		if e.IsDir() == files {
			continue
		}
		if !e.ModeKnown {
			return dialog.Bits{}
		}
		one := dialog.BitsOf(e.Mode)
		all.Set &= one.Set
		all.Clear &= one.Clear
	}
	return all
}

// change is what a person wants of permissions.
type change struct {
	at             place
	entries        []vfs.Entry
	files, folders dialog.Bits
	deep           bool
}

// bits gives what is for an entry.
func (c change) bits(e vfs.Entry) dialog.Bits {
	if e.IsDir() {
		return c.folders
	}
	return c.files
}

// unclear tells why bits cannot stay as they are: nobody knows how they are.
func (c change) unclear() string {
	for _, e := range c.entries {
		if !e.ModeKnown && !c.bits(e).All() {
			return "What they are now is not known: choose every box."
		}
	}
	return ""
}

// changeModes changes one entry after the other.
func (m *Model) changeModes(c change) tea.Cmd {
	e := &errand{
		at: []place{c.at}, title: "Changing permissions on " + where(c.at.fs),
		did: func(n int) string { return "permissions of " + figure.Plural(n, "item") + " changed" },
	}
	return m.run(e, func(ctx context.Context, s vfs.Session) error {
		for _, entry := range c.entries {
			if err := c.one(ctx, e, s, c.at.fs.Join(c.at.dir, entry.Name), entry, 0); err != nil {
				return err
			}
		}
		return nil
	})
}

// one changes an entry. What is in a folder comes first if the folder is to be closed to its owner, else the folder.
func (c change) one(ctx context.Context, e *errand, s vfs.Session, path string, entry vfs.Entry, depth int) error {
	if isLink(entry) {
		return nil
	}
	bits := c.bits(entry)
	self := func() error {
		if !entry.ModeKnown && !bits.All() {
			e.fail(&vfs.Failure{Step: "change the permissions of " + path, Said: "what they are is not known"})
			return nil
		}
		err := s.Chmod(ctx, path, bits.Of(entry.Mode))
		if errors.Is(err, vfs.ErrNotSupported) || !e.try(ctx, path, err) {
			return errors.Join(err, ctx.Err())
		}
		return nil
	}
	if !entry.IsDir() || !c.deep {
		return self()
	}
	const owner = 0o500
	closes := bits.Of(entry.Mode)&owner != owner
	if !closes {
		if err := self(); err != nil {
			return err
		}
	}
	if err := c.inside(ctx, e, s, path, depth); err != nil || !closes {
		return err
	}
	return self()
}

func (c change) inside(ctx context.Context, e *errand, s vfs.Session, dir string, depth int) error {
	if depth > vfs.MaxDepth {
		return nil
	}
	entries, _, err := vfs.ReadDir(ctx, s, dir)
	if err != nil {
		e.try(ctx, dir, err)
		return ctx.Err()
	}
	for _, entry := range entries {
		if err := c.one(ctx, e, s, c.at.fs.Join(dir, entry.Name), entry, depth+1); err != nil {
			return err
		}
	}
	return nil
}
