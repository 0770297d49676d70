package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ferry/internal/doctor"
	"ferry/tui/figure"
	"ferry/tui/prose"

	"github.com/spf13/cobra"
)

const doctorHelp = `Examines the way to a server and the server itself, and says of each thing what was found, what that
means, and what to set: name, addresses, TLS, certificate, login, features, every kind of data
connection over IPv4 and IPv6, listings, resuming, hashes, speed, and how many connections it allows.

It makes about a dozen connections one after the other, five at once at most, reads one file of the
folder for a few seconds at most, and writes nothing. With --write it also uploads a small file of its
own, renames and removes it.

The page can be shown to anybody: names, addresses and the user are masked unless --unmasked is given,
and there is never a password on it. Read over what the server says in its own words, such as its greeting.

Exit codes: 0 when a folder could be read, else as for the other commands: 3 no connection, 4 login
refused, 5 TLS or certificate refused, 6 the server refused, 130 interrupted (what was found stands).`

func newDoctor(p *program) *cobra.Command {
	x := examiner{program: p}
	cmd := &cobra.Command{
		Use: "doctor TARGET", Short: "Find out what works with a server, what does not, and why",
		Long: doctorHelp, Args: cobra.ExactArgs(1),
		Example: "  ferry doctor ftp://alice@ftp.example.org\n  ferry doctor --json ftp://ftp.example.org/pub | jq .verdict",
		RunE:    func(cmd *cobra.Command, args []string) error { return x.run(cmd.Context(), args[0]) },
	}
	x.flags(cmd)
	return cmd
}

func (x *examiner) flags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&x.write, "write", false, "also try uploading and renaming, on a file of its own that it removes")
	cmd.Flags().BoolVar(&x.unmasked, "unmasked", false, "show names, addresses and the user")
	cmd.Flags().DurationVar(&x.deadline, "deadline", doctor.DefaultLimit, "longest time for all together")
}

// examiner is one run of doctor.
type examiner struct {
	program         *program
	write, unmasked bool
	deadline        time.Duration

	out    *bufio.Writer
	mask   doctor.Mask
	counts map[doctor.Verdict]int
	failed error // of standard output
}

func (x *examiner) run(ctx context.Context, arg string) error {
	p := x.program
	t, err := p.target(arg)
	if err != nil {
		return err
	}
	if x.deadline <= 0 {
		return usagef("--deadline: a time such as 30s or 2m is wanted")
	}
	cfg, err := p.examination(ctx, t)
	if err != nil {
		return err
	}
	cfg.Write, cfg.Limit = x.write, x.deadline
	x.mask, x.counts = doctor.NewMask(cfg.Server), map[doctor.Verdict]int{}
	out, flush := p.results()
	x.out = out
	err = doctor.Run(ctx, cfg, x.show)
	p.console.Bars(nil)
	x.summary(ctx)
	if failed := errors.Join(x.failed, flush()); failed != nil {
		return failed
	}
	if err == nil || ctx.Err() != nil {
		return err
	}
	return told(exitCode(err))
}

// examination says what is to be looked at where a target is.
func (p *program) examination(ctx context.Context, t target) (doctor.Config, error) {
	secret, err := p.secret(ctx, t)
	chosen := p.siteOf(t.account).Profile
	server := p.shores.config(t, secret)
	server.AskPassword = nil // that it is refused is what is to be found
	return doctor.Config{
		Server: server, Dir: t.path,
		Profile: func(greeting, system string) (name, remark string) {
			kind, _ := p.kindOf(chosen, greeting, func() string { return system })
			return kind.Name, kind.Notes
		},
	}, err
}

// show tells what is being tried on a terminal, and what was found as it comes.
func (x *examiner) show(f doctor.Finding) {
	p := x.program
	if f.Verdict == doctor.Trying {
		if p.bars && !p.flags.quiet {
			p.console.Bars([]string{"  …   " + f.Title})
		}
		return
	}
	p.console.Bars(nil)
	x.counts[f.Verdict]++
	if !x.unmasked {
		f = x.mask.Finding(f)
	}
	if p.flags.json {
		x.keep(writeRecord(x.out, newFindingRecord(f)))
	} else {
		_, err := x.out.WriteString(findingText(f))
		x.keep(err)
	}
	x.keep(x.out.Flush())
}

func (x *examiner) keep(err error) {
	if x.failed == nil && err != nil {
		x.failed = outputFailure(err)
	}
}

func (x *examiner) summary(ctx context.Context) {
	good, notes, bad := x.counts[doctor.Good], x.counts[doctor.Note], x.counts[doctor.Bad]
	if x.program.flags.json {
		x.keep(writeRecord(x.out, map[string]any{
			"event": "summary", "good": good, "notes": notes, "bad": bad, "complete": ctx.Err() == nil,
		}))
		return
	}
	remark := ""
	if !x.unmasked {
		remark = "Names, addresses and user are masked; --unmasked shows them."
	}
	_, err := x.out.WriteString(pageEnd(x.counts, remark))
	x.keep(err)
}

// pageEnd gives the last lines of a page.
func pageEnd(counts map[doctor.Verdict]int, remark string) string {
	notes := figure.Plural(counts[doctor.Note], "note")
	sums := fmt.Sprintf("\n%d good, %s, %d bad. %s", counts[doctor.Good], notes, counts[doctor.Bad], remark)
	return strings.TrimRight(sums, " ") + "\n" + thisBuild().String() + "\n"
}

// The columns of the page: a finding's words begin behind its verdict and title, and are broken into lines.
const (
	titleWidth = 28
	wordsWidth = 80
)

// findingText writes a finding for people: what was found, and below it what that means and what to set.
func findingText(f doctor.Finding) string {
	verdicts := map[doctor.Verdict]string{
		doctor.Good: "ok", doctor.Note: "note", doctor.Bad: "BAD", doctor.Skipped: "-",
	}
	found := f.Found
	if f.Took >= time.Millisecond && f.Verdict != doctor.Skipped {
		found += fmt.Sprintf(" (%v)", f.Took.Round(time.Millisecond))
	}
	var b strings.Builder
	head := fmt.Sprintf("  %-5s%-*s", verdicts[f.Verdict], titleWidth, f.Title)
	indent := strings.Repeat(" ", len(head))
	for _, text := range []string{found, f.Means, f.Set} {
		if text == "" {
			continue
		}
		for _, line := range prose.Wrap(prose.Safe(text), wordsWidth) {
			b.WriteString(head + line + "\n")
			head = indent
		}
	}
	return b.String()
}

// findingRecord is a finding in the shell contract.
type findingRecord struct {
	Event   string         `json:"event"` // finding
	Check   string         `json:"check"`
	Title   string         `json:"title"`
	Verdict string         `json:"verdict"` // good, note, bad or skipped
	Found   string         `json:"found"`
	Means   string         `json:"means,omitempty"`
	Set     string         `json:"set,omitempty"`
	Millis  float64        `json:"milliseconds,omitempty"`
	Facts   map[string]any `json:"facts,omitempty"`
}

func newFindingRecord(f doctor.Finding) findingRecord {
	return findingRecord{
		Event: "finding", Check: f.Check, Title: f.Title, Verdict: string(f.Verdict), Found: f.Found, Means: f.Means,
		Set: f.Set, Millis: float64(f.Took.Microseconds()) / 1000, Facts: f.Facts,
	}
}
