package tui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/tui/wire"
)

// large is a screen of 200x60 with two panes of 100,000 rows, 100,000 items in the queue, 8 transfers over 8 data
// connections, and a full log.
func large(t testing.TB) *harness {
	t.Helper()
	h := start(t, 200, 60, func(h *harness, _ *Deps) {
		for i := range 100_000 {
			e := file(int64(i)*997, testNow.Add(-time.Duration(i)*time.Minute))
			e.Name = fmt.Sprintf("file-%06d.dat", i)
			h.local.entries["/home/alice/projects/site/"+e.Name] = e
			h.remote.entries["/www/site/"+e.Name] = e
		}
	}).ready()
	var news queue.News
	for i := range queue.ItemID(8) {
		news.Items = append(news.Items, queue.Item{
			ID: i + 1, Batch: 1, Direction: queue.Up, FromID: "local", ToID: h.remote.ID(), State: queue.Running,
			Name: fmt.Sprintf("folder/file-%d.dat", i), Size: 1 << 30, Moved: int64(i) << 26, Speed: 12e6, Left: time.Minute,
		})
	}
	for i := range queue.ItemID(100_000) {
		news.Items = append(news.Items, queue.Item{
			ID: i + 9, Batch: 1, Direction: queue.Up, FromID: "local", ToID: h.remote.ID(), State: queue.Waiting,
			Name: fmt.Sprintf("folder/file-%d.dat", i+9), Size: 1 << 20, Left: -1, Place: int64(i),
		})
	}
	h.send(newsMsg{news: news})
	news.Items = news.Items[:8]
	news.Totals = queue.Totals{
		Running: 8, Waiting: 100_000, Size: 8 << 30, Moved: 1 << 30, UpSpeed: 96e6, Left: time.Minute,
	}
	for range 10 {
		h.pass(time.Second)
		h.send(newsMsg{news: news})
	}
	for range 200 {
		h.send(eventsMsg{events: eightTransfers()})
	}
	h.press("end", "2", "end")
	return h
}

// eightTransfers are the events of eight uploads that run.
func eightTransfers() []wire.Event {
	var all []wire.Event
	for conn := range 8 {
		for _, e := range sampleEvents() {
			e.Conn = conn + 1
			all = append(all, e)
		}
	}
	return all
}

// redraw draws a frame after a change that all parts of the screen may have had.
func (h *harness) redraw() {
	h.m.dirty = true
	h.m.arrange()
	_ = h.m.View()
}

func BenchmarkView(b *testing.B) {
	h := large(b)
	b.ReportAllocs()
	for b.Loop() {
		h.redraw()
	}
}

func BenchmarkScroll(b *testing.B) {
	h := large(b)
	h.press("home")
	keys := []tea.KeyMsg{{Type: tea.KeyPgDown}, {Type: tea.KeyDown}, {Type: tea.KeyPgUp}, {Type: tea.KeyPgDown}}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		h.m.Update(keys[i%len(keys)])
		_ = h.m.View()
		i++
	}
}

// mostAllocations bounds those of a frame.
const mostAllocations = 60

// The budget of a frame that has to be drawn. Time is only measured by the benchmark: other work on the machine must
// not fail a test.
func TestAFrameNeedsFewAllocations(t *testing.T) {
	h := large(t)
	h.redraw()
	if got := testing.AllocsPerRun(100, h.redraw); got > mostAllocations {
		t.Errorf("%v allocations for a frame", got)
	}
}

// TestScrollingALargeFolderDoesNotPause at any key, as it would if one had to do with all rows: to fill the panes is
// such work, and takes many times as long on any machine. A pause of the machine comes at another key the next time.
func TestScrollingALargeFolderDoesNotPause(t *testing.T) {
	const keys, tenth = 300, 10
	quickest, filled := slices.Repeat([]time.Duration{time.Hour}, keys), time.Duration(0)
	for tries := 0; tries < 10 && slices.Max(quickest) > filled/tenth; tries++ {
		begun := time.Now()
		h := large(t)
		filled = max(filled, time.Since(begun))
		h.press("home")
		for i := range keys {
			begun := time.Now()
			h.press("pgdown")
			_ = h.m.View()
			quickest[i] = min(quickest[i], time.Since(begun))
		}
		if at, _ := h.m.panes[1].Current(); at.Type != vfs.File {
			t.Errorf("the cursor is on %+v", at)
		}
	}
	if slowest := slices.Max(quickest); slowest > filled/tenth {
		t.Errorf("one key took %v, to fill the panes %v", slowest, filled)
	}
}
