// Package doctor examines the way to an FTP server and the server itself: what works, what does not and why, what that
// means, and what to set. It only looks, unless it is allowed to write; then it removes what it made.
//
// No password is ever part of a finding. Host, addresses and user are; see Mask for what is shown in public.
package doctor

import (
	"cmp"
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"ferry/ftpclient"
	"ferry/internal/vfs"
)

// Verdict says how a check ended.
type Verdict string

// The verdicts. Trying is told when a check begins, and followed by a Finding with one of the others.
const (
	Trying  Verdict = "trying"
	Good    Verdict = "good"
	Note    Verdict = "note"    // works, and there is something to know
	Bad     Verdict = "bad"     // does not work
	Skipped Verdict = "skipped" // was not tried; Found says why
)

// Finding is what one check found. Its texts hold bytes of the server and must be made visible before they reach a
// terminal.
type Finding struct {
	Check   string         // one word for machines: "resolve", "data", ...
	Title   string         // what was examined: "EPSV over IPv4"
	Verdict Verdict        //
	Found   string         // what was found, in words
	Means   string         // what that means; "" where Found says it
	Set     string         // what to set or do; "" for nothing
	Took    time.Duration  // 0 where no time matters
	Facts   map[string]any // the same for machines: strings, lists of strings, numbers, booleans

	foreign []string // the parts of the texts that are not our words, but the server's or the account's; see Mask
}

// quoting gives the finding with parts of its texts that are not our words.
func (f Finding) quoting(parts ...string) Finding {
	f.foreign = append(f.foreign, parts...)
	return f
}

// Config says what to examine, and how thoroughly.
type Config struct {
	Server ftpclient.Config
	Dir    string        // the folder to look at, relative to the login folder unless it begins with "/"
	Write  bool          // a scratch file may be made in Dir, to try uploading, renaming and the server's clock
	Limit  time.Duration // for all together; 0: DefaultLimit

	// Profile names the kind of server by its greeting and its answer to SYST, with a remark for people; nil: no
	// kinds are known.
	Profile func(greeting, system string) (name, remark string)
}

// Bounds of an examination.
const (
	DefaultLimit = 2 * time.Minute
	attemptLimit = 5 * time.Second // to make one data connection
	cleanUpLimit = 15 * time.Second
)

// exam is one examination. Its fields are filled in as it goes on.
type exam struct {
	Config
	tell func(Finding)

	families []family // by which the server can be reached
	features []string // as FEAT lists them
	main     *patient // logged in, for checks that need no connection of their own; closed while others have one
	session  vfs.Session
	entries  []vfs.Entry // of Dir
	works    []way       // data connections that came to be
}

// patient is a client under examination, with the story of its connections.
type patient struct {
	*ftpclient.Client
	log *log
}

// Run examines and reports each finding as it comes, from the goroutine that called it. The error is why no more could
// be examined, as a *vfs.Failure: nil when a login and a listing were possible; the cause of ctx when that ended.
func Run(ctx context.Context, cfg Config, report func(Finding)) error {
	outer := ctx
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(cfg.Limit, DefaultLimit))
	defer cancel()
	e := &exam{Config: cfg, tell: scrubbing(cfg.Server.Password, report)}
	if e.Server.Timeouts.Data == 0 {
		e.Server.Timeouts.Data = attemptLimit
	}
	err := e.run(ctx)
	if outer.Err() != nil {
		return context.Cause(outer)
	}
	if ctx.Err() != nil {
		e.tell(Finding{
			Check: "deadline", Title: "Time", Verdict: Bad, Found: "the time for the examination is up; the rest was not tried",
			Means: "The server is slow, or leaves commands unanswered.", Set: "A longer --deadline may tell more.",
		})
	}
	return err
}

// run does the checks in the order in which a connection is made.
func (e *exam) run(ctx context.Context) error {
	if err := e.reach(ctx); err != nil {
		return err
	}
	e.secure(ctx)
	if err := e.login(ctx); err != nil {
		return err
	}
	listed := e.list(ctx)
	e.leave() // before others come: some servers allow one connection
	e.data(ctx)
	e.listPlain(ctx)
	e.hashes()
	if len(e.works) == 0 {
		return listed
	}
	if err := e.comeBack(ctx); err != nil {
		return err
	}
	defer e.leave()
	for _, check := range []func(context.Context){e.resumption, e.restart, e.throughput, e.scratch, e.connections} {
		if ctx.Err() != nil {
			break
		}
		check(ctx)
	}
	return nil
}

// patient makes a client of its own for one check. Nothing is dialled.
func (e *exam) patient(cfg ftpclient.Config) *patient {
	l := &log{next: cfg.Trace}
	cfg.Trace, cfg.KeepAlive = l.trace, 0
	return &patient{ftpclient.New(cfg), l}
}

// try tells that a check begins, does it, and tells what it found, with the time it took unless it measured that.
func (e *exam) try(check, title string, do func() Finding) {
	e.tell(Finding{Check: check, Title: title, Verdict: Trying})
	begun := time.Now()
	f := do()
	f.Check, f.Title = check, title
	f.Took = cmp.Or(f.Took, time.Since(begun))
	e.tell(f)
}

// failed makes a finding of an error.
func failed(err error) Finding {
	f := Finding{Verdict: Bad, Found: words(err)}.quoting(words(err))
	var told *vfs.Failure
	if errors.As(err, &told) {
		f.Means = told.Hint
	}
	return f
}

// words gives what an error says without the step, which the finding's title tells.
func words(err error) string {
	var none *ftpclient.NoDataConnectionError
	var told *vfs.Failure
	switch {
	case errors.As(err, &none):
		return strings.Join(none.Tried, "; ")
	case errors.As(err, &told) && told.Said != "":
		return told.Said
	}
	return err.Error()
}

// scrubbing takes the password out of all texts, should a server repeat it.
func scrubbing(password string, report func(Finding)) func(Finding) {
	if len(password) < 4 || password == "anonymous@" {
		return report
	}
	scrub := strings.NewReplacer(password, "********")
	return func(f Finding) { report(f.mapped(scrub.Replace)) }
}

// mapped gives the finding with all its texts changed.
func (f Finding) mapped(change func(string) string) Finding {
	f.Found, f.Means, f.Set = change(f.Found), change(f.Means), change(f.Set)
	f.foreign = changed(f.foreign, change)
	facts := make(map[string]any, len(f.Facts))
	for key, value := range f.Facts {
		switch v := value.(type) {
		case string:
			facts[key] = change(v)
		case []string:
			facts[key] = changed(v, change)
		default:
			facts[key] = value
		}
	}
	f.Facts = facts
	return f
}

func changed(all []string, change func(string) string) []string {
	list := make([]string, len(all))
	for i := range all {
		list[i] = change(all[i])
	}
	return list
}

// dialer gives the way by which the configuration makes TCP connections.
func dialer(cfg ftpclient.Config) func(ctx context.Context, network, address string) (net.Conn, error) {
	if cfg.Dial != nil {
		return cfg.Dial
	}
	return (&net.Dialer{}).DialContext
}
