package transfers

import (
	"errors"
	"fmt"
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

func TestAHundredThousandItemsAreCheap(t *testing.T) {
	p := New(theme.Mono())
	p.SetLook(Look{W: 120, H: 10})
	const n = 100_000
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
	if took := time.Since(begun); took > 30*time.Second {
		t.Errorf("%d changes took %v", 2*n, took)
	}
	if p.store.count(TabAll) != n || len(p.store.ids[ended]) != n {
		t.Errorf("%d items, %d ended", p.store.count(TabAll), len(p.store.ids[ended]))
	}
}
