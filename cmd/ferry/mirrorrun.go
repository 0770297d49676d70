package main

import (
	"context"
	"fmt"
	"slices"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/queue/mirror"
	"ferry/tui/figure"
)

// carryOut does what a plan says: folders, files, deletions; these only if all else went well.
func (m *mirroring) carryOut(ctx context.Context, plan mirror.Plan) error {
	if err := m.tooMany(plan, m.mostGone != defaultMostGone); err != nil {
		return err
	}
	if err := m.makeTarget(ctx); err != nil {
		return err
	}
	failed := 0
	tell := func(_ mirror.Step, err error) {
		if err != nil {
			failed++
			m.program.console.Complain(err)
		}
	}
	if err := plan.MakeFolders(ctx, m.to.Side, tell); err != nil {
		return err
	}
	requests, err := plan.Requests(m.from.Side, m.to.Side, m.fromTree)
	if err != nil {
		return err
	}
	m.report = newReport(&m.mover, slices.Concat(m.from.places, m.to.places))
	err = m.move(ctx, func(context.Context) {
		for _, r := range requests {
			m.how(&r)
			if _, err := m.queue.Add(r); err != nil {
				m.report.failed([2]string{r.FromDir, r.ToDir}, err)
			}
		}
	})
	gone, _ := plan.Count(mirror.Delete, mirror.RmDir)
	if err != nil || failed > 0 {
		if gone > 0 && ctx.Err() == nil {
			m.program.console.Warn("nothing was deleted, since not all could be copied")
		}
		return failedOr(err)
	}
	if err := plan.Remove(ctx, m.to.Side, m.toTree, tell); err != nil {
		return err
	}
	if n, _ := plan.Count(mirror.Blocked); failed > 0 || n > 0 {
		m.complainBlocked(plan)
		return &toldError{exitSome}
	}
	if gone > 0 {
		m.program.console.Say(fmt.Sprintf("%d deleted", gone))
	}
	return nil
}

func failedOr(err error) error {
	if err != nil {
		return err
	}
	return &toldError{exitSome}
}

// makeTarget makes the target folder, if it is not there.
func (m *mirroring) makeTarget(ctx context.Context) error {
	if !m.newTarget {
		return nil
	}
	return vfs.Do(ctx, m.to.FS, vfs.Transfer, func(s vfs.Session) error { return s.Mkdir(ctx, m.to.Root) })
}

func (m *mirroring) complainBlocked(plan mirror.Plan) {
	for _, s := range plan.Steps {
		if s.Op == mirror.Blocked {
			m.program.console.Complain(fmt.Errorf("%s is left alone: %s", s.Name, s.Why))
		}
	}
}

// show prints a plan: for people, or with --json as its file has it.
func (m *mirroring) show(plan mirror.Plan) error {
	out, _ := m.program.results()
	if m.program.flags.json {
		if err := mirror.Write(out, m.from.address, m.to.address, plan); err != nil {
			return outputFailure(err)
		}
		return outputFailure(out.Flush())
	}
	for _, s := range plan.Steps {
		size := ""
		if s.From != nil && s.From.Size >= 0 {
			size = figure.Size(s.From.Size)
		}
		name := termtext.DisplayName(s.Name)
		if s.Op == mirror.Make || s.Op == mirror.RmDir {
			name += "/"
		}
		if s.Why != "" {
			name += "  (" + s.Why + ")"
		}
		if _, err := fmt.Fprintf(out, "%-8s%6s  %s\n", s.Op, size, name); err != nil {
			return outputFailure(err)
		}
	}
	if err := out.Flush(); err != nil {
		return outputFailure(err)
	}
	m.program.console.Say(sumOf(plan))
	if err := m.tooMany(plan, m.mostGone != defaultMostGone); err != nil {
		m.program.console.Warn(err.Error())
	}
	return nil
}

// sumOf gives a plan in one line.
func sumOf(plan mirror.Plan) string {
	folders, _ := plan.Count(mirror.Make)
	fresh, octets := plan.Count(mirror.Copy)
	changed, more := plan.Count(mirror.Replace)
	gone, _ := plan.Count(mirror.Delete, mirror.RmDir)
	text := fmt.Sprintf("%s new, %d changed, %d to delete, %d the same; %s to copy",
		figure.Plural(fresh, "file"), changed, gone, plan.Same, figure.Size(octets+more))
	if folders > 0 {
		text += ", " + figure.Plural(folders, "folder") + " to make"
	}
	if blocked, _ := plan.Count(mirror.Blocked); blocked > 0 {
		text += fmt.Sprintf("; %d left alone", blocked)
	}
	return text
}
