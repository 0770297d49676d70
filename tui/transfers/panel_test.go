package transfers

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

// The list is that of a slow store that sorts everything anew: asking, running, failed by ID, waiting by turn, then
// what ended, the latest first.
func TestStoreKeepsTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newStore()
		state, places := map[queue.ItemID]queue.State{}, map[queue.ItemID]int64{}
		var endings []queue.ItemID
		for range rapid.IntRange(0, 60).Draw(t, "changes") {
			id := queue.ItemID(rapid.IntRange(1, 12).Draw(t, "id"))
			if rapid.IntRange(0, 9).Draw(t, "kind") == 0 {
				s.apply(queue.News{Removed: []queue.ItemID{id}}, time.Time{})
				delete(state, id)
				endings = slices.DeleteFunc(endings, func(o queue.ItemID) bool { return o == id })
				continue
			}
			to := queue.State(rapid.IntRange(0, int(queue.Cancelled)).Draw(t, "state"))
			place := int64(rapid.IntRange(0, 3).Draw(t, "place"))
			s.apply(queue.News{Items: []queue.Item{{ID: id, State: to, Place: place}}}, time.Time{})
			places[id] = place
			was, known := state[id]
			state[id] = to
			if known && groupOf(was) == groupOf(to) {
				continue
			}
			endings = slices.DeleteFunc(endings, func(o queue.ItemID) bool { return o == id })
			if groupOf(to) == ended {
				endings = append(endings, id)
			}
		}
		checkOrder(t, &s, state, places, endings)
	})
}

func checkOrder(t *rapid.T, s *store, state map[queue.ItemID]queue.State,
	places map[queue.ItemID]int64, endings []queue.ItemID,
) {
	var want []queue.ItemID
	for _, g := range []group{asking, running, failed, waiting} {
		var of []queue.ItemID
		for id, st := range state {
			if groupOf(st) == g {
				of = append(of, id)
			}
		}
		slices.SortFunc(of, func(a, b queue.ItemID) int {
			if g == waiting && places[a] != places[b] {
				return int(places[a] - places[b])
			}
			return int(a) - int(b)
		})
		want = append(want, of...)
	}
	for _, id := range slices.Backward(endings) {
		want = append(want, id)
	}
	var got []queue.ItemID
	for i := range s.count(TabAll) {
		e := s.at(TabAll, i)
		got = append(got, e.ID)
		if s.place(TabAll, e.ID) != i {
			t.Fatalf("item %d is at %d and says %d", e.ID, i, s.place(TabAll, e.ID))
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

func item(id queue.ItemID, s queue.State) queue.Item {
	return queue.Item{
		ID: id, State: s, Name: fmt.Sprintf("数据/file-%d.dat", id), Size: 1000, Moved: 400, Speed: 5e6, Left: -1,
		Reason: map[bool]error{true: errors.New("it was refused")}[s == queue.Failed],
	}
}

func TestRowsAreAsWideAsThePanel(t *testing.T) {
	p := New(theme.Mono())
	var news queue.News
	for s := range queue.Cancelled + 1 {
		news.Items = append(news.Items, item(queue.ItemID(s), s))
	}
	news.Items = append(news.Items, queue.Item{ID: 50, Name: "unknown", Size: vfs.SizeUnknown, State: queue.Running})
	news.Totals = queue.Totals{Running: 1, Waiting: 99_999, Failed: 12_345, Done: 1, Skipped: 1, Cancelled: 1, Planning: 1}
	p.Apply(news, time.Time{})
	for w := 40; w <= 250; w++ {
		for _, focused := range []bool{false, true} {
			p.SetLook(Look{W: w, H: 10, Focused: focused})
			for n := range 10 {
				if got := ansi.StringWidth(string(p.Append(nil, n))); got != w {
					t.Fatalf("line %d is %d cells wide, not %d: %q", n, got, w, p.Append(nil, n))
				}
			}
		}
	}
}

func TestCursorStaysOnItsItem(t *testing.T) {
	p := New(theme.Mono())
	p.SetLook(Look{W: 100, H: 6, Focused: true})
	items := []queue.Item{item(1, queue.Running), item(2, queue.Waiting), item(3, queue.Waiting)}
	p.Apply(queue.News{Items: items}, time.Time{})
	p.Act(keymap.Bottom)
	p.Apply(queue.News{Items: []queue.Item{item(1, queue.Done), item(3, queue.Running)}}, time.Time{})
	if it, _ := p.Current(); it.ID != 3 {
		t.Errorf("the cursor is on item %d", it.ID)
	}
	p.SetLook(Look{W: 100, H: 6})
	p.Apply(queue.News{Items: []queue.Item{item(9, queue.Running)}}, time.Time{})
	if it, _ := p.Current(); it.ID != 3 {
		t.Errorf("without focus the top is item %d", it.ID)
	}
}

func TestTheReasonOfAFailureIsShown(t *testing.T) {
	p := New(theme.Mono())
	p.SetLook(Look{W: 100, H: 6, Focused: true})
	p.Apply(queue.News{Items: []queue.Item{item(1, queue.Failed)}}, time.Time{})
	if got := ansi.Strip(string(p.Append(nil, 5))); !strings.Contains(got, "It was refused") {
		t.Errorf("the last line is %q", got)
	}
	if ids := p.Failed(); len(ids) != 1 || ids[0] != 1 {
		t.Errorf("failed: %v", ids)
	}
}

// TestAHundredThousandItemsAreCheap: the time of each change does not grow with their number. Machines are noisy: one
// quick try of a few is enough.
func TestAHundredThousandItemsAreCheap(t *testing.T) {
	const n, limit = 100_000, 30 * time.Second
	var took time.Duration
	for tries := 0; tries == 0 || took > limit && tries < 4; tries++ {
		p := New(theme.Mono())
		p.SetLook(Look{W: 120, H: 10})
		news := queue.News{}
		for id := range queue.ItemID(n) {
			news.Items = append(news.Items, item(id+1, queue.Waiting))
		}
		p.Apply(news, time.Time{})
		begun := time.Now()
		for id := range queue.ItemID(n) {
			p.Apply(queue.News{Items: []queue.Item{item(id+1, queue.Running)}}, time.Time{})
			p.Apply(queue.News{Items: []queue.Item{item(id+1, queue.Done)}}, time.Time{})
		}
		took = time.Since(begun)
		if p.store.count(TabAll) != n || len(p.store.ids[ended]) != n {
			t.Errorf("%d items, %d ended", p.store.count(TabAll), len(p.store.ids[ended]))
		}
	}
	if took > limit {
		t.Errorf("%d changes took %v", 2*n, took)
	}
}

// shown gives a line of the panel without its colours.
func shown(p *Panel, n int) string { return ansi.Strip(string(p.Append(nil, n))) }

func TestWhatCameUnderTheCursorByItselfIsTold(t *testing.T) {
	p := New(theme.Mono())
	p.SetLook(Look{W: 100, H: 6, Focused: true})
	items := []queue.Item{item(1, queue.Running), item(2, queue.Running), item(3, queue.Waiting)}
	p.Apply(queue.News{Items: items}, noon)
	if p.Slid(noon) {
		t.Error("nothing was under the cursor before")
	}
	ended := func(id queue.ItemID, at time.Time) {
		p.Apply(queue.News{Items: []queue.Item{item(id, queue.Done)}}, at)
	}
	ended(1, noon)
	if it, _ := p.Current(); it.ID != 2 || !p.Slid(noon) || p.Slid(noon) {
		t.Errorf("item %d came, which is to be told once", it.ID)
	}
	ended(2, noon)
	if p.Slid(noon.Add(2 * slideGrace)) {
		t.Error("it was there long enough to be seen")
	}
	p.Click(5, 1) // what is pointed at is held, though it is at the top
	p.Apply(queue.News{Items: []queue.Item{item(9, queue.Running)}}, noon)
	if it, _ := p.Current(); it.ID != 3 || p.Slid(noon) {
		t.Errorf("the cursor went to item %d", it.ID)
	}
}

func TestWhatIsHeldStaysUnderTheCursor(t *testing.T) {
	p := New(theme.Mono())
	p.SetLook(Look{W: 100, H: 6, Focused: true})
	first, second := item(1, queue.Waiting), item(2, queue.Waiting)
	first.Place, second.Place = 1, 2
	p.Apply(queue.News{Items: []queue.Item{first, second}}, noon)
	p.Hold()
	first.Place = 3
	p.Apply(queue.News{Items: []queue.Item{first}}, noon)
	if it, _ := p.Current(); it.ID != 1 {
		t.Errorf("the cursor is on item %d", it.ID)
	}
}

func TestAPausedQueueSaysThatNothingIsLookedThrough(t *testing.T) {
	p := New(theme.Mono())
	p.SetLook(Look{W: 100, H: 6, Focused: true, Hint: "F5 copies."})
	for _, c := range []struct {
		totals queue.Totals
		want   string
	}{
		{queue.Totals{}, "F5 copies."},
		{queue.Totals{Planning: 1}, "What is to be copied is being looked through."},
		{queue.Totals{Planning: 1, Held: true}, "What is to be copied is looked through when the queue goes on."},
	} {
		p.Apply(queue.News{Totals: c.totals}, noon)
		if got := shown(p, 1); !strings.Contains(got, c.want) {
			t.Errorf("%+v: %q", c.totals, got)
		}
	}
	for tab, want := range map[Tab]string{
		TabActive: "Nothing is active.", TabWaiting: "What is to be", TabFailed: "Nothing has failed.",
		TabDone: "Nothing is done",
	} {
		p.show(tab)
		if got := shown(p, 1); !strings.Contains(got, want) {
			t.Errorf("tab %d: %q", tab, got)
		}
	}
}

func TestWhatBeginsLaterIsCounted(t *testing.T) {
	p := New(theme.Mono())
	one, two := item(1, queue.Waiting), item(2, queue.Waiting)
	one.Until, two.Until = noon.Add(time.Hour), noon.Add(time.Hour)
	p.Apply(queue.News{Items: []queue.Item{one, two}, Totals: queue.Totals{Waiting: 2}}, noon)
	if p.Later() != 2 {
		t.Errorf("%d begin later", p.Later())
	}
	p.Apply(queue.News{Items: []queue.Item{item(3, queue.Waiting)}, Totals: queue.Totals{Waiting: 3}}, noon)
	if p.Later() != 0 {
		t.Error("one could begin now")
	}
	p.Apply(queue.News{Removed: []queue.ItemID{2, 3}, Totals: queue.Totals{Waiting: 1}}, noon)
	if p.Later() != 1 {
		t.Errorf("%d begin later when others are gone", p.Later())
	}
}

func TestTheEndOfASecondHidesNoSpeed(t *testing.T) {
	var h history
	h.add(noon, 5)
	h.add(noon.Add(300*time.Millisecond), 7)
	h.add(noon.Add(600*time.Millisecond), 0)
	h.add(noon.Add(2*time.Second), 1)
	var cols [3]float64
	if top := h.sums(cols[:], noon.Add(2*time.Second), 3); top != 7 || cols != [3]float64{7, 0, 1} {
		t.Errorf("the columns are %v", cols)
	}
}

func TestWhatLeavesATabGivesTheCursorToTheNext(t *testing.T) {
	p := New(theme.Mono())
	p.SetLook(Look{W: 100, H: 6, Focused: true})
	items := []queue.Item{item(1, queue.Running), item(2, queue.Running), item(3, queue.Running)}
	p.Apply(queue.News{Items: items}, noon)
	p.show(TabActive)
	p.Act(keymap.Down)
	p.Apply(queue.News{Items: []queue.Item{item(2, queue.Done)}}, noon)
	p.Apply(queue.News{Items: []queue.Item{item(2, queue.Running)}}, noon) // it was tried again
	if it, _ := p.Current(); it.ID != 3 {
		t.Errorf("the cursor is on item %d", it.ID)
	}
}

func TestWhatIsClearedDependsOnTheTab(t *testing.T) {
	p := New(theme.Mono())
	p.Apply(queue.News{Items: []queue.Item{
		item(1, queue.Done), item(2, queue.Failed), item(3, queue.Cancelled), item(4, queue.Waiting),
	}}, noon)
	if got := p.Finished(); !slices.Equal(got, []queue.ItemID{1, 3}) {
		t.Errorf("among all %v", got)
	}
	p.show(TabFailed)
	if got := p.Finished(); !slices.Equal(got, []queue.ItemID{2}) {
		t.Errorf("among the failed %v", got)
	}
}

func TestATimeThatHasComeIsNoReasonToWait(t *testing.T) {
	p := New(theme.Mono())
	p.SetLook(Look{W: 100, H: 6, Now: noon})
	it := item(1, queue.Waiting)
	for _, c := range []struct {
		until time.Time
		want  string
		ticks bool
	}{
		{noon.Add(90 * time.Second), `later .*in 01:30`, true}, {noon, `queued  `, false}, {time.Time{}, `queued  `, false},
	} {
		it.Until = c.until
		p.Apply(queue.News{Items: []queue.Item{it}, Totals: queue.Totals{Waiting: 1}}, noon)
		if got := shown(p, 1); !regexp.MustCompile(c.want).MatchString(got) || p.CountsDown() != c.ticks {
			t.Errorf("until %v the row is %q, it counts down: %v", c.until, got, p.CountsDown())
		}
	}
}

func TestRowsTellEachThingOnce(t *testing.T) {
	p := New(theme.Mono())
	taken := item(1, queue.Failed)
	taken.Reason = &vfs.Failure{Step: "write it", On: "ftp.example.org:21", Said: "553 ?", Kind: vfs.ErrUnsafeName}
	long := item(2, queue.Failed)
	long.Reason = &vfs.Failure{Step: "write it", Said: "too long", Kind: vfs.ErrUnsafeName}
	skipped := item(3, queue.Skipped)
	skipped.Reason = errors.New("the file there is not older")
	p.Apply(queue.News{Items: []queue.Item{taken, long, skipped}}, noon)
	for _, w := range []int{60, 80, 120, 200} {
		p.SetLook(Look{W: w, H: 6, Now: noon})
		for i, want := range []string{"not taken", "bad name", "skipped"} {
			if got := shown(p, i+1); strings.Count(got, want) != 1 {
				t.Errorf("%d columns: %q is not once in %q", w, want, got)
			}
		}
	}
}

func TestEveryTabKeepsItsNameAndIsClickable(t *testing.T) {
	p := New(theme.Mono())
	p.Apply(sample(), noon)
	for _, w := range []int{60, 80, 100, 120, 200} {
		p.SetLook(Look{W: w, H: 20, Focused: true, Now: noon})
		head := shown(p, 0)
		if len(p.heads) != int(tabs) {
			t.Fatalf("%d columns: %d tabs in %q", w, len(p.heads), head)
		}
		for _, h := range p.heads {
			if !strings.Contains(h.text, p.tabWord(h.tab)) && h.text != "4 ended" {
				t.Errorf("%d columns: %q is no name of tab %d", w, h.text, h.tab)
			}
			p.Click(h.x, 0)
			if p.tab != h.tab {
				t.Errorf("%d columns: a click on %q shows tab %d", w, h.text, p.tab)
			}
		}
	}
}

func TestTheAxisTellsWhatTheGraphSumsUpTo(t *testing.T) {
	for _, c := range []struct {
		w    int
		want string
	}{{80, " 1.4/3.6G 38% .* limit ↑50M/s "}, {52, " 1.4/3.6G 38% "}, {40, "5 min ago ─+ now"}} {
		p := busy(c.w, 20, true)
		if got := shown(p, 19); !regexp.MustCompile(c.want).MatchString(got) {
			t.Errorf("%d columns: %q", c.w, got)
		}
	}
}

func TestSidesNameTheFolder(t *testing.T) {
	for want, it := range map[string]queue.Item{
		"local → ftp.example.org/www": {FromID: "local", ToID: "ftp://alice@ftp.example.org", To: "/www/a"},
		"ftp.example.org → /home/a":   {FromID: "ftp://alice@ftp.example.org", ToID: "local", To: "/home/a/b"},
	} {
		if got := sides(it); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
