package main

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"strings"

	"ferry/internal/termtext"
	"ferry/internal/vfs"

	"github.com/spf13/cobra"
)

func newLs(p *program) *cobra.Command {
	l := lister{program: p}
	cmd := &cobra.Command{
		Use: "ls TARGET...", Short: "List files and folders on a server", Args: cobra.MinimumNArgs(1),
		Example: "  ferry ls -l ftp://ftp.example.org/pub/\n  ferry ls -R --json ftp://alice@ftp.example.org/www | jq .path",
		RunE:    func(cmd *cobra.Command, args []string) error { return l.run(cmd.Context(), args) },
	}
	cmd.Flags().BoolVarP(&l.recursive, "recursive", "R", false, "list the folders inside, too")
	cmd.Flags().BoolVarP(&l.all, "all", "a", false, "show names that begin with a dot")
	cmd.Flags().BoolVarP(&l.long, "long", "l", false, "show permissions, owner, size and time")
	return cmd
}

// lister is one run of ls.
type lister struct {
	program              *program
	recursive, all, long bool

	out    *bufio.Writer
	titled bool // folders are headed by their path
	begun  bool // something was printed before
}

func (l *lister) run(ctx context.Context, args []string) error {
	targets, err := l.program.open(ctx, args)
	if err != nil {
		return err
	}
	out, flush := l.program.results()
	l.out, l.titled = out, l.recursive || len(args) > 1
	err = l.program.each(ctx, targets, func(at place) error { return l.list(ctx, at) })
	if failed := flush(); failed != nil {
		return failed
	}
	return err
}

// list shows one target: files first, then what is in folders.
func (l *lister) list(ctx context.Context, at place) error {
	found, err := l.program.find(ctx, at)
	if err != nil {
		return err
	}
	var files, folders []place
	for _, at := range found {
		if at.entry.IsDir() || !l.long && at.entry.Type == vfs.Link && isFolder(ctx, at.client, at.path) {
			folders = append(folders, at)
		} else {
			files = append(files, at)
		}
	}
	l.titled = l.titled || len(found) > 1
	if err := l.files(files); err != nil {
		return err
	}
	var v verdict
	for _, at := range folders {
		err := l.folder(ctx, at)
		if ctx.Err() != nil {
			return err
		}
		l.program.note(&v, err)
	}
	return told(v.ofCommand())
}

// files shows places that are no folders.
func (l *lister) files(all []place) error {
	entries := make([]vfs.Entry, len(all))
	for i, at := range all {
		entries[i] = readable(at.client, at.entry)
		if l.program.flags.json {
			if err := writeRecord(l.out, newEntryRecord(vfs.DisplayName(at.client, at.path), entries[i])); err != nil {
				return err
			}
		}
	}
	return l.print(entries)
}

// folder shows what is in a folder, and below it if asked for.
func (l *lister) folder(ctx context.Context, at place) error {
	return vfs.Do(ctx, at.client, vfs.Browse, func(s vfs.Session) error {
		var v verdict
		err := vfs.Walk(ctx, at.client, s, at.path, func(f vfs.Folder) error {
			l.program.warnListing(f.Path, f.Report)
			if f.Err == nil || len(f.Entries) > 0 {
				if err := l.show(at, f); err != nil {
					return err
				}
			}
			if ctx.Err() == nil {
				l.program.note(&v, f.Err)
			}
			if !l.recursive {
				return fs.SkipDir
			}
			return nil
		})
		if err != nil && (ctx.Err() != nil || v.code == exitDone) {
			return err
		}
		return told(v.ofCommand())
	})
}

// show prints one folder's entries.
func (l *lister) show(at place, f vfs.Folder) error {
	sortByName(f.Entries)
	path := vfs.DisplayName(at.client, f.Path)
	var shown []vfs.Entry
	for _, e := range f.Entries {
		if l.all || !strings.HasPrefix(e.Name, ".") {
			shown = append(shown, readable(at.client, e))
		}
	}
	if l.program.flags.json {
		for _, e := range shown {
			if err := writeRecord(l.out, newEntryRecord(at.client.Join(path, e.Name), e)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := l.title(path); err != nil {
		return err
	}
	return l.print(shown)
}

// readable is an entry with its names in the charset of people.
func readable(f vfs.FS, e vfs.Entry) vfs.Entry {
	e.Name, e.Target = vfs.DisplayName(f, e.Name), vfs.DisplayName(f, e.Target)
	return e
}

// title heads a folder, where there may be several.
func (l *lister) title(path string) error {
	if !l.titled {
		return nil
	}
	head := termtext.Display(path) + ":\n"
	if l.begun {
		head = "\n" + head
	}
	l.begun = true
	_, err := l.out.WriteString(head)
	return outputFailure(err)
}

// print writes entries for people, unless JSON is wanted.
func (l *lister) print(entries []vfs.Entry) error {
	if l.program.flags.json || len(entries) == 0 {
		return nil
	}
	l.begun = true
	if l.long {
		return outputFailure(writeLong(l.out, entries))
	}
	for _, e := range entries {
		if _, err := fmt.Fprintln(l.out, termtext.DisplayName(e.Name)); err != nil {
			return outputFailure(err)
		}
	}
	return nil
}

// warnListing tells what a listing kept from being shown.
func (p *program) warnListing(folder string, r vfs.ListReport) {
	if r.Unread > 0 {
		p.console.Warn(fmt.Sprintf("%d lines of the listing of %s could not be read, the first is: %s",
			r.Unread, folder, strings.Join(r.Unreadable[:min(1, len(r.Unreadable))], "")))
	}
	if r.Note != "" {
		p.console.Warn("the server remarked on the listing of " + folder + ": " + r.Note)
	}
}
