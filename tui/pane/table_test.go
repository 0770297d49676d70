package pane

import (
	"fmt"
	"io/fs"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ferry/internal/vfs"
)

func TestNaturalOrder(t *testing.T) {
	for _, want := range [][]string{
		{"img1", "img2", "img9", "img0010", "img10", "img100"},
		{"A", "a", "B", "b"},
		{"file", "file 1", "file-1"},
		{"1.9.0", "1.10.0", "1.10.0-rc1"},
		{"v", "v00", "v1"},
		{"zebra", "Ähre", "ảnh"},
	} {
		got := slices.Clone(want)
		slices.Reverse(got)
		slices.SortFunc(got, compareNatural)
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestNaturalIsAnOrder(t *testing.T) {
	name := rapid.StringMatching(`[aAbB019 äÄ.]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := name.Draw(t, "a"), name.Draw(t, "b"), name.Draw(t, "c")
		if compareNatural(a, b) != -compareNatural(b, a) || (compareNatural(a, b) == 0) != (a == b) {
			t.Fatalf("%q and %q are not ordered", a, b)
		}
		if compareNatural(a, b) <= 0 && compareNatural(b, c) <= 0 && compareNatural(a, c) > 0 {
			t.Fatalf("%q, %q, %q go in a circle", a, b, c)
		}
	})
}

// A listing that comes in batches is in the end ordered like one that came at once.
func TestBatchesMergeIntoTheSameOrder(t *testing.T) {
	entry := rapid.Custom(func(t *rapid.T) vfs.Entry {
		return vfs.Entry{
			Name:    rapid.StringMatching(`\.?[a-c]{1,2}[0-9]{0,2}`).Draw(t, "name"),
			Type:    rapid.SampledFrom([]vfs.Type{vfs.File, vfs.Dir, vfs.Link}).Draw(t, "type"),
			Size:    rapid.Int64Range(0, 3).Draw(t, "size"),
			ModTime: time.Unix(rapid.Int64Range(0, 3).Draw(t, "time"), 0),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		o := order{
			key:     sortKey(rapid.IntRange(0, int(byType)).Draw(t, "key")),
			reverse: rapid.Bool().Draw(t, "reverse"), hidden: rapid.Bool().Draw(t, "hidden"),
			filter: rapid.SampledFrom([]string{"", "a", "B1", "*1", "[ab]*"}).Draw(t, "filter"),
		}
		entries := rapid.SliceOfN(entry, 0, 40).Draw(t, "entries")
		piece := rapid.IntRange(1, 10).Draw(t, "piece")
		batched := &table{order: o}
		var rows []row
		for chunk := range slices.Chunk(entries, piece) {
			var some []row
			for _, e := range chunk {
				some = append(some, newRow(nil, e))
			}
			batched, rows = batched.add(some), append(rows, some...)
		}
		other := (&table{order: order{key: bySize}}).add(rows)
		checkSame(t, batched, other.arranged(o))
	})
}

func checkSame(t *rapid.T, got, want *table) {
	if !slices.Equal(got.shown, want.shown) || got.hidden != want.hidden || got.filtered != want.filtered {
		t.Fatalf("got %v, %d hidden; want %v, %d hidden", got.shown, got.hidden, want.shown, want.hidden)
	}
	folders := true
	for _, i := range got.shown {
		isDir := got.rows[i].entry.IsDir()
		if isDir && !folders {
			t.Fatal("a folder stands behind a file")
		}
		folders = isDir
	}
}

func TestSortingTwiceByTheSameTurnsAround(t *testing.T) {
	o := order{}
	var labels []string
	for _, key := range []sortKey{byName, byName, bySize, bySize, byTime, byType, byType} {
		o = o.by(key)
		word, arrow := o.label()
		labels = append(labels, word+arrow)
	}
	if got := fmt.Sprint(labels); got != "[name▼ name▲ size▼ size▲ date▼ type▲ type▼]" {
		t.Error(got)
	}
}

func TestMatcher(t *testing.T) {
	for _, c := range []struct {
		typed, name string
		want        bool
	}{
		{"", "any", true},
		{"dex", "index.html", true},
		{"INDEX", "index.html", true},
		{"index", "INDEX.HTM", true},
		{"ảnh", "Ảnh_du_lịch.jpg", true},
		{"xyz", "index.html", false},
		{"*.html", "index.html", true},
		{"*.HTML", "index.html", true},
		{"*.htm", "index.html", false},
		{"i?dex*", "index.html", true},
		{"[a-j]*", "index.html", true},
		{"[a-c]*", "index.html", false},
		{"[a", "x[a]", true}, // not complete yet: a plain text
		{"[a", "index.html", false},
	} {
		if got := newMatcher(c.typed).matches(c.name); got != c.want {
			t.Errorf("%q matches %q: %v", c.typed, c.name, got)
		}
	}
}

func TestColumnsGiveWay(t *testing.T) {
	for w, want := range map[int]columns{
		20:  {},
		22:  {size: true},
		34:  {size: true, date: true},
		49:  {size: true, date: true, perm: true},
		100: {size: true, date: true, perm: true, owner: true},
	} {
		if got := columnsFor(&Look{W: w}, true, false); got != want {
			t.Errorf("%d cells: %+v", w, got)
		}
	}
	for w := range 200 {
		c := columnsFor(&Look{W: w, Icons: true}, true, true)
		if name := w - c.before() - c.behind(); w >= 22 && name < 9 {
			t.Errorf("%d cells leave %d for the name", w, name)
		}
	}
	if columnsFor(&Look{W: 100}, false, false).owner {
		t.Error("a column without anything in it is shown")
	}
}

func TestModeLikeLs(t *testing.T) {
	for mode, want := range map[fs.FileMode]string{
		0o755: "rwxr-xr-x", 0o640: "rw-r-----", fs.ModeSetuid | 0o755: "rwsr-xr-x", fs.ModeSetgid | 0o640: "rw-r-S---",
		fs.ModeSticky | 0o777: "rwxrwxrwt", 0: "---------",
	} {
		if got := string(appendMode(nil, mode, true)); got != want {
			t.Errorf("%v = %q, want %q", mode, got, want)
		}
	}
	if got := string(appendMode(nil, 0o755, false)); got != "         " {
		t.Errorf("unknown = %q", got)
	}
}

func TestMarksDoNotOutliveWhatIsShown(t *testing.T) {
	rows := []row{
		newRow(nil, vfs.Entry{Name: ".a", Type: vfs.File, Size: 5}),
		newRow(nil, vfs.Entry{Name: "b", Type: vfs.File, Size: 7}),
	}
	all := (&table{order: order{hidden: true}}).add(rows)
	m := marks{}
	for i := range rows {
		m.set(&rows[i].entry, true)
	}
	if m.keep(all); m.octets() != 12 {
		t.Errorf("%d octets are marked", m.octets())
	}
	if m.keep(all.arranged(order{})); len(m) != 1 || m.octets() != 7 {
		t.Errorf("%v is marked", m)
	}
}

func BenchmarkSort100k(b *testing.B) {
	rows := make([]row, 100_000)
	for i := range rows {
		rows[i] = newRow(nil, vfs.Entry{Name: fmt.Sprintf("file-%d.dat", (i*7919)%100_000), Type: vfs.File})
	}
	for b.Loop() {
		(&table{}).add(rows)
	}
}

func TestTableSettlesTimes(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)
	first := (&table{}).add([]row{
		newRow(nil, vfs.Entry{Name: "minute", ModTime: at, Precision: vfs.PrecisionMinute}),
		newRow(nil, vfs.Entry{Name: "day", ModTime: at, Precision: vfs.PrecisionDay}),
	})
	rows := first.settled(vfs.ListReport{Shift: -2 * time.Hour})
	if got := rows[0].entry.ModTime; !got.Equal(at.Add(-2 * time.Hour)) {
		t.Errorf("a minute became %v", got)
	}
	if got := rows[1].entry.ModTime; !got.Equal(at) {
		t.Errorf("a day became %v", got)
	}
	if got := first.rows[0].entry.ModTime; !got.Equal(at) {
		t.Errorf("the table on the screen was changed under it: %v", got)
	}
}
