package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/tui/figure"
)

// progressEvery is the least time between two progress events of a transfer in JSON.
const progressEvery = time.Second

// report tells how transfers fare: bars on a terminal, lines or JSON elsewhere. Its methods are safe for concurrent
// use.
type report struct {
	program *program
	name    func(id, path string) string // how a path is reported
	lines   bool                         // one line for each finished file
	bars    *bars                        // nil where there are none
	begun   time.Time
	rule    queue.Rule
	shared  bool // what commands left that died is in the queue, too

	mu          sync.Mutex
	out         *bufio.Writer
	failure     error                      // why standard output could not be written
	open        map[queue.ItemID]time.Time // items that were reported as started, and when of late
	verdict     verdict
	done        int
	lost        int // failed
	skipped     int
	interrupted int
	held        map[queue.ItemID]queue.Item // they wait for room on a full disk
	cut         bool                        // an interrupt came before all was found that there is to do
	octets      int64
	unkept      bool   // it was told that the journal cannot be written
	renewed     string // what was told of a new journal
}

func newReport(m *mover, targets []place) *report {
	p := m.program
	r := &report{
		program: p, name: names(targets), rule: m.rule.rule, begun: time.Now(), open: map[queue.ItemID]time.Time{},
		shared: m.part == queue.PartShared, held: map[queue.ItemID]queue.Item{},
	}
	r.out, _ = p.results()
	if p.bars && !p.flags.json && !p.flags.quiet {
		r.bars = newBars(p.console)
	}
	r.lines = !p.flags.json && !p.flags.quiet && (r.bars == nil || !p.stdoutIsTTY)
	return r
}

// news reports what the queue tells.
func (r *report) news(n queue.News) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, it := range n.Items {
		r.item(it)
	}
	r.journal(n.Totals)
	r.keep(r.out.Flush())
	if r.bars != nil {
		r.bars.show(n)
	}
}

// journal tells once how the journal fares.
func (r *report) journal(t queue.Totals) {
	console := r.program.console
	if t.Renewed != r.renewed {
		r.renewed = t.Renewed
		console.Warn(t.Renewed)
	}
	switch unkept := t.Unkept != nil; {
	case unkept && !r.unkept:
		console.Warn(t.Unkept.Error())
	case r.unkept && !unkept:
		console.Warn("the queue is kept again")
	}
	r.unkept = t.Unkept != nil
}

func (r *report) item(it queue.Item) {
	delete(r.held, it.ID)
	switch {
	case it.Elsewhere || it.State.Final() && it.Ended.Before(r.begun):
		// another ferry tells of it, or did
	case r.shared && it.State == queue.Cancelled && errors.Is(it.Reason, queue.ErrInterrupted):
		// a command did, which died; what this one is interrupted in goes back into the queue
	case it.State == queue.Paused && errors.Is(it.Reason, vfs.ErrNoSpace):
		r.held[it.ID] = it
	case it.State.Final():
		r.start(it)
		delete(r.open, it.ID)
		r.final(it)
	case it.State == queue.Running:
		r.start(it)
		if now := time.Now(); it.Moved > 0 && now.Sub(r.open[it.ID]) >= progressEvery {
			r.open[it.ID] = now
			r.record(it, "progress", nil)
		}
	}
}

// start reports the begin of a transfer once, however often it is tried.
func (r *report) start(it queue.Item) {
	if _, known := r.open[it.ID]; known || it.Tries == 0 {
		return
	}
	r.open[it.ID] = time.Now()
	if it.State.Final() {
		it.Moved = 0 // as it was when it started, unseen
	}
	r.record(it, "started", nil)
}

func (r *report) final(it queue.Item) {
	switch it.State {
	case queue.Done:
		r.done++
		r.octets += it.Moved
		r.verdict.add(nil)
		r.record(it, "done", nil)
		r.line(figure.Size(it.Moved), it, it.Note)
	case queue.Skipped:
		r.skipped++
		r.verdict.add(nil)
		r.record(it, "skipped", it.Reason)
		r.line("skipped", it, it.Reason.Error())
	case queue.Cancelled:
		r.interrupted++
		r.record(it, "failed", it.Reason)
	default:
		r.lost++
		r.verdict.add(it.Reason)
		r.record(it, "failed", it.Reason)
		r.program.console.Complain(it.Reason)
	}
}

// notBegun reports something that did not even become an item, because it failed or because of an interrupt.
func (r *report) notBegun(ctx context.Context, shown [2]string, err error) {
	if ctx.Err() == nil {
		r.failed(shown, err)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cut = true
}

// failed reports something that did not even become an item. shown is from and to.
func (r *report) failed(shown [2]string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lost++
	r.verdict.add(err)
	r.program.console.Complain(err)
	if r.program.flags.json {
		r.keep(writeRecord(r.out, transferRecord{
			Event: "failed", From: shown[0], To: shown[1], Error: oneLine(err.Error()),
		}))
	}
}

// giveUpHeld reports what still waits for room when the command ends.
func (r *report) giveUpHeld() {
	for _, id := range slices.Sorted(maps.Keys(r.held)) {
		it := r.held[id]
		r.lost++
		r.verdict.add(it.Reason)
		r.record(it, "failed", it.Reason)
	}
	if n := len(r.held); n > 0 {
		r.program.console.Complain(fmt.Errorf("%s not begun since there is no room; make some, then %s",
			figure.Plural(n, "transfer"), r.howToRetry()))
	}
}

// record writes an event, if JSON is wanted.
func (r *report) record(it queue.Item, event string, why error) {
	if !r.program.flags.json {
		return
	}
	rec := transferRecord{
		Event: event, From: r.name(it.FromID, it.From), To: r.name(it.ToID, it.To), Bytes: it.Moved,
	}
	if it.Size >= 0 {
		rec.Size = &it.Size
	}
	if event == "done" {
		rec.Proof = it.Proof.String()
	}
	if why != nil {
		rec.Error = oneLine(why.Error())
	}
	r.keep(writeRecord(r.out, rec))
}

// line writes one line for a finished file, if such lines are wanted.
func (r *report) line(head string, it queue.Item, why string) {
	if !r.lines {
		return
	}
	text := termtext.PadLeft(head, 7) + "  " + termtext.DisplayName(it.Name)
	if why != "" {
		text += ": " + termtext.Display(oneLine(why))
	}
	_, err := io.WriteString(r.out, text+"\n")
	r.keep(outputFailure(err))
}

// keep remembers the first failure of standard output.
func (r *report) keep(err error) {
	if r.failure == nil {
		r.failure = outputFailure(err)
	}
}

// end closes the report and gives what the command ends with.
func (r *report) end(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.bars != nil {
		r.bars.end()
	}
	r.giveUpHeld()
	seconds := time.Since(r.begun).Seconds()
	if r.program.flags.json {
		r.keep(writeRecord(r.out, summaryRecord{
			Event: "summary", Done: r.done, Failed: r.lost + r.interrupted, Skipped: r.skipped, Bytes: r.octets,
			Seconds: math.Round(seconds*1000) / 1000,
		}))
	}
	r.keep(r.out.Flush())
	r.sumUp(seconds)
	switch {
	case r.failure != nil:
		return r.failure
	case r.cut || r.interrupted > 0 || ctx.Err() != nil && !errors.Is(r.told(), nil):
		return &toldError{exitInterrupted}
	}
	return r.told()
}

func (r *report) told() error { return told(r.verdict.ofTransfers()) }

// howToGoOn names the command that does the rest.
func (r *report) howToGoOn() string {
	if r.rule == queue.RuleFail && r.done > 0 {
		return "the same command with --on-conflict skip goes on"
	}
	return "the same command goes on"
}

// howToRetry names the command that goes on with what failed or is held.
func (r *report) howToRetry() string {
	if r.unkept {
		return r.howToGoOn()
	}
	return "'ferry queue retry' and 'ferry queue run' go on with them"
}

// sumUp tells people the whole where single lines do not, and what failed where much went well.
func (r *report) sumUp(seconds float64) {
	console := r.program.console
	all := r.done + r.lost + r.skipped + r.interrupted
	switch {
	case r.interrupted > 0:
		console.Warn(fmt.Sprintf("interrupted with %s to go; %s", figure.Plural(r.interrupted, "file"), r.howToGoOn()))
	case r.cut:
		console.Warn("interrupted; " + r.howToGoOn())
	case r.lost > 0 && all > 1:
		console.Complain(fmt.Errorf("%d of %s failed", r.lost, figure.Plural(all, "transfer")))
	}
	if r.bars != nil && r.done+r.skipped > 0 {
		text := fmt.Sprintf("%s, %s in %s", figure.Plural(r.done, "file"), figure.Size(r.octets),
			figure.Left(time.Duration(seconds*float64(time.Second))))
		if r.skipped > 0 {
			text += fmt.Sprintf(", %d skipped", r.skipped)
		}
		console.Say(text)
	}
}
