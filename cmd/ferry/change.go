package main

import (
	"context"
	"errors"
	"fmt"

	"ferry/internal/vfs"

	"github.com/spf13/cobra"
)

func newMkdir(p *program) *cobra.Command {
	var parents bool
	cmd := &cobra.Command{
		Use: "mkdir TARGET...", Short: "Make folders on a server", Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.change(cmd.Context(), args, func(ctx context.Context, s vfs.Session, at place) error {
				if parents {
					return makeAll(ctx, at.client, s, at.path)
				}
				return s.Mkdir(ctx, at.path)
			})
		},
	}
	cmd.Flags().BoolVarP(&parents, "parents", "p", false, "make folders above, too, and accept those that exist")
	return cmd
}

func newRm(p *program) *cobra.Command {
	var recursive bool
	cmd := &cobra.Command{
		Use: "rm TARGET...", Short: "Remove files, or folders with all that is in them, from a server",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.remove(cmd.Context(), args, recursive) },
	}
	cmd.Flags().BoolVarP(&recursive, "recursive", "r", false, "remove folders with all that is in them")
	return cmd
}

func newMv(p *program) *cobra.Command {
	return &cobra.Command{
		Use: "mv FROM TO", Short: "Rename or move a file or folder on a server", Args: cobra.ExactArgs(2),
		Long: "Rename or move a file or folder on a server. Both are targets of one account. If TO is a folder, FROM " +
			"goes into it.\nWhat exists is not replaced.",
		RunE: func(cmd *cobra.Command, args []string) error { return p.move(cmd.Context(), args[0], args[1]) },
	}
}

// change does work on each target by a session of its server.
func (p *program) change(
	ctx context.Context, args []string, work func(context.Context, vfs.Session, place) error,
) error {
	targets, err := p.openNamed(ctx, args)
	if err != nil {
		return err
	}
	return p.each(ctx, targets, func(at place) error {
		if err := at.locate(ctx); err != nil {
			return err
		}
		return vfs.Do(ctx, at.client, vfs.Browse, func(s vfs.Session) error { return work(ctx, s, at) })
	})
}

// makeAll makes a folder and those above it that are missing.
func makeAll(ctx context.Context, f vfs.FS, s vfs.Session, path string) error {
	refused := s.Mkdir(ctx, path)
	if refused == nil || isUnreachable(refused) || ctx.Err() != nil {
		return refused
	}
	// Asked afterwards: the usual case is one command, and what a refusal means cannot be told from its code.
	if e, err := s.Stat(ctx, path); err == nil {
		if e.IsDir() || e.Type == vfs.Link && isFolder(ctx, f, path) {
			return nil
		}
		return refused
	}
	parent := f.Parent(path)
	if parent == path {
		return refused
	}
	if err := makeAll(ctx, f, s, parent); err != nil {
		return err
	}
	return s.Mkdir(ctx, path)
}

func (p *program) remove(ctx context.Context, args []string, recursive bool) error {
	targets, err := p.openNamed(ctx, args)
	if err != nil {
		return err
	}
	return p.each(ctx, targets, func(at place) error {
		if err := at.locate(ctx); err != nil {
			return err
		}
		if err := mayGo(ctx, at); err != nil {
			return err
		}
		all := []place{at}
		if at.target.pattern != "" {
			found, err := p.find(ctx, at)
			if err != nil {
				return err
			}
			all = found
		}
		return p.each(ctx, all, func(at place) error { return p.removeOne(ctx, at, recursive) })
	})
}

// mayGo refuses what ".." in a path made of a target: the root, and whatever holds the login folder.
func mayGo(ctx context.Context, at place) error {
	home, err := at.client.Home(ctx)
	if err != nil {
		return err
	}
	for above := home; ; above = at.client.Parent(above) {
		if above == at.path {
			return usagef("%s is, or holds, the folder in which the login begins; it is not removed", at.url())
		}
		if above == at.client.Parent(above) {
			return nil
		}
	}
}

// removeOne removes a file or link, or a folder if that is asked for.
func (p *program) removeOne(ctx context.Context, at place, recursive bool) error {
	if !recursive {
		return p.removeFile(ctx, at)
	}
	if err := p.lookUp(ctx, &at); err != nil {
		return err
	}
	return vfs.Do(ctx, at.client, vfs.Browse, func(s vfs.Session) error {
		r := vfs.RemoveTree(ctx, at.client, s, at.path, at.entry, nil)
		var v verdict
		for _, err := range r.Errors {
			if ctx.Err() == nil {
				p.note(&v, err)
			}
		}
		if more := r.Failed - len(r.Errors); more > 0 {
			p.console.Complain(fmt.Errorf("%d more could not be removed", more))
		}
		return told(v.ofCommand())
	})
}

func (p *program) removeFile(ctx context.Context, at place) error {
	return vfs.Do(ctx, at.client, vfs.Browse, func(s vfs.Session) error {
		err := s.Remove(ctx, at.path)
		if err == nil || isUnreachable(err) || ctx.Err() != nil {
			return err
		}
		if e, failed := s.Stat(ctx, at.path); failed == nil && e.IsDir() {
			return &vfs.Failure{
				Step: "remove " + at.path, On: at.target.address(), Said: "it is a folder", Kind: vfs.ErrRefused, Err: err,
				Hint: "-r removes folders with all that is in them.",
			}
		}
		return err
	})
}

func (p *program) move(ctx context.Context, fromArg, toArg string) error {
	from, err := p.openNamed(ctx, []string{fromArg})
	if err != nil {
		return err
	}
	to, err := p.target(toArg)
	switch {
	case err != nil:
		return err
	case to.account != from[0].target.account:
		return usagef("mv works within one account, but %s and %s are two", from[0].target.account, to.account)
	}
	source, goal := from[0], place{target: to, client: from[0].client}
	for _, at := range []*place{&source, &goal} {
		if err := at.locate(ctx); err != nil {
			return err
		}
	}
	return vfs.Do(ctx, source.client, vfs.Browse, func(s vfs.Session) error {
		into, err := isGoal(ctx, s, goal)
		if err != nil {
			return err
		}
		if into && goal.path != source.path {
			goal.path = source.client.Join(goal.path, source.client.Base(source.path))
		}
		return s.Rename(ctx, source.path, goal.path)
	})
}

// isGoal reports whether what is moved goes into the folder at the place, instead of getting its name.
func isGoal(ctx context.Context, s vfs.Session, at place) (bool, error) {
	if at.target.folder {
		return true, nil
	}
	e, err := s.Stat(ctx, at.path)
	switch {
	case err == nil:
		return e.IsDir(), nil
	case isUnreachable(err) || errors.Is(err, context.Canceled):
		return false, err
	}
	return false, nil
}
