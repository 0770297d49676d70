package pane

import (
	"context"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
	"ferry/tui/figure"
)

// MeasuredMsg tells that more is known about the sizes of folders. It answers one request of one pane.
type MeasuredMsg struct {
	pane *Pane
	by   *measuring
}

// total is what a folder holds, as far as it was walked.
type total struct {
	octets int64
	files  int
	less   bool // not all of it could be looked into
}

// measuring is a walk through folders. The command run does the work and ends with its context; the command wait tells
// the screen, as with a listing.
type measuring struct {
	pane    *Pane
	fs      vfs.FS
	dir     string
	folders []string
	clock   func() time.Time
	stop    context.CancelFunc
	news    chan struct{} // holds at most one wake-up
	flushed time.Time

	mu     sync.Mutex
	totals map[string]total
	done   bool
}

// Measure walks through the selected folders, or all shown ones where the cursor is on "..", and shows how much they
// hold; ok is false if there is none.
func (p *Pane) Measure() (cmd tea.Cmd, ok bool) {
	m := &measuring{pane: p, fs: p.fs, dir: p.dir, clock: p.cfg.Now, totals: map[string]total{}}
	for _, e := range p.measurable() {
		if e.IsDir() {
			m.folders = append(m.folders, e.Name)
		}
	}
	if len(m.folders) == 0 {
		return nil, false
	}
	p.stopMeasuring()
	p.measuring = m
	m.news = make(chan struct{}, 1)
	ctx, stop := context.WithCancel(p.cfg.Context)
	m.stop = stop
	return tea.Batch(func() tea.Msg { m.run(ctx); return nil }, m.wait), true
}

func (p *Pane) measurable() []vfs.Entry {
	if selected := p.Selection(); len(selected) > 0 {
		return selected
	}
	var all []vfs.Entry
	for _, i := range p.table.shown {
		all = append(all, p.table.rows[i].entry)
	}
	return all
}

func (m *measuring) wait() tea.Msg {
	<-m.news
	return MeasuredMsg{m.pane, m}
}

// run walks one folder after the other. It always leaves a last wake-up behind.
func (m *measuring) run(ctx context.Context) {
	defer m.stop()
	err := vfs.Do(ctx, m.fs, vfs.Browse, func(s vfs.Session) error {
		for i := 0; i < len(m.folders) && ctx.Err() == nil; i++ {
			m.walk(ctx, s, m.folders[i])
		}
		return nil
	})
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, name := range m.folders {
		if t, known := m.totals[name]; err != nil && !known {
			t.less = true
			m.totals[name] = t
		}
	}
	m.done = true
	m.wake()
}

func (m *measuring) walk(ctx context.Context, s vfs.Session, name string) {
	var sum total
	err := vfs.Walk(ctx, m.fs, s, m.fs.Join(m.dir, name), func(f vfs.Folder) error {
		sum.less = sum.less || f.Err != nil
		for _, e := range f.Entries {
			if e.Type == vfs.File {
				sum.files++
				sum.octets += max(e.Size, 0)
				sum.less = sum.less || e.Size < 0
			}
		}
		m.note(name, sum)
		return nil
	})
	sum.less = sum.less || err != nil
	m.note(name, sum)
}

func (m *measuring) note(name string, t total) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.totals[name] = t
	if now := m.clock(); now.Sub(m.flushed) >= flushEvery {
		m.flushed = now
		m.wake()
	}
}

func (m *measuring) wake() {
	select {
	case m.news <- struct{}{}:
	default:
	}
}

// measured takes what has been found out.
func (p *Pane) measured(m *measuring) tea.Cmd {
	if p.measuring != m {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if p.totals == nil {
		p.totals = map[string]total{}
	}
	for name, t := range m.totals {
		p.totals[name] = t
	}
	p.changed()
	if m.done {
		p.measuring = nil
		return nil
	}
	return m.wait
}

// stopMeasuring gives up the walk, and what it had not finished.
func (p *Pane) stopMeasuring() bool {
	if p.measuring == nil {
		return false
	}
	p.measuring.stop()
	for _, name := range p.measuring.folders {
		delete(p.totals, name)
	}
	p.measuring = nil
	p.changed()
	return true
}

// forgetTotals drops what was measured in a folder that is left or has changed.
func (p *Pane) forgetTotals() {
	p.stopMeasuring()
	p.totals = nil
}

// measuringNow is the foot while folders are walked.
func (p *Pane) measuringNow() string {
	var files int
	for _, name := range p.measuring.folders {
		files += p.totals[name].files
	}
	return "measuring… " + figure.Plural(files, "file") + " · Esc stops"
}
