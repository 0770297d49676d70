package queue_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue"

	"pgregory.net/rapid"
)

// TestModel gives a queue random orders and faults, restarts included, and compares it after each with a model that is
// simple enough to be believed: one list in the order of turns, and one file at a time.
func TestModel(t *testing.T) {
	files := map[string]string{}
	for i := range 26 {
		files[string(rune('a'+i))] = "new"
	}
	from := tree(t, files)
	rapid.Check(t, func(rt *rapid.T) {
		m := newModel(t, rt, from)
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			m.step()
		}
		m.queue.leave()
	})
}

// modelled is an item as the model knows it.
type modelled struct {
	state queue.State
	rule  queue.Rule
	clash bool // the target has a file of its name
}

// model is what a queue with one worker should be like.
type model struct {
	t     *testing.T
	rt    *rapid.T
	house *house
	queue *harness
	disk  vfs.FS // one for all, so that all stand in one line
	from  string
	to    string

	ends  chan error // how the one that runs is to end
	names []string   // not added yet
	items map[string]*modelled
	added []string // what nobody has looked at yet
	turns []string // of what is neither final nor running
	held  bool
	said  []string // what was done, for whoever looks for a fault
}

func newModel(t *testing.T, rt *rapid.T, from string) *model {
	m := &model{
		t: t, rt: rt, house: newHouse(t), disk: localfs.New(), from: from, to: t.TempDir(), ends: make(chan error),
		items: map[string]*modelled{},
	}
	for i := range 26 {
		m.names = append(m.names, string(rune('a'+i)))
	}
	m.house.r.before = func(ctx context.Context, call, _ string) error {
		if call != "Open" {
			return nil
		}
		select {
		case err := <-m.ends:
			return err
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	m.enter()
	return m
}

func (m *model) enter() {
	m.queue = m.house.enter(queue.Options{
		Workers: 1, Retries: 1000, Pause: 1000 * time.Hour,
		Open: func(ctx context.Context, id string) (vfs.FS, error) {
			if id == m.disk.ID() {
				return m.disk, nil
			}
			return m.house.open(ctx, id)
		},
	})
}

// step does one thing to the queue and to the model, and waits until they agree.
func (m *model) step() {
	steps := map[string]func(){
		"add": m.add, "pause": m.pause, "resume": m.resume, "cancel": m.cancel, "retry": m.retry, "move": m.move,
		"answer": m.answer, "pause all": m.pauseAll, "resume all": m.resumeAll, "clear": m.clear, "restart": m.restart,
		"succeed": func() { m.end(nil, queue.Done) },
		"refuse":  func() { m.end(failure(vfs.ErrRefused), queue.Failed) },
		"break":   func() { m.end(failure(vfs.ErrBusy), queue.Retrying) },
	}
	names := []string{"add", "add", "succeed", "succeed", "refuse", "break", "break"} // oftener than others
	for name := range steps {
		names = append(names, name)
	}
	slices.Sort(names)
	name := rapid.SampledFrom(names).Draw(m.rt, "step")
	m.said = append(m.said, name)
	steps[name]()
	m.obeyed()
	m.settle()
	m.agree()
}

// obeyed waits until the queue has heard all that was said, and has told what came of it: what news told before may be
// just as the model wants it, and older.
func (m *model) obeyed() {
	m.queue.q.Barrier()
	if err := m.queue.next(); err != nil {
		m.t.Fatalf("after %q: %v", m.said, err)
	}
}

func (m *model) running() string {
	for name, it := range m.items {
		if it.state == queue.Running {
			return name
		}
	}
	return ""
}

// some gives a few items by chance, and says so.
func (m *model) some() (names []string, ids []queue.ItemID) {
	var all []string
	for _, it := range m.queue.sorted() {
		all = append(all, it.Name)
	}
	if len(all) == 0 {
		return nil, nil
	}
	names = rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, min(3, len(all)), rapid.ID).Draw(m.rt, "items")
	for _, name := range names {
		ids = append(ids, m.queue.item(name).ID)
	}
	m.said = append(m.said, fmt.Sprint(names))
	return names, ids
}

func (m *model) add() {
	if len(m.names) == 0 {
		return
	}
	name := m.names[0]
	m.names = m.names[1:]
	if rapid.Bool().Draw(m.rt, "clash") {
		grow(m.t, m.to, name, "old")
	}
	m.added = append(m.added, name)
	req := down(m.t, m.house.r, m.from, m.to)
	req.To, req.Sources, req.OnConflict = m.disk, sources(m.t, m.from, name), queue.RuleAsk
	m.queue.add(req)
}

// look finds what was added. That needs the worker, too, and goes before all files.
func (m *model) look() {
	for _, name := range m.added {
		it := &modelled{state: queue.Waiting, rule: queue.RuleAsk, clash: exists(filepath.Join(m.to, name))}
		if it.clash {
			it.state = queue.Asking
		}
		m.items[name] = it
		m.turns = append(m.turns, name)
	}
	m.added = nil
}

func (m *model) pause() {
	names, ids := m.some()
	m.queue.q.Pause(ids...)
	for _, name := range names {
		switch it := m.items[name]; it.state {
		case queue.Running:
			m.back(name, queue.Paused)
		case queue.Waiting, queue.Retrying:
			it.state = queue.Paused
		}
	}
}

// back lets what runs be idle again. It stands where it stood, by the place that it has had since; others may have been
// moved past it meanwhile.
func (m *model) back(name string, state queue.State) {
	m.items[name].state = state
	place := m.queue.item(name).Place
	at := slices.IndexFunc(m.turns, func(other string) bool {
		it, own := m.queue.item(other), m.queue.item(name)
		return it.Place > place || it.Place == place && it.ID > own.ID
	})
	if at < 0 {
		at = len(m.turns)
	}
	m.turns = slices.Insert(m.turns, at, name)
}

func (m *model) resume() {
	names, ids := m.some()
	m.queue.q.Resume(ids...)
	for _, name := range names {
		if it := m.items[name]; it.state == queue.Paused {
			it.state = queue.Waiting
		}
	}
}

func (m *model) cancel() {
	names, ids := m.some()
	m.queue.q.Cancel(ids...)
	for _, name := range names {
		if it := m.items[name]; !it.state.Final() {
			it.state = queue.Cancelled
			m.leaveTurns(name)
		}
	}
}

func (m *model) leaveTurns(name string) {
	m.turns = slices.DeleteFunc(m.turns, func(other string) bool { return other == name })
}

func (m *model) retry() {
	names, ids := m.some()
	m.queue.q.Retry(ids...)
	for _, name := range names {
		switch it := m.items[name]; it.state {
		case queue.Retrying:
			it.state = queue.Waiting
		case queue.Failed, queue.Skipped, queue.Cancelled:
			it.state = queue.Waiting
			m.turns = append(m.turns, name)
		}
	}
}

func (m *model) move() {
	names, ids := m.some()
	how := rapid.SampledFrom([]queue.Move{queue.MoveUp, queue.MoveDown, queue.MoveTop, queue.MoveBottom}).Draw(m.rt, "how")
	m.said = append(m.said, fmt.Sprint(how))
	m.queue.q.Move(how, ids...)
	chosen := func(name string) bool { return slices.Contains(names, name) }
	switch how {
	case queue.MoveUp:
		for i := 1; i < len(m.turns); i++ {
			if chosen(m.turns[i]) && !chosen(m.turns[i-1]) {
				m.turns[i], m.turns[i-1] = m.turns[i-1], m.turns[i]
			}
		}
	case queue.MoveDown:
		for i := len(m.turns) - 2; i >= 0; i-- {
			if chosen(m.turns[i]) && !chosen(m.turns[i+1]) {
				m.turns[i], m.turns[i+1] = m.turns[i+1], m.turns[i]
			}
		}
	default:
		slices.SortStableFunc(m.turns, func(a, b string) int {
			switch {
			case chosen(a) == chosen(b):
				return 0
			case chosen(a) == (how == queue.MoveTop):
				return -1
			}
			return 1
		})
	}
}

func (m *model) answer() {
	names, ids := m.some()
	rule := rapid.SampledFrom([]queue.Rule{queue.RuleOverwrite, queue.RuleSkip, queue.RuleRename}).Draw(m.rt, "rule")
	m.said = append(m.said, rule.String())
	m.queue.q.Answer(rule, queue.AnswerThis, ids...)
	for _, name := range names {
		if it := m.items[name]; it.state == queue.Asking {
			it.state, it.rule = queue.Waiting, rule
		}
	}
}

func (m *model) pauseAll() {
	m.queue.q.PauseAll()
	m.held = true
	if name := m.running(); name != "" {
		m.back(name, queue.Waiting)
	}
}

func (m *model) resumeAll() {
	m.queue.q.ResumeAll()
	m.held = false
}

func (m *model) clear() {
	m.queue.q.ClearFinal()
	for name, it := range m.items {
		if it.state.Final() {
			delete(m.items, name)
		}
	}
}

func (m *model) restart() {
	m.queue.leave()
	if name := m.running(); name != "" {
		m.back(name, queue.Waiting)
	}
	m.enter()
}

// end lets the file that runs end.
func (m *model) end(how error, state queue.State) {
	name := m.running()
	if name == "" {
		return
	}
	m.said = append(m.said, name)
	m.ends <- how
	if state == queue.Retrying {
		m.back(name, state)
		return
	}
	m.items[name].state = state
}

// settle begins what has its turn.
func (m *model) settle() {
	for !m.held && m.running() == "" {
		m.look()
		i := slices.IndexFunc(m.turns, func(name string) bool { return m.items[name].state == queue.Waiting })
		if i < 0 {
			return
		}
		name := m.turns[i]
		switch it := m.items[name]; {
		case it.clash && it.rule == queue.RuleAsk:
			it.state = queue.Asking
		case it.clash && it.rule == queue.RuleSkip:
			it.state = queue.Skipped
			m.leaveTurns(name)
		default:
			it.state = queue.Running
			m.leaveTurns(name)
		}
	}
}

// agree waits until the queue is as the model says.
func (m *model) agree() {
	deadline := time.Now().Add(m.queue.patience)
	for m.differs() != "" {
		ctx, cancel := context.WithDeadline(m.t.Context(), deadline)
		news, err := m.queue.q.Next(ctx)
		cancel()
		if err != nil {
			m.t.Fatalf("after %q: %s", m.said, m.differs())
		}
		m.queue.keep(news)
	}
}

func (m *model) differs() string {
	got, want := map[string]string{}, map[string]string{}
	var turns []queue.Item
	for _, it := range m.queue.sorted() {
		got[filepath.Base(it.Name)] = it.State.String()
		if !it.State.Final() && it.State != queue.Running {
			turns = append(turns, it)
		}
	}
	for name, it := range m.items {
		want[name] = it.state.String()
	}
	slices.SortFunc(turns, func(a, b queue.Item) int {
		if a.Place != b.Place {
			return int(a.Place - b.Place)
		}
		return int(a.ID) - int(b.ID)
	})
	var order []string
	for _, it := range turns {
		order = append(order, it.Name)
	}
	same := fmt.Sprint(got) == fmt.Sprint(want) && slices.Equal(order, m.turns) &&
		m.queue.last.Totals.Held == m.held
	if same {
		return ""
	}
	return fmt.Sprintf("the queue has\n%v in order %v, held %t; the model\n%v in order %v, held %t",
		got, order, m.queue.last.Totals.Held, want, m.turns, m.held)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
