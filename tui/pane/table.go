package pane

import (
	"cmp"
	"slices"
	"strings"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
)

// sortKey is what the rows of a pane are ordered by. Folders always come first.
type sortKey int

const (
	byName sortKey = iota
	bySize
	byTime
	byType // the ending of the name
)

// keyNamed gives the key of a word of Config.Sort.
func keyNamed(word string) sortKey {
	return sortKey(max(slices.Index([]string{byName: "name", bySize: "size", byTime: "time", byType: "type"}, word), 0))
}

// order says which rows are shown, and in which order.
type order struct {
	key     sortKey
	reverse bool   // the other direction than the one people expect first: A to Z, largest first, newest first
	hidden  bool   // hidden files are shown
	filter  string // the names that are shown match it; "" for all
}

// by orders by a key, or turns around what is ordered by it already.
func (o order) by(key sortKey) order {
	o.reverse = o.key == key && !o.reverse
	o.key = key
	return o
}

// label is the head of the column that the rows are ordered by, with the direction in which values grow.
func (o order) label() (word, arrow string) {
	word = o.word()
	if (o.key == byName || o.key == byType) != o.reverse {
		return word, "▲"
	}
	return word, "▼"
}

func (o order) word() string {
	return [...]string{byName: "name", bySize: "size", byTime: "date", byType: "type"}[o.key]
}

// row is an entry made ready for showing.
type row struct {
	entry  vfs.Entry
	name   string // safe to draw
	target string // safe to draw
}

func newRow(f vfs.FS, e vfs.Entry) row {
	r := row{entry: e, name: termtext.DisplayName(vfs.DisplayName(f, e.Name))}
	if e.Type == vfs.Link && e.Target != "" {
		r.target = termtext.DisplayName(vfs.DisplayName(f, e.Target))
	}
	return r
}

// extension gives the ending of a name without its dot, in lower case; "" where there is none.
func extension(name string) string {
	i := strings.LastIndexByte(name, '.')
	if i <= 0 {
		return ""
	}
	return strings.ToLower(name[i+1:])
}

func (r *row) isLink() bool { return r.entry.Type == vfs.Link }

func (r *row) executable() bool { return r.entry.ModeKnown && r.entry.Mode&0o111 != 0 }

func isHidden(name string) bool { return strings.HasPrefix(name, ".") }

// table is a listing as it came, and which of its rows are shown in which order. Once made it does not change,
// so that the screen can show it while the reader of the listing makes the next one.
type table struct {
	rows   []row
	shown  []int32 // indexes into rows
	hidden int     // rows that are not shown since they are hidden
	order  order

	filtered int  // rows that are not shown since they do not match the filter
	owners   bool // some rows tell their owner
}

// settled gives the rows with the times that the end of the listing told to be right.
func (t *table) settled(report vfs.ListReport) []row {
	rows := slices.Clone(t.rows)
	one := make([]vfs.Entry, 1)
	for i := range rows {
		one[0] = rows[i].entry
		report.Settle(one)
		rows[i].entry = one[0]
	}
	return rows
}

// add gives a table with more rows, merging them into the order. t must be the latest of its line of tables.
func (t *table) add(rows []row) *table {
	n := &table{
		rows: append(t.rows, rows...), order: t.order, hidden: t.hidden, filtered: t.filtered, owners: t.owners,
	}
	fresh := make([]int32, 0, len(rows))
	match := newMatcher(n.order.filter)
	for i := len(t.rows); i < len(n.rows); i++ {
		r := &n.rows[i]
		n.owners = n.owners || r.entry.Owner != ""
		switch {
		case !n.order.hidden && isHidden(r.entry.Name):
			n.hidden++
		case !match.matches(r.name):
			n.filtered++
		default:
			fresh = append(fresh, int32(i))
		}
	}
	slices.SortFunc(fresh, n.compare)
	n.shown = n.merge(t.shown, fresh)
	return n
}

// arranged gives a table of the same rows in another order.
func (t *table) arranged(o order) *table {
	empty := table{order: o}
	return empty.add(t.rows[:len(t.rows):len(t.rows)])
}

func (t *table) merge(a, b []int32) []int32 {
	if len(a) == 0 {
		return b
	}
	all := make([]int32, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if t.compare(b[0], a[0]) < 0 {
			all, b = append(all, b[0]), b[1:]
		} else {
			all, a = append(all, a[0]), a[1:]
		}
	}
	return append(append(all, a...), b...)
}

// compare orders two rows by their indexes; no two rows are equal.
func (t *table) compare(i, j int32) int {
	a, b := &t.rows[i], &t.rows[j]
	if a.entry.IsDir() != b.entry.IsDir() {
		if a.entry.IsDir() {
			return -1
		}
		return 1
	}
	c := t.compareKey(&a.entry, &b.entry)
	if t.order.reverse {
		c = -c
	}
	if c == 0 && t.order.key != byName {
		c = compareNatural(a.name, b.name)
	}
	if c == 0 {
		c = cmp.Compare(i, j)
	}
	return c
}

func (t *table) compareKey(a, b *vfs.Entry) int {
	switch {
	case t.order.key == byName:
		return compareNatural(a.Name, b.Name)
	case t.order.key == byTime:
		return b.ModTime.Compare(a.ModTime)
	case t.order.key == byType && a.IsDir():
		return 0
	case t.order.key == byType:
		return compareNatural(extension(a.Name), extension(b.Name))
	case a.IsDir(): // the size of a folder means nothing
		return 0
	}
	return cmp.Compare(b.Size, a.Size)
}

// find gives the place of a name among the shown rows, or -1.
func (t *table) find(name string) int {
	return slices.IndexFunc(t.shown, func(i int32) bool { return t.rows[i].entry.Name == name })
}
