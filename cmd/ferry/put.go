package main

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"ferry/internal/vfs"

	"github.com/spf13/cobra"
)

func newPut(p *program) *cobra.Command {
	m := &mover{program: p}
	cmd := &cobra.Command{
		Use: "put PATH... TARGET", Short: "Copy files and folders to a server", Args: cobra.MinimumNArgs(2),
		Long: "Copy files and folders to a server: into TARGET if that is a folder there or ends in /, else under\n" +
			"its name. A file shows under its name only when it is whole. What a transfer that broke left is gone on with.",
		Example: "  ferry put index.html ftp://alice@ftp.example.org/www/\n" +
			"  ferry put -r -j 8 site ftp://alice@ftp.example.org/",
		RunE: func(cmd *cobra.Command, args []string) error {
			return m.put(cmd.Context(), args[:len(args)-1], args[len(args)-1])
		},
	}
	m.register(cmd)
	return cmd
}

func (m *mover) put(ctx context.Context, paths []string, arg string) error {
	var err error
	if m.filter, err = m.filters.filter(time.Now()); err != nil {
		return err
	}
	targets, err := m.program.open(ctx, []string{arg})
	if err != nil {
		return err
	}
	at := targets[0]
	if err := at.locate(ctx); err != nil {
		return err
	}
	into, err := m.isFolderThere(ctx, at)
	if err != nil {
		return err
	}
	if !into && len(paths) > 1 {
		return severalNeedFolder(at)
	}
	m.report = newReport(m, targets)
	return m.move(ctx, func(ctx context.Context) {
		for _, path := range paths {
			j, err := m.upload(ctx, path, at, into)
			if err != nil {
				m.report.failed(j.shown, err)
				continue
			}
			m.copy(ctx, j)
		}
	})
}

// isFolderThere reports whether things go into the target rather than get its name.
func (*mover) isFolderThere(ctx context.Context, at place) (bool, error) {
	if at.target.folder {
		return true, nil
	}
	err := at.stat(ctx)
	switch {
	case err == nil:
		return at.entry.IsDir() || at.entry.Type == vfs.Link && isFolder(ctx, at.client, at.path), nil
	case isUnreachable(err) || ctx.Err() != nil:
		return false, err
	}
	return false, nil
}

// upload looks at a local path. A link that is named is followed; those inside folders are not.
func (m *mover) upload(ctx context.Context, path string, at place, into bool) (job, error) {
	disk := m.program.shores.disk()
	j := job{from: disk, to: at.client, toDir: at.path, shown: [2]string{path, at.url()}}
	name := filepath.Base(filepath.Clean(path))
	j.contents = name == "." || name == ".." || name == string(filepath.Separator)
	full, err := filepath.Abs(path)
	if err != nil {
		return j, localFailure("find the working folder", err)
	}
	err = vfs.Do(ctx, disk, vfs.Browse, func(s vfs.Session) (err error) {
		j.path, j.entry, err = follow(ctx, s, full)
		return err
	})
	j.contents = j.contents && j.entry.IsDir()
	switch {
	case j.contents:
		j.make = true
	case into:
		j.make = at.target.named()
		if wire, _, failed := vfs.NameAt(disk, at.client, name); err == nil {
			j.as, err = wire, failed
		}
	default:
		j.toDir, j.as = at.client.Parent(at.path), at.client.Base(at.path)
	}
	if strings.HasSuffix(path, "/") && err == nil && !j.entry.IsDir() {
		err = &vfs.Failure{Step: "copy " + path, Said: "it is no folder", Kind: vfs.ErrRefused, Err: vfs.ErrDisk}
	}
	return j, err
}

// follow looks at a path, and where it is a link at what it points to.
func follow(ctx context.Context, s vfs.Session, path string) (string, vfs.Entry, error) {
	e, err := s.Stat(ctx, path)
	if err != nil || e.Type != vfs.Link {
		return path, e, err
	}
	end, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path, e, localFailure("follow the link "+path, err)
	}
	e, err = s.Stat(ctx, end)
	return end, e, err
}

// localFailure tells what the system says.
func localFailure(step string, err error) error {
	return &vfs.Failure{Step: step, Said: innermost(err), Kind: vfs.ErrDisk, Err: err}
}
