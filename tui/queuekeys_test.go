package tui

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/tui/terminal"
)

// manyStates is a queue with an item in each state; their IDs are 1 more than the states.
func manyStates() queue.News {
	var news queue.News
	for s := queue.Waiting; s <= queue.Cancelled; s++ {
		it := queue.Item{
			ID: queue.ItemID(s) + 1, Batch: 1, Direction: queue.Up, FromID: "local", ToID: "ftp://alice@ftp.example.org",
			Name: s.String() + ".txt", State: s, Size: 1000, Left: -1, Place: int64(s),
		}
		if s == queue.Asking {
			it.Clash = &queue.Clash{Source: file(18637, at(11, 17, 16, 5)), There: file(17900, at(11, 12, 10, 0))}
		}
		news.Items = append(news.Items, it)
	}
	news.Totals = queue.Totals{
		Waiting: 1, Running: 1, Paused: 1, Retrying: 1, Asking: 1, Done: 1, Failed: 1, Skipped: 1, Cancelled: 1, Size: 9000,
	}
	return news
}

// atItem opens the queue with the cursor on the item in a state, all questions put off.
func atItem(t *testing.T, s queue.State) *harness {
	t.Helper()
	h := start(t, 120, 36).ready()
	h.m.answering.later = map[queue.BatchID]bool{1: true}
	h.send(newsMsg{news: manyStates()})
	h.press("w")
	for range 20 {
		if it, _ := h.m.transfers.Current(); it.State == s {
			return h
		}
		h.press("j")
	}
	t.Fatalf("there is no %s item in\n%s", s, h.text())
	return nil
}

func TestKeysOfTheQueue(t *testing.T) {
	for _, c := range []struct {
		on   queue.State
		key  string
		want string // the call; "" for a refusal
		says string
	}{
		{queue.Running, "space", "pause 2", "running.txt paused"},
		{queue.Waiting, "space", "pause 1", "paused"},
		{queue.Paused, "space", "resume 3", "paused.txt resumed"},
		{queue.Done, "space", "", "nothing to pause"},
		{queue.Waiting, "K", "up 1", "waiting.txt comes a turn earlier"},
		{queue.Waiting, "J", "down 1", "a turn later"},
		{queue.Retrying, "T", "top 4", "comes next"},
		{queue.Paused, "B", "bottom 3", "comes last"},
		{queue.Running, "T", "", "only what waits has a turn"},
		{queue.Done, "x", "", "nothing to cancel"},
		{queue.Running, "r", "", "nothing to retry"},
		{queue.Done, "V", "verify 6", "verifying done.txt"},
		{queue.Running, "V", "", "only what is done can be verified"},
		{queue.Running, "P", "pause all", "the queue is paused"},
		{queue.Asking, "space", "", "nothing to pause"},
		{queue.Asking, "D", "", "only what waits can be put off"},
		{queue.Asking, "T", "", "only what waits has a turn"},
		{queue.Asking, "c", "clear 6 8 9", "3 transfers cleared"},
	} {
		h := atItem(t, c.on)
		h.press(c.key)
		got := strings.Join(h.queue.calls, "; ")
		if got != c.want || !strings.Contains(h.text(), c.says) {
			t.Errorf("%s on %s calls %q, want %q; the screen is\n%s", c.key, c.on, got, c.want, h.text())
		}
	}
}

func TestKeysOfTheQueueForMarkedItems(t *testing.T) {
	h := atItem(t, queue.Waiting)
	h.press("A", "space")
	if want := []string{"pause 2 1 4"}; !slices.Equal(h.queue.calls, want) {
		t.Errorf("called was %q, not %q", h.queue.calls, want)
	}
	h.press("A", "c", "A", "x", "A", "r")
	if last := h.queue.calls[len(h.queue.calls)-1]; last != "clear 7 9 8 6" {
		t.Errorf("cleared: %q", last)
	}
	if len(h.queue.cancels) != 5 || len(h.queue.retries) != 3 {
		t.Errorf("cancelled %v, retried %v", h.queue.cancels, h.queue.retries)
	}
	h.press("A", "u")
	if h.m.transfers.Marked() != 0 {
		t.Error("marks remain")
	}
}

func TestHeldQueueGoesOn(t *testing.T) {
	h := atItem(t, queue.Waiting)
	news := manyStates()
	news.Totals.Held = true
	h.send(newsMsg{news: news})
	h.shows("PAUSED")
	h.press("P")
	if !slices.Equal(h.queue.calls, []string{"resume all"}) {
		t.Errorf("called was %q", h.queue.calls)
	}
}

func TestTabsOfTheQueueByMouse(t *testing.T) {
	h := atItem(t, queue.Waiting)
	head := h.line("3 Queue")
	before, _, _ := strings.Cut(head, "1 failed")
	x := len([]rune(before))
	click := func(x, y int) {
		h.send(tea.MouseMsg{X: x, Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	}
	click(x+2, h.m.layout.queue.Y)
	if text := h.text(); strings.Contains(text, "waiting.txt") || !strings.Contains(text, "failed.txt") {
		t.Errorf("the tab was not shown:\n%s", text)
	}
	click(5, h.m.layout.queue.Y+1)
	if len(h.m.dialogs) != 0 {
		t.Error("one click opened a dialog")
	}
	click(5, h.m.layout.queue.Y+1)
	h.shows("failed · 0")
}

func TestConflictIsAnsweredInPlace(t *testing.T) {
	for _, c := range []struct {
		keys []string
		want string
	}{
		{[]string{"o"}, "answer overwrite this 5"},
		{[]string{"a", "k"}, "answer rename batch 5"},
		{[]string{"a", "d"}, "answer size batch 5"},
		{[]string{"a", "a", "u"}, "answer newer always 5"},
		{[]string{"a", "a", "a", "R"}, "answer resume this 5"},
		{[]string{"enter"}, "answer skip this 5"},
	} {
		h := atItem(t, queue.Asking)
		h.press("enter")
		h.shows("asking.txt exists already")
		h.press(c.keys...)
		if !slices.Equal(h.queue.calls, []string{c.want}) {
			t.Errorf("%q calls %q, not %q", c.keys, h.queue.calls, c.want)
		}
	}
}

func TestConflictAsksByItself(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.send(newsMsg{news: manyStates()})
	h.shows("asking.txt exists already")
	h.press("o")
	if len(h.queue.calls) != 0 {
		t.Fatalf("a key in flight was taken for an answer: %q", h.queue.calls)
	}
	h.pass(time.Second)
	h.press("esc")
	h.gone("exists already")
	h.send(newsMsg{news: manyStates()})
	if len(h.m.dialogs) != 0 {
		t.Error("what was put off is asked again")
	}

	h.m.answering.later = nil
	h.send(newsMsg{news: manyStates()})
	h.shows("exists already")
	answered := manyStates()
	answered.Items[queue.Asking].State = queue.Running
	h.send(newsMsg{news: answered})
	h.gone("exists already") // another process has answered
}

func TestSpeedIsLimited(t *testing.T) {
	h := start(t, 160, 36).ready()
	h.press("w", "L", "ctrl+u", "5x", "enter")
	h.shows("This is no speed")
	h.press("esc", "L", "ctrl+u", "1.5M", "tab", "ctrl+u", "300k", "enter")
	h.shows("limited to ↑1.5M/s ↓300K/s")
	if want := []string{"limits {1572864 307200}"}; !slices.Equal(h.queue.calls, want) {
		t.Errorf("called was %q", h.queue.calls)
	}
	h.press("L")
	h.shows("1.5M")
	h.press("esc")
	limit := queue.Speed{Up: 2 << 20, Down: 200 << 10} // by another process: the tighter one holds
	h.send(newsMsg{news: queue.News{Items: manyStates().Items[:2], Totals: queue.Totals{Running: 1, Limit: limit}}})
	h.shows("↑1.5M/s ↓200K/s")
}

func TestTransfersArePutOff(t *testing.T) {
	h := atItem(t, queue.Waiting)
	h.press("D", "23:30", "enter")
	h.shows("begins at 23:30")
	if want := []string{"delay to 23:30 1"}; !slices.Equal(h.queue.calls, want) {
		t.Errorf("called was %q", h.queue.calls)
	}
	h.press("D", "now", "enter")
	h.shows("waiting.txt waits for its turn")
	h.press("A", "D", "10m", "enter")
	h.shows("3 transfers begin at 12:14")
	for text, want := range map[string]time.Duration{
		"10m": 10 * time.Minute, "in 2h30m": 150 * time.Minute, "12:00": 23*time.Hour + 55*time.Minute + 25*time.Second,
		"now": 0,
	} {
		if at, ok := moment(text, testNow); !ok || at.Sub(testNow) != want {
			t.Errorf("%s is %v later, %v", text, at.Sub(testNow), ok)
		}
	}
	for _, text := range []string{"", "-5m", "25:00", "soon"} {
		if _, ok := moment(text, testNow); ok {
			t.Errorf("%q is a time", text)
		}
	}
}

// overheard gives what commands say to the terminal until it is asked for.
func overheard(t *testing.T) (deps func(*harness, *Deps), said func() string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	voice := terminal.NewVoice(w)
	return func(_ *harness, d *Deps) { d.Terminal.Voice, d.Progress = voice, true }, func() string {
		_ = w.Close()
		all, err := io.ReadAll(r)
		if err != nil {
			t.Error(err)
		}
		return string(all)
	}
}

func batchNews(s queue.State, moved int64) queue.News {
	n := queue.News{Items: []queue.Item{{ID: 1, Batch: 7, State: s, Size: 100, Moved: moved, ToID: "x"}}}
	n.Totals = queue.Totals{Size: 100, Moved: moved}
	if s == queue.Running {
		n.Totals.Running = 1
	} else {
		n.Totals.Done = 1
	}
	return n
}

// hear takes news and does at once what is then said to the terminal.
func (h *harness) hear(news queue.News) {
	h.m.now = h.clock()
	h.m.arrived(news)
	h.m.transfers.Apply(news, h.m.now)
	h.doNow(h.m.finished(news))
}

func (h *harness) doNow(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	if batch, ok := cmd().(tea.BatchMsg); ok {
		for _, c := range batch {
			h.doNow(c)
		}
	}
}

func TestEndOfABatchIsHeard(t *testing.T) {
	for _, c := range []struct {
		ring Ring
		took time.Duration
		away bool
		want string
	}{
		{RingBell, time.Second, false, ""},
		{RingBell, time.Second, true, "\x07"},
		{RingBell, time.Minute, false, "\x07"},
		{RingNotify, time.Minute, false, "\x1b]9;ferry: 1 transfer done\x07"},
		{RingOff, time.Minute, true, ""},
	} {
		listen, said := overheard(t)
		h := start(t, 120, 36, listen, func(_ *harness, d *Deps) { d.Ring, d.Progress = c.ring, false }).ready()
		if c.away {
			h.send(tea.BlurMsg{})
		}
		h.hear(batchNews(queue.Running, 10))
		h.pass(c.took)
		h.hear(batchNews(queue.Done, 100))
		if got := said(); got != c.want {
			t.Errorf("%+v: heard was %q", c, got)
		}
	}
}

func TestProgressOfTheTerminal(t *testing.T) {
	listen, said := overheard(t)
	h := start(t, 120, 36, listen, func(_ *harness, d *Deps) { d.Ring = RingOff }).ready()
	for _, news := range []queue.News{
		batchNews(queue.Running, 10), batchNews(queue.Running, 10), batchNews(queue.Running, 47), batchNews(queue.Done, 100),
	} {
		h.hear(news)
	}
	if got, want := said(), "\x1b]9;4;1;10\x07\x1b]9;4;1;47\x07\x1b]9;4;0;0\x07"; got != want {
		t.Errorf("heard was %q, not %q", got, want)
	}
}

// TestWhatBeginsLaterIsNoWorkYet: an indicator that stands still for hours would tell nothing.
func TestWhatBeginsLaterIsNoWorkYet(t *testing.T) {
	listen, said := overheard(t)
	h := start(t, 120, 36, listen, func(_ *harness, d *Deps) { d.Ring = RingOff }).ready()
	h.hear(batchNews(queue.Running, 10))
	put := batchNews(queue.Waiting, 10)
	put.Items[0].Until = testNow.Add(2 * time.Hour)
	put.Totals.Waiting, put.Totals.Done = 1, 0
	h.hear(put)
	if h.m.finish.title != "1 later · ferry" {
		t.Errorf("the title is %q", h.m.finish.title)
	}
	h.hear(batchNews(queue.Running, 20))
	if got, want := said(), "\x1b]9;4;1;10\x07\x1b]9;4;0;0\x07\x1b]9;4;1;20\x07"; got != want {
		t.Errorf("heard was %q, not %q", got, want)
	}
}

func TestTitleOfTheWindow(t *testing.T) {
	h := start(t, 120, 36).ready()
	for _, c := range []struct {
		totals queue.Totals
		want   string
	}{
		{queue.Totals{}, "ferry"},
		{queue.Totals{Running: 1, Moved: 47, Size: 100}, "47% · ferry"},
		{queue.Totals{Waiting: 1, Held: true}, "paused · ferry"},
		{queue.Totals{Asking: 2}, "2 questions · ferry"},
		{queue.Totals{Done: 3, Failed: 1}, "3 transfers done, 1 failed · ferry"},
	} {
		h.send(newsMsg{news: queue.News{Totals: c.totals}})
		if h.m.finish.title != c.want {
			t.Errorf("%+v: the title is %q", c.totals, h.m.finish.title)
		}
	}
}

func TestAllAboutATransfer(t *testing.T) {
	h := atItem(t, queue.Done)
	it := queue.Item{
		ID: 6, Batch: 1, Name: "done.txt", State: queue.Done, Size: 9, Moved: 9, Proof: queue.ProofHash, Elsewhere: true,
	}
	h.send(newsMsg{news: queue.News{Items: []queue.Item{it}, Totals: queue.Totals{Done: 1}}})
	h.press("enter")
	h.shows("the same hash of all octets")
	h.shows("Another ferry process")
	h.press("enter")
	it = queue.Item{
		ID: 6, Batch: 1, Name: "done.txt", State: queue.Retrying, Size: 9, Reason: vfs.ErrLost,
		Until: testNow.Add(time.Minute),
	}
	h.send(newsMsg{news: queue.News{Items: []queue.Item{it}, Totals: queue.Totals{Retrying: 1}}})
	h.press("enter")
	h.shows("It goes on at 12:05:35.")
}

// TestTheBoxAboutATransferOffersWhatCanBeDone by the keys of the queue and by clicks, for that one though others are
// marked.
func TestTheBoxAboutATransferOffersWhatCanBeDone(t *testing.T) {
	for _, c := range []struct {
		on    queue.State
		key   string
		click string
		want  string // the call
	}{
		{queue.Waiting, "space", "pause it", "pause 1"},
		{queue.Paused, "space", "let it go on", "resume 3"},
		{queue.Waiting, "K", "a turn earlier", "up 1"},
		{queue.Waiting, "J", "a turn later", "down 1"},
		{queue.Retrying, "T", "the next turn of all", "top 4"},
		{queue.Paused, "B", "the last turn of all", "bottom 3"},
		{queue.Done, "V", "verify it", "verify 6"},
	} {
		for _, clicks := range []bool{false, true} {
			h := atItem(t, c.on)
			h.press("A", "enter")
			h.shows("Close")
			if clicks {
				h.clickOn(c.click)
			} else {
				h.press(c.key)
			}
			h.gone("Close")
			if !slices.Equal(h.queue.calls, []string{c.want}) {
				t.Errorf("%s on %s calls %q", c.key, c.on, h.queue.calls)
			}
		}
	}
	h := atItem(t, queue.Running)
	h.press("enter")
	h.gone("a turn earlier") // it runs already
	h.clickOn("cancel it")
	if !slices.Equal(h.queue.cancels, []queue.ItemID{2}) {
		t.Errorf("cancelled was %v", h.queue.cancels)
	}
	h.press("j", "j", "enter")
	h.shows("waiting · 0")
	h.clickOn("not before a time")
	h.shows("Not before a time")
}

// TestNothingIsCancelledByAccident: the row under the cursor ends in the moment in which the key is pressed.
func TestNothingIsCancelledByAccident(t *testing.T) {
	h := start(t, 120, 36).ready()
	news := manyStates()
	news.Items = []queue.Item{news.Items[queue.Running], news.Items[queue.Waiting]}
	h.send(newsMsg{news: news})
	h.press("w")
	ended := news.Items[0]
	ended.State = queue.Done
	h.send(newsMsg{news: queue.News{Items: []queue.Item{ended}, Totals: queue.Totals{Waiting: 1, Done: 1}}})
	h.press("x")
	h.shows("The list has just moved: x now cancels waiting.txt.")
	if len(h.queue.cancels) > 0 {
		t.Fatalf("cancelled was %v", h.queue.cancels)
	}
	h.press("x")
	if !slices.Equal(h.queue.cancels, []queue.ItemID{1}) {
		t.Errorf("cancelled was %v", h.queue.cancels)
	}
}

// TestTheKeyBarOfTheQueueShowsWhatCanBeDone where there is no room for all.
func TestTheKeyBarOfTheQueueShowsWhatCanBeDone(t *testing.T) {
	h := atItem(t, queue.Failed)
	bar := func() string {
		lines := strings.Split(h.text(), "\n")
		return lines[len(lines)-1]
	}
	h.send(tea.WindowSizeMsg{Width: 200, Height: 36})
	if got := bar(); !strings.Contains(got, "x Cancel") || !strings.Contains(got, "V Verify") {
		t.Errorf("with room the bar is %q", got)
	}
	for _, w := range []int{60, 80, 120} {
		h.send(tea.WindowSizeMsg{Width: w, Height: 36})
		got := bar()
		for _, want := range []string{"r Retry", "R Retry all", "P Pause all", "L Limit", "c Clear"} {
			if !strings.Contains(got, want) {
				t.Errorf("%d columns: %s is not in %q", w, want, got)
			}
		}
		if strings.Contains(got, "x Cancel") || strings.Contains(got, "Verify") {
			t.Errorf("%d columns: keys that do nothing take room in %q", w, got)
		}
	}
	h.clickOn("R Retry all")
	if !slices.Equal(h.queue.retries, []queue.ItemID{7}) {
		t.Errorf("retried was %v", h.queue.retries)
	}
}

func TestFramesOfTheQueue(t *testing.T) {
	for _, size := range [][2]int{{200, 60}, {120, 36}, {80, 24}, {60, 20}} {
		for name, keys := range map[string][]string{
			"clash": {"enter"}, "limit": {"L"}, "delay": {"D"}, "wire": {"4", "z"}, "states": {"z"},
		} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				h := atItem(t, queue.Asking)
				h.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				h.send(eventsMsg{events: sampleEvents()})
				h.press(keys...)
				h.frame(name)
			})
		}
	}
}

// TestJournalOfTheQueue tells once that it fails, that it is kept again, and what became of an older one.
func TestJournalOfTheQueue(t *testing.T) {
	h := start(t, 120, 36).ready()
	fails := queue.Totals{Unkept: errors.New("cannot keep the queue: no space left on its disk")}
	renewed := queue.Totals{Renewed: "the queue cannot be read any more; it is kept as queue.db.broken"}
	for _, c := range []struct {
		totals queue.Totals
		want   string
	}{
		{fails, "Cannot keep the queue: no space left on its disk"},
		{queue.Totals{}, "The queue is kept again."},
		{renewed, "The queue cannot be read any more; it is kept as queue.db.broken."},
	} {
		for _, want := range []string{c.want, ""} { // not a second time
			h.m.toast.text = ""
			h.send(newsMsg{news: queue.News{Totals: c.totals}})
			if got := h.m.toast.text; got != want {
				t.Errorf("told as %q, want %q", got, want)
			}
		}
	}
}

// TestANameThatWasRefusedIsReplaced by one that is offered, or typed.
func TestANameThatWasRefusedIsReplaced(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := atItem(t, queue.Failed)
			h.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			it, _ := h.m.transfers.Current()
			it.Name, it.Tries = "in/a:b?.txt", 1
			it.Reason = &vfs.Failure{Step: "write it", Said: "the server said 553", Kind: vfs.ErrUnsafeName}
			h.send(newsMsg{news: queue.News{Items: []queue.Item{it}}})
			h.press("enter")
			h.shows("under another name")
			h.press("a")
			h.shows("instead of a:b?.txt")
			h.frame("another-name")
			h.press("enter")
			h.gone("Another name there")
			if got := h.queue.calls; len(got) == 0 || got[len(got)-1] != "retry as a_b_.txt 7" {
				t.Errorf("the queue was told %q", got)
			}
		})
	}
}
