package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// mover is one run of get, put, or a command of the queue.
type mover struct {
	program   *program
	jobs      jobsFlag
	rule      ruleFlag
	recursive bool
	segments  segmentsFlag
	verify    verifyFlag
	keepMode  bool
	inPlace   bool
	filters   filterFlags
	filter    queue.Filter // what filters say

	part      queue.Part // in the queue that ferries share
	notBefore time.Time

	queue   *queue.Queue
	report  *report
	folders map[string]error // target folders that were looked at, and why one cannot be had
}

func (m *mover) register(cmd *cobra.Command) {
	m.jobs = defaultJobs
	if !m.rule.asks {
		m.part = queue.PartAlone
	}
	f := cmd.Flags()
	f.BoolVarP(&m.recursive, "recursive", "r", false, "copy folders with all that is in them")
	f.VarP(&m.jobs, "jobs", "j", "transfers at a time")
	f.Var(&m.rule, "on-conflict",
		"what to do with a target that exists: skip, overwrite, newer, size, resume, rename, fail")
	m.filters.register(f)
	m.registerHow(f)
}

// registerHow is for all commands that copy.
func (m *mover) registerHow(f *pflag.FlagSet) {
	f.Var(&m.verify, "verify", "compare hashes where both sides tell them: always, request (see queue verify), or never")
	f.BoolVar(&m.keepMode, "keep-mode", false, "give files the permissions of their sources")
	f.BoolVar(&m.inPlace, "in-place", false,
		"write files on servers under their final names at once: quicker, and half a file if it breaks")
}

// how sets what flags, settings and sites say about how a request's files are copied.
func (m *mover) how(r *queue.Request) {
	r.Verify, r.KeepMode, r.InPlace, r.Segments = m.verify.verify, m.keepMode, m.inPlace, int(m.segments)
	m.program.shape(r)
}

// registerSegments is for commands that fetch.
func (m *mover) registerSegments(cmd *cobra.Command) {
	cmd.Flags().Var(&m.segments, "segments",
		"connections for one large file that is fetched: auto (more where that is faster), off, or a number")
}

// move runs a queue for what add puts into it. add runs beside the transfers.
func (m *mover) move(ctx context.Context, add func(ctx context.Context)) error {
	options := queue.Options{Workers: m.workers(), Retries: m.program.retries()}
	if m.report.bars != nil {
		options.Interval = redrawEvery
	}
	options.Part, options.Open = m.part, m.program.openShore
	if m.part == queue.PartAlone {
		options.Journal = m.program.tryJournal(ctx)
	} else {
		j, err := m.program.openJournal(ctx, true)
		if err != nil {
			return err
		}
		options.Journal = j
	}
	defer m.program.closeJournal(options.Journal)
	m.queue = queue.New(options)
	m.program.siteRules.govern(m.queue, m.program.flags.limitRate.speed(), int(m.jobs), 0)
	var ended sync.WaitGroup
	ended.Go(func() { _ = m.queue.Run(ctx) }) // its error is the cause of ctx
	ended.Go(func() {
		add(ctx)
		m.queue.Close()
	})
	m.follow(ctx)
	ended.Wait()
	if ctx.Err() != nil && m.part == queue.PartShared {
		m.program.console.Warn("interrupted; the queue keeps what is left")
		return &toldError{exitInterrupted}
	}
	left := m.leftOver(ctx, options.Journal)
	if err := m.report.end(ctx); err != nil {
		return err
	}
	return left
}

// workers is as many as -j says, or as the saved sites want.
func (m *mover) workers() int {
	if m.program.saidHere("jobs") {
		return int(m.jobs)
	}
	saved, _ := m.program.saved() // without them the default holds
	return mostParallel(saved, int(m.jobs))
}

// follow reports news until the queue has ended; also after an interrupt, so that the end of each item is told.
func (m *mover) follow(ctx context.Context) {
	for {
		news, err := m.queue.Next(context.WithoutCancel(ctx))
		if errors.Is(err, queue.ErrClosed) {
			return
		}
		m.report.news(news)
	}
}

// job is one thing that a command line asks to copy.
type job struct {
	from, to vfs.FS
	path     string    // absolute
	entry    vfs.Entry // what is there
	contents bool      // a folder whose entries are copied, as it has no name of its own
	toDir    string    // absolute
	make     bool      // toDir is made if it is missing
	as       string    // its name there, "" for its own; not with contents
	shown    [2]string // from and to as they are reported where nothing could begin
}

// copy puts a job into the queue.
func (m *mover) copy(ctx context.Context, j job) {
	if err := m.add(ctx, j); err != nil {
		m.report.notBegun(ctx, j.shown, err)
	}
}

func (m *mover) add(ctx context.Context, j job) error {
	if j.entry.IsDir() && !m.recursive {
		return fmt.Errorf("cannot copy %s: it is a folder. -r copies folders", j.path)
	}
	if err := m.prepare(ctx, j); err != nil {
		return err
	}
	r := queue.Request{
		From: j.from, To: j.to, ToDir: j.toDir, Recursive: m.recursive, OnConflict: m.rule.rule,
		NotBefore: m.notBefore, Filter: m.filter, FollowLinks: m.filters.follow,
	}
	m.how(&r)
	r = m.program.siteRules.restrict(r)
	if r.KeepMode && !j.contents && !j.entry.ModeKnown {
		m.learnMode(ctx, &j)
	}
	if !j.contents {
		j.entry.Name = j.from.Base(j.path)
		r.FromDir, r.Sources = j.from.Parent(j.path), []queue.Source{{Entry: j.entry, As: j.as}}
		_, err := m.queue.Add(r)
		return err
	}
	entries, err := m.program.readFolder(ctx, j.from, j.path)
	if err != nil || len(entries) == 0 {
		return err
	}
	r.FromDir = j.path
	for _, e := range entries {
		r.Sources = append(r.Sources, queue.Source{Entry: e})
	}
	_, err = m.queue.Add(r)
	return err
}

// learnMode looks for permissions in the listing of the folder, for servers that tell them nowhere else. Where that
// fails they are not kept, as on servers that have none.
func (m *mover) learnMode(ctx context.Context, j *job) {
	entries, err := m.program.readFolder(ctx, j.from, j.from.Parent(j.path))
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.Name == j.from.Base(j.path) && e.Type == j.entry.Type && e.ModeKnown {
			j.entry.Mode, j.entry.ModeKnown = e.Mode, true
		}
	}
}

// prepare makes the folder that a command line named as the place for things, before several of them need it.
func (m *mover) prepare(ctx context.Context, j job) error {
	err, known := m.folders[j.toDir]
	if known || !j.make {
		return err
	}
	err = vfs.Do(ctx, j.to, vfs.Browse, func(s vfs.Session) error {
		e, err := s.Stat(ctx, j.toDir)
		switch {
		case err != nil && !isUnreachable(err) && ctx.Err() == nil:
			return s.Mkdir(ctx, j.toDir)
		case err != nil || e.IsDir() || e.Type == vfs.Link:
			return err
		}
		return fmt.Errorf("cannot copy into %s: it is no folder", j.toDir)
	})
	if m.folders == nil {
		m.folders = map[string]error{}
	}
	m.folders[j.toDir] = err
	return err
}

// names tells how the shores' paths are reported.
func names(targets []place) func(id, path string) string {
	accounts := map[string]account{}
	for _, at := range targets {
		accounts[at.client.ID()] = at.target.account
	}
	return func(id, path string) string {
		if a, found := accounts[id]; found && id != localfs.ID {
			return a.url(path)
		}
		return path
	}
}

const defaultJobs = 4

// jobsFlag is a pflag.Value: 1 to mostJobs.
type jobsFlag int

func (*jobsFlag) Type() string     { return "N" }
func (j *jobsFlag) String() string { return strconv.Itoa(int(*j)) }

func (j *jobsFlag) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > mostJobs {
		return fmt.Errorf("%q is no number from 1 to %d", s, mostJobs)
	}
	*j = jobsFlag(n)
	return nil
}

// ruleFlag is a pflag.Value; the zero value is the shell's default.
type ruleFlag struct {
	rule queue.Rule
	asks bool // somebody can be asked, later
}

func (*ruleFlag) Type() string     { return "RULE" }
func (r *ruleFlag) String() string { return r.rule.String() }

func (r *ruleFlag) Set(s string) (err error) {
	if r.rule, err = queue.ParseRule(s); r.rule == queue.RuleAsk && !r.asks {
		return errors.New("nobody can be asked here; skip, overwrite, newer, size, resume, rename and fail ask nobody")
	}
	return err
}

// verifyFlag is a pflag.Value; the zero value is "request".
type verifyFlag struct{ verify queue.Verify }

func (*verifyFlag) Type() string { return "WHEN" }

func (v *verifyFlag) String() string { return strings.TrimPrefix(v.verify.String(), "on-") }

func (v *verifyFlag) Set(s string) error {
	for _, verify := range []queue.Verify{queue.VerifyOnRequest, queue.VerifyAlways, queue.VerifyNever} {
		if one := (verifyFlag{verify}); s == one.String() {
			*v = one
			return nil
		}
	}
	return fmt.Errorf("%q is none of always, request, never", s)
}

// segmentsFlag is a pflag.Value: "auto", "off", or 1 to mostJobs.
type segmentsFlag int

func (*segmentsFlag) Type() string { return "N" }

func (s *segmentsFlag) String() string {
	switch *s {
	case queue.SegmentsAuto:
		return "auto"
	case 0:
		return "off"
	}
	return strconv.Itoa(int(*s))
}

func (s *segmentsFlag) Set(text string) error {
	n, err := strconv.Atoi(text)
	switch {
	case text == "auto":
		n = queue.SegmentsAuto
	case text == "off":
		n = 0
	case err != nil || n < 1 || n > mostJobs:
		return fmt.Errorf("%q is neither auto nor off nor a number from 1 to %d", text, mostJobs)
	}
	*s = segmentsFlag(n)
	return nil
}
