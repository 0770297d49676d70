package main

import (
	"context"
	"slices"
	"time"

	"ferry/internal/vfs"
)

// across copies from servers to a server, through this machine.
func (m *mover) across(ctx context.Context, from []string, to string) error {
	var err error
	if m.filter, err = m.filters.filter(time.Now()); err != nil {
		return err
	}
	targets, err := m.program.open(ctx, append(slices.Clone(from), to))
	if err != nil {
		return err
	}
	sources, at := targets[:len(from)], targets[len(from)]
	if err := at.locate(ctx); err != nil {
		return err
	}
	into, err := m.isFolderThere(ctx, at)
	if err != nil {
		return err
	}
	if !into && len(sources) > 1 {
		return severalNeedFolder(at)
	}
	m.report = newReport(m, targets)
	return m.move(ctx, func(ctx context.Context) {
		for _, source := range sources {
			m.acrossTarget(ctx, source, at, into)
		}
	})
}

func severalNeedFolder(at place) error {
	return usagef("%s is no folder; several files need one, with / at its end if it is to be made", at.url())
}

// acrossTarget finds what a source means and queues it.
func (m *mover) acrossTarget(ctx context.Context, source, at place, into bool) {
	found, err := m.program.find(ctx, source)
	if err == nil && len(found) > 1 && !into {
		err = severalNeedFolder(at)
	}
	if err != nil {
		m.report.notBegun(ctx, [2]string{source.url(), at.url()}, err)
		return
	}
	for _, one := range found {
		j, err := bring(ctx, one, at, into)
		if err != nil {
			m.report.notBegun(ctx, j.shown, err)
			continue
		}
		m.copy(ctx, j)
	}
}

// bring is the job that brings what is at one place of a server to another.
func bring(ctx context.Context, one, at place, into bool) (j job, err error) {
	j = job{
		from: one.client, to: at.client, path: one.path, entry: followed(ctx, one), toDir: at.path,
		contents: !one.target.named(), shown: [2]string{one.url(), at.url()},
	}
	switch {
	case j.contents:
		j.make = true
	case into:
		j.make = at.target.named()
		j.as, _, err = vfs.NameAt(one.client, at.client, one.client.Base(one.path))
	default:
		j.toDir, j.as = at.client.Parent(at.path), at.client.Base(at.path)
	}
	return j, err
}

// followed gives the entry of a place. A link was named, so it is followed: to a folder if it can be listed, else to a
// file.
func followed(ctx context.Context, at place) vfs.Entry {
	e := at.entry
	if e.Type != vfs.Link {
		return e
	}
	if e.Type, e.Size = vfs.File, vfs.SizeUnknown; isFolder(ctx, at.client, at.path) {
		e.Type = vfs.Dir
	}
	return e
}
