package mirror

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"ferry/internal/vfs"
	"ferry/queue"
)

// Requests gives what a queue has to copy: one request for each folder. The folders must have been made.
func (p Plan) Requests(from, to Side, source *Tree) ([]queue.Request, error) {
	var all []queue.Request
	at := map[string]int{}
	for _, s := range p.Steps {
		if s.Op != Copy && s.Op != Replace {
			continue
		}
		node := source.Nodes[s.Name]
		dir := parent(s.Name)
		i, begun := at[dir]
		if !begun {
			target, err := to.path(dir)
			if err != nil {
				return nil, err
			}
			i = len(all)
			at[dir] = i
			all = append(all, queue.Request{
				From: from.FS, To: to.FS, FromDir: from.FS.Parent(node.Path), ToDir: target,
				OnConflict: queue.RuleOverwrite,
			})
		}
		all[i].Sources = append(all[i].Sources, queue.Source{Entry: node.Entry})
	}
	return all, nil
}

// path gives where something is, or is to be, on its shore.
func (s Side) path(name string) (string, error) {
	path := s.Root
	for name != "" {
		var first string
		first, name, _ = strings.Cut(name, "/")
		wire, err := vfs.WireName(s.FS, first)
		if err == nil {
			err = s.FS.CheckName(wire)
		}
		if err != nil {
			return "", err
		}
		path = s.FS.Join(path, wire)
	}
	return path, nil
}

// Result tells how one step went.
type Result func(s Step, err error)

// MakeFolders makes the folders of the plan, each before those in it. One that is there already is as good.
func (p Plan) MakeFolders(ctx context.Context, to Side, tell Result) error {
	return p.each(ctx, to, tell, []Op{Make}, func(s vfs.Session, step Step) error {
		path, err := to.path(step.Name)
		if err != nil {
			return err
		}
		if err := s.Mkdir(ctx, path); err != nil {
			if e, serr := s.Stat(ctx, path); serr == nil && e.IsDir() {
				return nil
			}
			return err
		}
		return nil
	})
}

// Remove deletes what the plan deletes, as it was found in the target's tree. What is gone already is no failure, and a
// folder in which something is left stays.
func (p Plan) Remove(ctx context.Context, to Side, target *Tree, tell Result) error {
	return p.each(ctx, to, tell, []Op{Delete, RmDir}, func(s vfs.Session, step Step) error {
		remove := s.Remove
		if step.Op == RmDir {
			remove = s.RemoveDir
		}
		err := remove(ctx, target.Nodes[step.Name].Path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

// each does the steps of some kinds over one session, and tells how each went. Its error ends them all.
func (p Plan) each(ctx context.Context, at Side, tell Result, ops []Op, do func(vfs.Session, Step) error) error {
	if n, _ := p.Count(ops...); n == 0 {
		return nil
	}
	return vfs.Do(ctx, at.FS, vfs.Browse, func(s vfs.Session) error {
		for _, step := range p.Steps {
			if !slices.Contains(ops, step.Op) {
				continue
			}
			err := do(s, step)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			tell(step, err)
		}
		return nil
	})
}
