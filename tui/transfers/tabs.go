package transfers

import (
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"ferry/internal/termtext"
	"ferry/queue"
	"ferry/tui/cell"
	"ferry/tui/figure"
	"ferry/tui/theme"
)

// Tab chooses what the list shows.
type Tab int

// The tabs.
const (
	TabAll Tab = iota
	TabActive
	TabWaiting
	TabFailed
	TabDone
	tabs
)

func (t Tab) holds(g group) bool {
	switch t {
	case TabActive:
		return g == asking || g == running
	case TabWaiting:
		return g == waiting
	case TabFailed:
		return g == failed
	case TabDone:
		return g == ended
	}
	return true
}

// title is a tab in the head of the panel.
type title struct {
	tab  Tab
	text string
	role theme.Role
	x    int // its first cell, counted from the panel's
	w    int
}

// titles gives the tabs that are worth showing: all while the panel has the focus, else those with something in them.
// What lies in them is told one by one, or in short.
func (p *Panel) titles(short bool) []title {
	all := p.heads[:0]
	for t := range tabs {
		text, alarm := p.counts(t, short)
		switch {
		case text == "" && !p.look.Focused && (t == TabAll || t != p.tab):
			continue
		case text == "":
			text = "0 " + p.tabWord(t)
		case p.look.Focused && !short && !strings.Contains(text, p.tabWord(t)):
			text = "0 " + p.tabWord(t) + " " + text // each tab keeps its name
		}
		role := theme.Dim
		switch {
		case t == p.tab && (p.look.Focused || p.tab != TabAll):
			role = theme.TabShown
		case alarm:
			role = theme.Warn
		}
		all = append(all, title{tab: t, text: text, role: role})
	}
	return all
}

func (p *Panel) tabWord(t Tab) string {
	words := [...]string{"all", "active", "waiting", "failed", "done"}
	if p.tight() {
		words = [...]string{"all", "active", "wait", "fail", "done"}
	}
	return words[t]
}

// counts says how much there is in a tab, "" for nothing, and whether somebody should look.
func (p *Panel) counts(t Tab, short bool) (text string, alarm bool) {
	n := p.totals
	word := p.tabWord(t)
	if short {
		n.Waiting, n.Paused, n.Retrying = n.Waiting+n.Paused+n.Retrying, 0, 0
	}
	answer := "to answer"
	if short && p.tight() {
		answer = "?"
	}
	switch t {
	case TabActive:
		return join(n.Asking, answer, n.Running, word, 0, ""), n.Asking > 0
	case TabWaiting:
		return join(n.Waiting, word, n.Paused, "paused", n.Retrying, "retrying"), false
	case TabFailed:
		return join(n.Failed, word, 0, "", 0, ""), n.Failed > 0
	case TabDone:
		if short && n.Skipped+n.Cancelled > 0 {
			return join(n.Done+n.Skipped+n.Cancelled, "ended", 0, "", 0, ""), false
		}
		return join(n.Done, word, n.Skipped, "skipped", n.Cancelled, "cancelled"), false
	}
	if p.look.Focused {
		return join(p.store.count(TabAll), word, 0, "", 0, ""), false
	}
	return "", false
}

func join(a int, aWord string, b int, bWord string, c int, cWord string) string {
	text := ""
	for _, one := range [...]struct {
		n    int
		word string
	}{{a, aWord}, {b, bWord}, {c, cWord}} {
		if one.n == 0 {
			continue
		}
		if text != "" {
			text += " "
		}
		text += figure.Count(one.n) + " " + one.word
	}
	return text
}

// appendTitles appends the tabs in at most room cells, and gives how many it took. Where less than rest is left then,
// they are told in short.
func (p *Panel) appendTitles(b []byte, x, room, rest int) ([]byte, int) {
	used := 0
	p.heads = p.titles(false)
	if p.titlesWidth() > room-rest {
		p.heads = p.titles(true)
	}
	for i := range p.heads {
		h := &p.heads[i]
		between := p.between(i)
		w := termtext.Width(h.text)
		if used+termtext.Width(between)+w+1 > room {
			p.heads = p.heads[:i]
			break
		}
		b = cell.Paint(b, p.theme, theme.Border, between)
		b = cell.Paint(b, p.theme, h.role, h.text)
		used += termtext.Width(between)
		h.x, h.w = x+used, w
		used += w
	}
	if used > 0 {
		b = append(b, ' ')
		used++
	}
	return b, used
}

// between is what stands before the i-th title.
func (p *Panel) between(i int) string {
	if i == 0 || p.tight() {
		return " "
	}
	return " · "
}

// titlesWidth gives the cells that all titles would take.
func (p *Panel) titlesWidth() int {
	n := 1
	for i := range p.heads {
		n += termtext.Width(p.between(i)) + termtext.Width(p.heads[i].text)
	}
	return n
}

// show shows another tab, from its top.
func (p *Panel) show(t Tab) {
	p.tab = (t + tabs) % tabs
	p.moveTo(0)
}

// sides tells from where to where an item goes: "local → ftp.example.org/www/css", "ftp.example.org → /home/alice".
func sides(it queue.Item) string {
	from, to := side(it.FromID), side(it.ToID)
	switch {
	case it.To == "":
	case it.ToID == localID:
		to = termtext.Display(filepath.Dir(it.To))
	default:
		to += termtext.Display(path.Dir(it.To))
	}
	return from + " → " + to
}

// localID is the ID of the local side (see vfs.FS.ID).
const localID = "local"

func side(id string) string {
	if u, err := url.Parse(id); err == nil && u.Host != "" {
		return termtext.Display(u.Host)
	}
	return termtext.Display(id)
}

// label gives the name of an item as it is shown.
func label(it queue.Item) string {
	n := termtext.DisplayName(it.Name)
	if it.Folder {
		n += "/"
	}
	return n
}
