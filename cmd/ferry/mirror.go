package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/queue/mirror"

	"github.com/spf13/cobra"
)

// mirroring is one run of mirror or apply.
type mirroring struct {
	mover
	dryRun    bool
	delete    bool
	mostGone  int
	checksum  bool
	plan      string
	from, to  side
	fromTree  *mirror.Tree
	toTree    *mirror.Tree
	newTarget bool // the target folder is not there yet
}

// defaultMostGone is how many deletions need no further word.
const defaultMostGone = 100

func newMirror(p *program) *cobra.Command {
	m := &mirroring{mover: mover{program: p, part: queue.PartAlone}}
	cmd := &cobra.Command{
		Use: "mirror FROM TO", Short: "Make a folder like another one", Args: cobra.ExactArgs(2),
		Long: "Copy to TO what FROM has and TO has not, or has older or of another size. FROM and TO are folders: one\n" +
			"here, one on a server, or both on servers. With --delete what FROM has not is deleted at TO, but only if all of\n" +
			"FROM could be listed. --dry-run shows what would be done; --plan writes it into a file for ferry apply.",
		Example: "  ferry mirror --dry-run site/ ftp://alice@ftp.example.org/www\n" +
			"  ferry mirror --delete --exclude '*.bak' ftp://ftp.example.org/pub/docs docs",
		RunE: func(cmd *cobra.Command, args []string) error { return m.mirror(cmd.Context(), args[0], args[1]) },
	}
	f := cmd.Flags()
	m.jobs, m.rule.rule = defaultJobs, queue.RuleOverwrite
	f.VarP(&m.jobs, "jobs", "j", "transfers and listings at a time")
	f.BoolVar(&m.dryRun, "dry-run", false, "show what would be done, and do nothing")
	f.BoolVar(&m.delete, "delete", false, "delete at TO what FROM has not")
	f.IntVar(&m.mostGone, "max-delete", defaultMostGone, "delete no more than N; also needed to delete all there are")
	f.BoolVar(&m.checksum, "checksum", false, "compare files of one size by a hash of their content, not by time")
	f.StringVar(&m.plan, "plan", "", "write the plan to a FILE for ferry apply, and do nothing else")
	m.filters.register(f)
	m.registerHow(f)
	return cmd
}

func newApply(p *program) *cobra.Command {
	m := &mirroring{mover: mover{program: p, part: queue.PartAlone}}
	cmd := &cobra.Command{
		Use: "apply PLAN", Short: "Carry out a plan of ferry mirror", Args: cobra.ExactArgs(1),
		Long: "Carry out a plan that ferry mirror --plan has written. All that it names is looked at again; what has\n" +
			"changed since then is told and left alone. Lines may be taken out of the file before.",
		Example: "  ferry mirror --plan site.plan site/ ftp://alice@ftp.example.org/www\n  ferry apply site.plan",
		RunE:    func(cmd *cobra.Command, args []string) error { return m.apply(cmd.Context(), args[0]) },
	}
	m.jobs, m.rule.rule = defaultJobs, queue.RuleOverwrite
	cmd.Flags().VarP(&m.jobs, "jobs", "j", "transfers and listings at a time")
	m.registerHow(cmd.Flags())
	return cmd
}

// side is FROM or TO.
type side struct {
	mirror.Side
	address string // as a plan names it
	places  []place
}

// openSide reads FROM or TO. A server is asked where its login folder is, if that matters.
func (m *mirroring) openSide(ctx context.Context, arg string) (side, error) {
	if _, _, isSite := cutSite(arg); !isSite && !strings.Contains(arg, "://") {
		path, err := filepath.Abs(arg)
		if err != nil {
			return side{}, localFailure("find the working folder", err)
		}
		return side{Side: mirror.Side{FS: m.program.shores.disk(), Root: path}, address: path}, nil
	}
	all, err := m.program.open(ctx, []string{arg})
	if err != nil {
		return side{}, err
	}
	at := &all[0]
	if err := at.locate(ctx); err != nil {
		return side{}, err
	}
	return side{Side: mirror.Side{FS: at.client, Root: at.path}, address: at.url(), places: all}, nil
}

func (m *mirroring) open(ctx context.Context, from, to string) (err error) {
	if m.from, err = m.openSide(ctx, from); err != nil {
		return err
	}
	m.to, err = m.openSide(ctx, to)
	return err
}

func (m *mirroring) mirror(ctx context.Context, from, to string) error {
	var err error
	if m.filter, err = m.filters.filter(time.Now()); err != nil {
		return err
	}
	if m.filters.follow {
		return usagef("--follow-links: mirror does not follow links yet")
	}
	if err := m.open(ctx, from, to); err != nil {
		return err
	}
	m.filter = m.program.siteRules.restrict(queue.Request{From: m.from.FS, To: m.to.FS, Filter: m.filter}).Filter
	if err := m.read(ctx); err != nil {
		return err
	}
	plan, err := m.compare(ctx)
	if err != nil {
		return err
	}
	switch {
	case m.plan != "":
		if err := m.writePlan(plan); err != nil {
			return err
		}
		return m.show(plan)
	case m.dryRun:
		return m.show(plan)
	}
	return m.carryOut(ctx, plan)
}

// read lists both sides at once, and spells names alike that are one at the target. A target that
// is not there is an empty one.
func (m *mirroring) read(ctx context.Context) error {
	var errs [2]error
	var both sync.WaitGroup
	both.Go(func() { m.fromTree, errs[0] = mirror.Read(ctx, m.from.Side, m.filter, int(m.jobs)) })
	both.Go(func() { m.toTree, errs[1] = mirror.Read(ctx, m.to.Side, m.filter, int(m.jobs)) })
	both.Wait()
	if errs[0] == nil && m.isMissing(ctx, errs[1]) {
		m.newTarget, errs[1], m.toTree.Holes = true, nil, nil
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	if err := mirror.Align(ctx, m.fromTree, m.to.Side, m.toTree); err != nil {
		return err
	}
	for _, tree := range []*mirror.Tree{m.fromTree, m.toTree} {
		for _, why := range tree.Holes {
			m.program.console.Complain(why)
		}
	}
	return nil
}

// isMissing reports whether the target could not be listed because it is not there. Servers say so in many words, so
// that what cannot even be looked at counts; if it is there after all, making it fails.
func (m *mirroring) isMissing(ctx context.Context, err error) bool {
	if err == nil || ctx.Err() != nil || vfs.Temporary(err) || isUnreachable(err) {
		return false
	}
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	gone := vfs.Do(ctx, m.to.FS, vfs.Browse, func(s vfs.Session) error {
		_, err := s.Stat(ctx, m.to.Root)
		return err
	})
	return errors.Is(gone, fs.ErrNotExist) || errors.Is(gone, vfs.ErrRefused)
}

func (m *mirroring) compare(ctx context.Context) (plan mirror.Plan, err error) {
	o := mirror.Options{Delete: m.delete}
	if !m.checksum {
		return mirror.Compare(m.fromTree, m.toTree, o)
	}
	err = vfs.Do(ctx, m.from.FS, vfs.Transfer, func(from vfs.Session) error {
		return vfs.Do(ctx, m.to.FS, vfs.Transfer, func(to vfs.Session) (err error) {
			o.Differs = mirror.ByHash(ctx, from, to)
			plan, err = mirror.Compare(m.fromTree, m.toTree, o)
			return err
		})
	})
	return plan, err
}

// tooMany refuses deletions that nobody may have meant.
func (m *mirroring) tooMany(plan mirror.Plan, explicit bool) error {
	gone, _ := plan.Count(mirror.Delete, mirror.RmDir)
	all := 0
	for _, n := range m.toTree.Nodes {
		if !n.Entry.IsDir() {
			all++
		}
	}
	files, _ := plan.Count(mirror.Delete)
	switch {
	case gone > m.mostGone:
		return usagef("this would delete %d of what is in %s, more than --max-delete %d allows; "+
			"--dry-run shows them, and --max-delete %d lets them go", gone, m.to.address, m.mostGone, gone)
	case files > 0 && files == all && !explicit:
		return usagef("this would delete all %d files in %s; if that is meant, say --max-delete %d",
			files, m.to.address, gone)
	}
	return nil
}

func (m *mirroring) writePlan(plan mirror.Plan) error {
	out, err := os.OpenFile(m.plan, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return localFailure("write the plan "+m.plan, err)
	}
	err = mirror.Write(out, m.from.address, m.to.address, plan)
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return localFailure("write the plan "+m.plan, err)
	}
	return nil
}

// apply carries out what still holds of a plan.
func (m *mirroring) apply(ctx context.Context, file string) error {
	in, err := os.Open(file)
	if err != nil {
		return localFailure("read the plan "+file, err)
	}
	defer func() { _ = in.Close() }()
	head, plan, err := mirror.ReadPlan(in)
	if err != nil {
		return usagef("cannot read the plan %s: %v", file, err)
	}
	if err := m.open(ctx, head.From, head.To); err != nil {
		return err
	}
	if err := m.read(ctx); err != nil {
		return err
	}
	holds, stale := plan.Stale(m.fromTree, m.toTree)
	for _, s := range stale {
		m.program.console.Complain(fmt.Errorf("%s is left alone: %s", s.Name, s.Why))
	}
	m.mostGone = len(plan.Steps) // who wrote or kept the plan has read it
	if err := m.carryOut(ctx, holds); err != nil || len(stale) == 0 {
		return err
	}
	return &toldError{exitSome}
}
