package tui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/queue"
	"ferry/queue/mirror"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// mirroring is one folder that is to become like another one.
type mirroring struct {
	from, to place
	gone     bool // what the source has not is deleted

	source, target *mirror.Tree
	plan           mirror.Plan
}

const mirrorSessions = 2 // that read each tree at once

// mirrorToOther compares the folder of the active pane with that of the other one, and shows what would make the other
// one like it.
func (m *Model) mirrorToOther() tea.Cmd {
	from, to := m.active(), m.other()
	return m.planMirror(&mirroring{
		from: place{from, from.FS(), from.Dir()}, to: place{to, to.FS(), to.Dir()},
	})
}

// notMirrorable says why the panes cannot be mirrored.
func (m *Model) notMirrorable() string {
	from, to := m.active(), m.other()
	switch {
	case m.errandWhy() != "":
		return m.errandWhy()
	case from.Dir() == "" || to.Dir() == "":
		return "Both panes must show a folder."
	case from.FS().ID() != to.FS().ID():
		return ""
	case from.Dir() == to.Dir():
		return "Both panes show the same folder."
	case within(to.FS(), to.Dir(), from.Dir()), within(to.FS(), from.Dir(), to.Dir()):
		return "One of the folders lies in the other one."
	}
	return ""
}

func (r *mirroring) sides() (from, to mirror.Side) {
	return mirror.Side{FS: r.from.fs, Root: r.from.dir}, mirror.Side{FS: r.to.fs, Root: r.to.dir}
}

// planMirror reads both trees and compares them.
func (m *Model) planMirror(r *mirroring) tea.Cmd {
	e := &errand{
		at: []place{r.to}, title: "Comparing with " + where(r.to.fs), reads: true,
		did: func(int) string { return "compared" },
	}
	e.after = func(msg errandMsg) tea.Cmd {
		if msg.stopped || msg.err != nil {
			return m.tellErrand(msg)
		}
		m.openUnasked(m.planDialog(r))
		return nil
	}
	return m.runAlone(e, r.compare)
}

// compare reads both trees at once.
func (r *mirroring) compare(ctx context.Context) error {
	from, to := r.sides()
	failed := make(chan error, 1)
	go func() {
		var err error
		r.source, err = mirror.Read(ctx, from, queue.Filter{}, mirrorSessions)
		failed <- err
	}()
	var err error
	r.target, err = mirror.Read(ctx, to, queue.Filter{}, mirrorSessions)
	if serr := <-failed; serr != nil {
		err = serr
	}
	if err == nil {
		err = mirror.Align(ctx, r.source, to, r.target)
	}
	if err != nil {
		return err
	}
	r.plan, err = mirror.Compare(r.source, r.target, mirror.Options{Delete: r.gone})
	return err
}

// planDialog lets the person read what would be done.
func (m *Model) planDialog(r *mirroring) *dialog.Choice {
	n, _ := r.plan.Count(mirror.Make, mirror.Copy, mirror.Replace, mirror.Delete, mirror.RmDir)
	d := &dialog.Choice{
		Theme: m.deps.Theme, Wide: true, Title: "Mirror to " + where(r.to.fs), Escape: 0,
		Foot:  "y mirror · d deletes on/off · Esc cancel",
		Lines: m.planHead(r),
		Buttons: []dialog.Button{
			{Label: "Cancel"},
			{Label: deleteLabel(r.gone), Key: "d", Do: func() tea.Cmd { return m.replan(r) }},
		},
	}
	for _, s := range r.plan.Steps {
		d.Lines = append(d.Lines, planLine(s))
	}
	if n > 0 {
		d.Buttons = append(d.Buttons, dialog.Button{
			Label: "Mirror", Key: "y", Do: func() tea.Cmd { return m.carryOut(r) },
		})
	}
	return d
}

func deleteLabel(on bool) string {
	if on {
		return "Delete nothing"
	}
	return "Delete, too"
}

// replan turns deletions on or off. Both trees are known.
func (m *Model) replan(r *mirroring) tea.Cmd {
	r.gone = !r.gone
	plan, err := mirror.Compare(r.source, r.target, mirror.Options{Delete: r.gone})
	if err != nil {
		return m.say(bad, prose.Sentence(err))
	}
	r.plan = plan
	m.open(m.planDialog(r))
	return nil
}

// planHead sums the plan up.
func (m *Model) planHead(r *mirroring) []dialog.Line {
	folders, _ := r.plan.Count(mirror.Make)
	fresh, octets := r.plan.Count(mirror.Copy)
	changed, more := r.plan.Count(mirror.Replace)
	gone, _ := r.plan.Count(mirror.Delete, mirror.RmDir)
	blocked, _ := r.plan.Count(mirror.Blocked)
	octets += more
	sum := figure.Plural(fresh, "new file") + ", " + figure.Count(changed) + " changed, " +
		figure.Plural(folders, "folder") + " to make, " + figure.Count(gone) + " to delete, " +
		figure.Count(r.plan.Same) + " the same"
	work := figure.Size(octets) + " to copy" + m.estimate(octets)
	lines := []dialog.Line{
		{Role: theme.Dim, Text: displayDir(r.from) + " → " + displayDir(r.to)},
		{Text: sum},
		{Text: work},
	}
	if r.gone && gone > 0 {
		text := "What the source does not have is deleted; that cannot be undone."
		lines = append(lines, dialog.Line{Role: theme.Warn, Text: text})
	}
	if blocked > 0 {
		text := figure.Plural(blocked, "thing") + " left alone; see below."
		lines = append(lines, dialog.Line{Role: theme.Warn, Text: text})
	}
	return append(lines, dialog.Line{})
}

// estimate tells how long octets take at the speed that was reached last.
func (m *Model) estimate(octets int64) string {
	speed := m.transfers.Pace()
	if octets == 0 {
		return ""
	}
	if speed <= 0 {
		return "; how long it takes is not known before something was transferred"
	}
	left := time.Duration(float64(octets) / speed * float64(time.Second))
	return ", about " + figure.Left(left) + " at " + figure.Speed(speed)
}

// planLine shows one step.
func planLine(s mirror.Step) dialog.Line {
	size := ""
	if s.From != nil && s.From.Size >= 0 {
		size = figure.Size(s.From.Size)
	}
	name := termtext.DisplayName(s.Name)
	if s.Op == mirror.Make || s.Op == mirror.RmDir {
		name += "/"
	}
	if s.Why != "" {
		name += "  (" + prose.Safe(s.Why) + ")"
	}
	role := map[mirror.Op]theme.Role{
		mirror.Delete: theme.Bad, mirror.RmDir: theme.Bad, mirror.Blocked: theme.Warn, mirror.Replace: theme.Note,
	}
	r, known := role[s.Op]
	if !known {
		r = theme.Text
	}
	return dialog.Line{Role: r, Cut: true, Text: termtext.Pad(string(s.Op), 8) + termtext.PadLeft(size, 6) + "  " + name}
}

// carryOut makes the folders and queues the files. What is to be deleted goes when all of them have come.
func (m *Model) carryOut(r *mirroring) tea.Cmd {
	from, to := r.sides()
	requests, err := r.plan.Requests(from, to, r.source)
	if err != nil {
		m.fail("Nothing was mirrored", []error{err}, 0)
		return nil
	}
	e := &errand{
		at: []place{r.to}, title: "Making folders on " + where(r.to.fs),
		did: func(n int) string { return figure.Plural(n, "folder") + " made" },
	}
	e.after = func(msg errandMsg) tea.Cmd {
		if msg.stopped || msg.err != nil || e.failed > 0 {
			return m.tellErrand(msg)
		}
		return m.queueMirror(r, requests)
	}
	return m.runAlone(e, func(ctx context.Context) error { return r.plan.MakeFolders(ctx, to, e.tell(ctx)) })
}

// tell notes how each step of a plan went.
func (e *errand) tell(ctx context.Context) mirror.Result {
	return func(s mirror.Step, err error) { e.try(ctx, s.Name, err) }
}

func (m *Model) queueMirror(r *mirroring, requests []queue.Request) tea.Cmd {
	w := &mirrorWait{mirroring: r, batches: map[queue.BatchID]bool{}}
	for _, request := range requests {
		id, err := m.deps.Queue.Add(request)
		if err != nil {
			return m.say(bad, prose.Sentence(err))
		}
		w.batches[id] = true
		m.arrivals.routes[id] = route{m.sideOf(r.from.pane), m.sideOf(r.to.pane)}
	}
	gone, _ := r.plan.Count(mirror.Delete, mirror.RmDir)
	files, _ := r.plan.Count(mirror.Copy, mirror.Replace)
	said := figure.Plural(files, "file") + " queued → " + displayDir(r.to)
	switch {
	case gone == 0:
		return m.say(good, said)
	case len(requests) == 0:
		return m.deleteMirrored(r)
	}
	m.mirrors = append(m.mirrors, w)
	return m.say(good, said+"; what is to go is deleted when all have come")
}

// mirrorWait is a plan whose deletions wait for its files.
type mirrorWait struct {
	*mirroring
	batches map[queue.BatchID]bool
	failed  bool
}

// mirrorsArrived deletes what the plans delete whose files have all come. Where one has not, nothing is deleted.
func (m *Model) mirrorsArrived(news queue.News) tea.Cmd {
	var cmds []tea.Cmd
	var waiting []*mirrorWait
	for _, w := range m.mirrors {
		for i := range news.Items {
			it := &news.Items[i]
			w.failed = w.failed || w.batches[it.Batch] && it.State.Final() && it.State != queue.Done
		}
		switch {
		case !m.allCame(w) || news.Totals.Planning > 0:
			waiting = append(waiting, w)
		case w.failed:
			cmds = append(cmds, m.say(bad, "Nothing was deleted on "+where(w.to.fs)+": not all files could be copied."))
		case m.errand != nil:
			waiting = append(waiting, w)
		default:
			cmds = append(cmds, m.deleteMirrored(w.mirroring))
		}
	}
	m.mirrors = waiting
	return tea.Batch(cmds...)
}

// allCame reports whether nothing of a plan's batches is open any more.
func (m *Model) allCame(w *mirrorWait) bool {
	for id := range w.batches {
		if open, known := m.arrivals.open[id]; !known || open > 0 {
			return false
		}
	}
	return true
}

// deleteMirrored deletes what the target has too much.
func (m *Model) deleteMirrored(r *mirroring) tea.Cmd {
	_, to := r.sides()
	e := &errand{
		at: []place{r.to}, title: "Deleting on " + where(r.to.fs),
		did: func(n int) string { return figure.Plural(n, "item") + " deleted: the folders are alike" },
	}
	return m.runAlone(e, func(ctx context.Context) error { return r.plan.Remove(ctx, to, r.target, e.tell(ctx)) })
}
