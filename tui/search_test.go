package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

// current gives the name under the cursor of a side.
func (h *harness) current(side int) string {
	e, _ := h.m.panes[side].Current()
	return e.Name
}

// marked gives the names that are marked on a side.
func (h *harness) marked(side int) []string {
	if !h.m.panes[side].Marked() {
		return nil
	}
	var names []string
	for _, e := range h.m.panes[side].Selection() {
		names = append(names, e.Name)
	}
	return names
}

func TestSearchByTyping(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("/", "s")
	if got := h.current(0); got != "assets" {
		t.Errorf("s went to %s", got)
	}
	h.press("i", "t")
	h.shows("search: sit▏ 1 of 1")
	if got := h.current(0); got != "sitemap.xml" {
		t.Errorf("sit went to %s", got)
	}
	h.press("x")
	h.shows("no name matches")
	h.press("backspace", "backspace", "backspace", "enter")
	h.gone("search:")
	if got := h.current(0); got != "assets" {
		t.Errorf("back at s the cursor is on %s", got)
	}
	h.press("n")
	if got := h.current(0); got != "css" {
		t.Errorf("n went to %s", got)
	}
	h.press("N", "N")
	if got := h.current(0); got != "styles.css" {
		t.Errorf("N around the end went to %s", got)
	}
}

func TestASearchThatIsGivenUpChangesNothing(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("n")
	h.shows("Nothing was searched yet; / searches.")
	h.press("j", "/", "*.js", "esc")
	if got := h.current(0); got != "assets" {
		t.Errorf("the cursor is on %s", got)
	}
	h.press("/*.JS") // in one burst
	h.shows("search: *.JS▏ 1 of 1")
	if got := h.current(0); got != "main.js" {
		t.Errorf("the cursor is on %s", got)
	}
	h.press("enter")
	h.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("/q\x1b[2J"), Paste: true})
	if h.quit {
		t.Error("a paste was taken for keys")
	}
}

func TestFilterShowsOnlyWhatMatches(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("end", "k", "k", "A", "f", "*", ".", "css")
	h.until("one row", func() bool { return strings.Contains(h.text(), "filter: *.css▏ 1 of 15") })
	h.gone("index.html                    18.2K")
	if got := h.current(0); got != "styles.css" {
		t.Errorf("the cursor went to %q while the filter was not complete", got)
	}
	if got := h.marked(0); !slices.Equal(got, []string{"styles.css"}) {
		t.Errorf("what nobody sees is marked: %q", got)
	}
	h.press("enter", "u")
	h.shows("filter *.css 1 of 15 · Esc shows all")
	h.press("R")
	h.until("the listing", func() bool { return !h.m.panes[0].Busy() })
	h.shows("filter *.css 1 of 15")
	h.press("esc")
	h.shows("18.2K")
	h.press("f", "css")
	h.until("folder and file", func() bool { return strings.Contains(h.text(), "2 of 15") })
	h.press("enter", "home", "j", "l")
	h.shows("print.css")
	if h.m.panes[0].Filtered() {
		t.Error("the filter went along into another folder")
	}
}

func TestRangesOfMarks(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("j", "space", "v", "j", "j") // assets; then css, img, current
	if got := h.marked(0); !slices.Equal(got, []string{"assets", "css", "img", "current"}) {
		t.Errorf("marked are %q", got)
	}
	h.press("k", "k", "k", "k") // up past the anchor
	if got := h.marked(0); !slices.Equal(got, []string{"assets", "css"}) {
		t.Errorf("after going up %q", got)
	}
	h.press("G")
	h.shows("15 marked 1.2G · v ends the range")
	h.press("esc")
	if got := h.marked(0); !slices.Equal(got, []string{"assets"}) {
		t.Errorf("given up, %q are marked", got)
	}
	h.press("v", "k", "v", "home", "j", "u")
	if got := h.marked(0); got != nil {
		t.Errorf("in the end %q", got)
	}
}

func TestSortStrip(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press(",")
	h.shows("sort by type")
	h.press("e")
	h.shows("type ▲")
	h.until("order by type", func() bool { return !h.m.panes[0].Busy() })
	h.press("A")
	want := []string{"current", "LICENSE", "styles.css", "数据备份-2026.tar.gz", "index.html"}
	if got := h.marked(0)[3:8]; !slices.Equal(got, want) {
		t.Errorf("the files begin with %q", got)
	}
	h.press(",r")
	h.shows("type ▼")
}

func TestEveryLineOfAListingIsAccountedFor(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.shows("7 of 7 lines read")
}

func TestIconsKeepColumnsStraight(t *testing.T) {
	for _, size := range goldenSizes {
		h := start(t, size[0], size[1]).ready()
		h.press("gi")
		h.press("k")
		h.checkFrame()
		h.shows("\uf07b assets/")
		h.frame("icons")
	}
}

func TestSearchFrames(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1]).ready()
			h.press("/", "css")
			h.frame("search")
			h.press("esc", "f", "*.css")
			h.shows("1 of 15")
			h.frame("filter")
			h.press("esc")
			h.shows("LICENSE")
			h.press("home", "j", "v", "j", "j")
			h.frame("range")
			h.press("v", ",")
			h.frame("sorting")
		})
	}
}
