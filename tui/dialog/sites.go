package dialog

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/sahilm/fuzzy"

	"ferry/internal/site"
	"ferry/internal/termtext"
	"ferry/tui/keymap"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// Sites shows the saved sites as a tree, with a card about the one under the cursor.
type Sites struct {
	Theme  *theme.Theme
	All    func() site.List
	Card   func(site.Site) []Line
	Keys   map[string]func(site.Site) tea.Cmd // what a key does with the site under the cursor; "enter" closes
	Add    func() tea.Cmd
	Import func() tea.Cmd
	Export func() tea.Cmd
	Faults func() []string // what of the file is not used, safe, with line and column; may be nil

	at     int   // a site, counted without the folders
	rows   []int // the site of each line of the box, when it was last drawn; -1 for none
	search *Field
	typing bool // keys go to the search
}

// shown gives the sites that the search lets through.
func (d *Sites) shown() site.List {
	all := d.All()
	text := d.text()
	if text == "" {
		return all
	}
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = s.Name + " " + s.Folder + " " + s.Host + " " + s.User + " " + s.Notes
	}
	hit := map[int]bool{}
	for _, m := range fuzzy.Find(text, words) {
		hit[m.Index] = true
	}
	var found site.List
	for i, s := range all {
		if hit[i] {
			found = append(found, s)
		}
	}
	return found
}

func (d *Sites) text() string {
	if d.search == nil {
		return ""
	}
	return d.search.Value()
}

// Update takes a key.
func (d *Sites) Update(key tea.KeyMsg) (closed bool, cmd tea.Cmd) {
	k := keymap.Normalize(key.String())
	if d.typing && k != "up" && k != "down" {
		d.find(k, key)
		return false, nil
	}
	all := d.shown()
	switch k {
	case "esc", "ctrl+c", "ctrl+g", "q":
		if d.text() != "" && k != "q" {
			d.search = nil
			return false, nil
		}
		return true, nil
	case "down", "j":
		d.at = min(d.at+1, max(len(all)-1, 0))
	case "up", "k":
		d.at = max(d.at-1, 0)
	case "home", "g":
		d.at = 0
	case "end", "G":
		d.at = max(len(all)-1, 0)
	case "/":
		field := Text("", "")
		d.search, d.typing = &field, true
	case "a":
		return false, d.Add()
	case "i":
		return false, d.Import()
	case "x":
		return false, d.Export()
	default:
		if do := d.Keys[k]; do != nil && d.at < len(all) {
			return false, do(all[d.at])
		}
	}
	return false, nil
}

// find takes a key for the search.
func (d *Sites) find(k string, key tea.KeyMsg) {
	switch k {
	case "enter":
		d.typing = false
	case "esc", "ctrl+c", "ctrl+g":
		d.typing, d.search = false, nil
	default:
		d.search.edit(key)
	}
	d.at = 0
}

const (
	sitesWidth = 110 // of the box
	treeWidth  = 36  // of the tree in it, at most
	cardFrom   = 76  // width of the box from which the card has room beside the tree
)

// Box draws the dialog.
func (d *Sites) Box(w, h int) []string {
	v := canvas{theme: d.Theme, width: boxWidth(w, min(max(w-margins, usualWidth), sitesWidth))}
	all := d.shown()
	d.at = max(min(d.at, len(all)-1), 0)
	d.rows = []int{-1} // the upper border
	room := max(h-4, 3)
	if _, more := d.hints(v.width); more != "" {
		room--
	}
	var card []Line
	if len(all) > 0 {
		card = d.Card(all[d.at])
	}
	if d.search != nil {
		v.add(d.Theme.Paint(theme.Dim, "/ ") + d.search.draw(d.Theme, v.inner()-2, 0, d.typing))
		d.rows = append(d.rows, -1)
		room--
	}
	if d.Faults != nil && len(d.Faults()) > 0 {
		l := faultLine(d.Faults())
		v.text(l.Role, l.Text)
		d.rows = append(d.rows, -1)
		room--
	}
	switch {
	case len(d.All()) == 0:
		v.text(theme.Dim, "There are no sites yet: a adds one, i takes them over from another program.")
	case len(all) == 0:
		v.text(theme.Dim, "No site is like that.")
	case v.width >= cardFrom:
		d.beside(&v, all, card, room)
	default:
		rows := min(len(d.tree(all, v.inner())), max(room/2, 3))
		for _, line := range d.windowOf(all, v.inner(), rows) {
			v.add(line)
		}
		v.text(theme.Border, strings.Repeat("─", v.inner()))
		for _, l := range wrapLines(card, v.inner(), room-rows-1) {
			v.text(l.Role, l.Text)
		}
	}
	foot, more := d.hints(v.width)
	if more != "" {
		v.text(theme.Dim, more)
	}
	return v.box("Sites", foot)
}

// hints names the keys in the border, and those that it has no room for.
func (d *Sites) hints(width int) (foot, more string) {
	switch {
	case d.typing:
		return "↑ ↓ choose · Enter keeps · Esc drops", ""
	case width < cardFrom:
		return "Enter connect · a add · e edit · d del · / find", "y copy · t test · f forget · i import · x export"
	case width < sitesWidth-margins:
		return "Enter connect · a add · e edit · y copy · d delete · t test · / find",
			"i import from other programs · x export · f forget what was learned"
	}
	return "Enter connect · a add · e edit · y copy · d delete · t test · i import · x export · / find · Esc", ""
}

// beside draws the tree and the card beside each other.
func (d *Sites) beside(v *canvas, all site.List, card []Line, room int) {
	width := min(treeWidth, v.inner()/3)
	tree := d.windowOf(all, width, room)
	right := v.inner() - width - 3
	lines := wrapLines(card, right, room)
	for i := range max(len(tree), len(lines)) {
		left, text := strings.Repeat(" ", width), ""
		if i < len(tree) {
			left = tree[i]
		}
		if i < len(lines) {
			text = d.Theme.Paint(lines[i].Role, termtext.Truncate(lines[i].Text, right))
		}
		v.add(left + d.Theme.Paint(theme.Border, " │ ") + text)
	}
}

// windowOf gives the lines of the tree that are shown, and notes which sites they are.
func (d *Sites) windowOf(all site.List, width, room int) []string {
	tree, sites := d.tree(all, width), siteRows(all)
	from := windowFrom(len(tree), d.row(all), room)
	to := min(from+room, len(tree))
	d.rows = append(d.rows, sites[from:to]...)
	return tree[from:to]
}

// siteRows gives the site of each line of the tree, -1 for a folder.
func siteRows(all site.List) []int {
	var rows []int
	folder := ""
	for i, s := range all {
		if s.Folder != folder {
			folder = s.Folder
			rows = append(rows, -1)
		}
		rows = append(rows, i)
	}
	return rows
}

// Wheel moves the cursor by lines.
func (d *Sites) Wheel(lines int) tea.Cmd {
	d.at += lines // Box keeps it among the sites
	return nil
}

// Click puts the cursor on a site; a click on the one under the cursor connects to it.
func (d *Sites) Click(_, y int) (closed bool, cmd tea.Cmd) {
	if y < 0 || y >= len(d.rows) || d.rows[y] < 0 {
		return false, nil
	}
	again := d.rows[y] == d.at
	d.at = d.rows[y]
	if again {
		return d.Update(tea.KeyMsg{Type: tea.KeyEnter})
	}
	return false, nil
}

// tree gives a line for each folder and site.
func (d *Sites) tree(all site.List, width int) []string {
	var lines []string
	folder := ""
	for i, s := range all {
		if s.Folder != folder {
			folder = s.Folder
			lines = append(lines, d.Theme.Paint(theme.Folder, termtext.Pad(prose.Safe(folder)+"/", width)))
		}
		indent := "  "
		if folder != "" {
			indent = "    "
		}
		role := colourRole(s.Colour)
		if i == d.at {
			indent, role = ">"+indent[1:], theme.TitleFocused
		}
		lines = append(lines, d.Theme.Paint(role, termtext.Pad(indent+prose.Safe(s.Name), width)))
	}
	return lines
}

// row gives the line of the tree that the cursor is on.
func (d *Sites) row(all site.List) int {
	return max(slices.Index(siteRows(all), d.at), 0)
}

// colourRole gives the role whose colour is nearest to a site's.
func colourRole(colour string) theme.Role {
	role, known := map[string]theme.Role{
		"red": theme.Bad, "yellow": theme.Warn, "green": theme.Good, "cyan": theme.Link, "blue": theme.Folder,
		"magenta": theme.Marked,
	}[colour]
	if !known {
		return theme.Text
	}
	return role
}

// window gives the part of lines that shows one of them.
func window(lines []string, at, room int) []string {
	from := windowFrom(len(lines), at, room)
	return lines[from:min(from+room, len(lines))]
}

// windowFrom gives the first of n lines that window shows.
func windowFrom(n, at, room int) int { return max(min(at-room/2, n-room), 0) }

func wrapLines(lines []Line, width, room int) []Line {
	var all []Line
	for _, l := range lines {
		for _, text := range prose.Wrap(l.Text, width) {
			all = append(all, Line{Role: l.Role, Text: text})
		}
	}
	return all[:max(min(len(all), room), 0)]
}
