package tui

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"ferry/ftpclient"
	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/tui/theme"
	"ferry/tui/wire"
)

// testNow is the time on the screen in all tests.
var testNow = time.Date(2026, 11, 21, 12, 4, 35, 0, time.UTC)

// stillQueue is a queue that nothing happens in; it keeps what it was asked.
type stillQueue struct {
	mu      sync.Mutex
	added   []queue.Request
	cancels []queue.ItemID
	retries []queue.ItemID
	calls   []string // of the other methods
	refuse  error
}

func (q *stillQueue) Add(r queue.Request) (queue.BatchID, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.refuse != nil {
		return 0, q.refuse
	}
	q.added = append(q.added, r)
	return queue.BatchID(len(q.added)), nil
}

func (q *stillQueue) Next(ctx context.Context) (queue.News, error) {
	<-ctx.Done()
	return queue.News{}, context.Cause(ctx)
}

func (q *stillQueue) Cancel(ids ...queue.ItemID)           { q.cancels = append(q.cancels, ids...) }
func (q *stillQueue) Retry(ids ...queue.ItemID)            { q.retries = append(q.retries, ids...) }
func (q *stillQueue) RetryAs(name string, id queue.ItemID) { q.note("retry as "+name, id) }

// note keeps a call as one line.
func (q *stillQueue) note(call string, args ...any) {
	q.calls = append(q.calls, strings.TrimSpace(call+" "+strings.Trim(fmt.Sprint(args...), "[]")))
}

func (q *stillQueue) Clear(ids ...queue.ItemID)  { q.note("clear", ids) }
func (q *stillQueue) Pause(ids ...queue.ItemID)  { q.note("pause", ids) }
func (q *stillQueue) Resume(ids ...queue.ItemID) { q.note("resume", ids) }
func (q *stillQueue) Verify(ids ...queue.ItemID) { q.note("verify", ids) }
func (q *stillQueue) PauseAll()                  { q.note("pause all") }
func (q *stillQueue) ResumeAll()                 { q.note("resume all") }
func (q *stillQueue) SetLimits(l queue.Limits)   { q.note("limits", l.Total) }

func (q *stillQueue) Move(how queue.Move, ids ...queue.ItemID) {
	q.note([...]string{"up", "down", "top", "bottom"}[how], ids)
}

func (q *stillQueue) Delay(until time.Time, ids ...queue.ItemID) {
	q.note("delay to "+until.Format("15:04"), ids)
}

func (q *stillQueue) Answer(rule queue.Rule, how queue.Scope, ids ...queue.ItemID) {
	q.note("answer "+rule.String()+[...]string{" this", " batch", " always"}[how], ids)
}

// harness drives a model as Bubble Tea does: commands run in goroutines, their messages come one at a time.
type harness struct {
	t      testing.TB
	m      *Model
	queue  *stillQueue
	local  *memFS
	remote *memServer
	msgs   chan tea.Msg
	ctx    context.Context
	wg     sync.WaitGroup
	quit   bool

	mu  sync.Mutex
	now time.Time
}

func (h *harness) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *harness) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// start opens the screen on the file systems of the pictures, and waits until both are listed.
func start(t testing.TB, w, ht int, change ...func(*harness, *Deps)) *harness {
	t.Helper()
	h := &harness{
		t: t, queue: &stillQueue{}, local: sampleLocal(), remote: sampleRemote(), now: testNow,
		msgs: make(chan tea.Msg, 100),
	}
	deps := Deps{
		Queue: h.queue, Events: wire.NewLog(), Now: h.clock, Home: "/home/alice", Version: "test",
		Theme: theme.New(termenv.TrueColor, true), Security: ftpclient.SecurityAuto,
		Free: func(string) (uint64, error) { return 82 << 30, nil },
	}
	for _, c := range change {
		c(h, &deps)
	}
	if deps.Start[0].FS == nil {
		deps.Start = [2]Place{{h.local, "/home/alice/projects/site"}, {h.remote, "/www/site"}}
	}
	ctx, cancel := context.WithCancel(context.Background())
	h.ctx, h.m = ctx, New(ctx, deps)
	t.Cleanup(func() {
		cancel()
		h.wg.Wait()
	})
	h.run(h.m.Init())
	h.send(tea.WindowSizeMsg{Width: w, Height: ht})
	return h
}

// ready waits until both panes are listed.
func (h *harness) ready() *harness {
	h.t.Helper()
	h.until("both panes listed", func() bool {
		telling := 0 // panes that tell how much room is free
		for i, p := range h.m.panes {
			if p.Busy() || p.Dir() == "" {
				return false
			}
			if p.Local() && h.m.layout.panes[i].W >= 50 && h.m.layout.panes[i].H > 1 && h.m.deps.Free != nil {
				telling++
			}
		}
		return strings.Count(h.text(), " free ") >= telling
	})
	return h
}

func (h *harness) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	h.wg.Go(func() {
		select {
		case h.msgs <- cmd():
		case <-h.ctx.Done():
		}
	})
}

func (h *harness) send(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
		return
	case tea.BatchMsg:
		for _, c := range msg {
			h.run(c)
		}
		return
	case tea.QuitMsg:
		h.quit = true
		return
	}
	_, cmd := h.m.Update(msg)
	h.run(cmd)
}

// blockRemote has the remote side do for ever what is picked, and tells when that is begun and given up.
func (h *harness) blockRemote(pick func(op, path string) bool) (entered, ended *atomic.Bool) {
	entered, ended = new(atomic.Bool), new(atomic.Bool)
	h.remote.block = func(ctx context.Context, op, path string) {
		if pick(op, path) {
			entered.Store(true)
			<-ctx.Done()
			ended.Store(true)
		}
	}
	return entered, ended
}

func listsCSS(op, path string) bool { return op == "list" && path == "/www/site/css" }

// until takes messages until something holds.
func (h *harness) until(what string, holds func() bool) {
	h.t.Helper()
	late := time.After(time.Minute)
	look := time.NewTicker(5 * time.Millisecond) // what a command does is not always told by a message
	defer look.Stop()
	for !holds() {
		select {
		case msg := <-h.msgs:
			h.send(msg)
		case <-look.C:
		case <-late:
			h.t.Fatalf("waited in vain for %s; the screen is\n%s", what, h.text())
		}
	}
}

// shows waits until the screen holds a text.
func (h *harness) shows(text string) {
	h.t.Helper()
	h.until("the text "+text, func() bool { return strings.Contains(h.text(), text) })
}

// asks waits until a dialog that opened by itself shows a text, and takes keys.
func (h *harness) asks(text string) {
	h.t.Helper()
	h.shows(text)
	h.pass(grace)
	h.send(tickMsg{})
}

// gone waits until the screen does not hold a text.
func (h *harness) gone(text string) {
	h.t.Helper()
	h.until("the end of the text "+text, func() bool { return !strings.Contains(h.text(), text) })
}

func (h *harness) text() string { return ansi.Strip(h.m.View()) }

// line gives the first line of the screen that holds a text.
func (h *harness) line(text string) string {
	for l := range strings.Lines(h.text()) {
		if strings.Contains(l, text) {
			return strings.TrimRight(l, "\n")
		}
	}
	return ""
}

var namedKeys = map[string]tea.KeyType{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab, "up": tea.KeyUp,
	"down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "backspace": tea.KeyBackspace,
	"pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp, "home": tea.KeyHome, "end": tea.KeyEnd, "f1": tea.KeyF1,
	"f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4, "f5": tea.KeyF5, "f6": tea.KeyF6,
	"f7": tea.KeyF7, "f8": tea.KeyF8, "f9": tea.KeyF9, "f10": tea.KeyF10, "f12": tea.KeyF12, "f18": tea.KeyF18,
	"ctrl+c": tea.KeyCtrlC, "ctrl+u": tea.KeyCtrlU, "ctrl+k": tea.KeyCtrlK,
	"ctrl+p": tea.KeyCtrlP, "ctrl+x": tea.KeyCtrlX, "ctrl+z": tea.KeyCtrlZ, "ctrl+l": tea.KeyCtrlL,
	"insert": tea.KeyInsert, "delete": tea.KeyDelete, "shift+down": tea.KeyShiftDown,
}

// press presses keys; what is not the name of a key is typed at once.
func (h *harness) press(keys ...string) {
	for _, k := range keys {
		switch t, named := namedKeys[k]; {
		case named:
			h.send(tea.KeyMsg{Type: t})
		case k == "space":
			h.send(tea.KeyMsg{Type: tea.KeySpace, Runes: []rune(" ")})
		default:
			h.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)})
		}
	}
}

func at(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, time.UTC)
}

func file(size int64, t time.Time) vfs.Entry {
	return vfs.Entry{
		Type: vfs.File, Size: size, ModTime: t, Precision: vfs.PrecisionSecond, Mode: 0o644, ModeKnown: true,
	}
}

func folder(t time.Time, mode fs.FileMode) vfs.Entry {
	return vfs.Entry{Type: vfs.Dir, Size: 4096, ModTime: t, Precision: vfs.PrecisionSecond, Mode: mode, ModeKnown: true}
}

// sampleLocal is the left side of the pictures in the guide.
func sampleLocal() *memFS {
	const dir = "/home/alice/projects/site/"
	f := newMemFS("local")
	f.put(dir+"assets", folder(at(11, 20, 9, 12), 0o755))
	f.put(dir+"css", folder(at(11, 20, 9, 12), 0o755))
	f.put(dir+"css/site.css", file(28570, at(11, 17, 16, 5)))
	f.put(dir+"css/print.css", file(1200, at(11, 17, 16, 5)))
	f.put(dir+"img", folder(at(11, 19, 22, 40), 0o755))
	f.put(dir+"ảnh_du_lịch_đà_lạt.jpg", file(4404019, at(11, 19, 22, 40)))
	f.put(dir+"数据备份-2026.tar.gz", file(1288490189, at(11, 18, 3, 0)))
	f.put(dir+"current", vfs.Entry{
		Type: vfs.Link, Target: "releases/42", ModTime: at(11, 18, 2, 58), Precision: vfs.PrecisionSecond,
		Mode: 0o777, ModeKnown: true,
	})
	f.put(dir+"index.html", file(18637, at(11, 17, 16, 5)))
	f.put(dir+"LICENSE", file(1126, at(11, 2, 11, 30)))
	f.put(dir+"main.js", file(319488, at(11, 17, 16, 5)))
	f.put(dir+"notes-with-a-very-long-name-that-does-not-fit.txt", file(2048, at(10, 30, 8, 0)))
	f.put(dir+"README.md", file(6554, at(11, 17, 16, 1)))
	robots := file(120, time.Date(2025, 8, 1, 0, 0, 0, 0, time.UTC))
	robots.Precision = vfs.PrecisionDay
	f.put(dir+"robots.txt", robots)
	f.put(dir+"deploy.sh", file(911, at(11, 17, 16, 5)))
	script := f.entries[dir+"deploy.sh"]
	script.Mode = 0o755
	f.entries[dir+"deploy.sh"] = script
	f.put(dir+"sitemap.xml", file(45056, at(11, 17, 16, 5)))
	f.put(dir+"styles.css", file(28570, at(11, 17, 16, 5)))
	f.put(dir+".gitignore", file(64, at(11, 2, 11, 30)))
	for p, e := range f.entries {
		e.Owner, e.Group = "alice", "users"
		f.entries[p] = e
	}
	return f
}

// sampleRemote is the right side.
func sampleRemote() *memServer {
	const dir = "/www/site/"
	f := newMemServer("ftp://alice@ftp.example.org")
	f.put(dir+"assets", folder(at(11, 12, 10, 0), 0o755))
	f.put(dir+"css", folder(at(11, 12, 10, 0), 0o755))
	f.put(dir+"logs", folder(at(11, 21, 0, 0), 0o700))
	f.put(dir+"index.html", file(18330, at(11, 12, 10, 0)))
	f.put(dir+"main.js", file(316416, at(11, 12, 10, 0)))
	f.put(dir+"README.md", file(6554, at(11, 12, 10, 0)))
	f.put(dir+"upload.part", file(671088640, at(11, 21, 12, 3)))
	return f
}

// snapshot writes the frame, as several themes show it, to the folder that FERRY_FRAMES names, for making pictures.
func (h *harness) snapshot(name string) {
	dir := os.Getenv("FERRY_FRAMES")
	if dir == "" {
		return
	}
	was := theme.Mono()
	was.Wear(h.m.deps.Theme)
	for look, worn := range map[string]*theme.Theme{
		"dark":  theme.Named("auto", termenv.TrueColor, true),
		"light": theme.Named("light", termenv.TrueColor, false),
		"16":    theme.Named("terminal", termenv.ANSI, true),
		"mono":  theme.Mono(),
	} {
		h.wears(worn)
		if err := os.WriteFile(dir+"/"+name+"-"+look+".ansi", []byte(h.m.View()), 0o600); err != nil {
			h.t.Fatal(err)
		}
	}
	h.wears(was)
}

func (h *harness) wears(t *theme.Theme) {
	h.m.deps.Theme.Wear(t)
	for _, p := range h.m.panes {
		p.Repaint()
	}
	h.m.dirty, h.m.bar.line, h.m.header.parts = true, nil, nil
	h.m.header.key = headerKey{}
}
