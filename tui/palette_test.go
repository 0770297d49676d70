package tui

import (
	"fmt"
	"strings"
	"testing"

	"ferry/tui/keymap"
)

func TestPaletteFindsAndDoes(t *testing.T) {
	for _, key := range []string{":", "ctrl+p", "f9"} {
		h := start(t, 120, 36).ready()
		h.press(key)
		h.shows("What to do")
		h.press("rverse", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace")
		h.press("turnord")
		if l := h.line("> Turn"); !strings.Contains(l, "Turn the order around") || !strings.Contains(l, ", r") {
			t.Errorf("%s: the best line is %q in\n%s", key, l, h.text())
		}
		h.press("enter")
		h.gone("What to do")
		h.shows("name ▼")
	}
}

func TestPaletteShowsWhatWasChosenLast(t *testing.T) {
	h := start(t, 120, 36).ready()
	for _, words := range []string{"hidden", "sort by size"} {
		h.press(":", words, "enter")
	}
	h.press(":")
	lines := h.m.paletteLines()
	if lines[0].binding.Action != keymap.SortSize || lines[1].binding.Action != keymap.ToggleHidden {
		t.Errorf("first are %s, %s", lines[0].binding.Action, lines[1].binding.Action)
	}
	h.shows("> Sort by size")
}

func TestPaletteReachesOtherPanels(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.busy()
	h.press(":", "all that failed", "enter")
	h.until("it is asked", func() bool { return len(h.queue.retries) == 1 })
	if h.m.focused() != panelQueue {
		t.Error("the queue has no focus")
	}
}

func TestPaletteTellsWhatCannotBeDoneAndWhy(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press(":", "rename")
	h.shows("The way up cannot be renamed.")
	h.press("enter")
	h.shows("What to do")
	h.press("esc")
	h.gone("What to do")
}

// TestEveryActionIsWired: none may do nothing for the reason that nobody wired it.
func TestEveryActionIsWired(t *testing.T) {
	h := start(t, 120, 36).ready()
	known := h.m.actions()
	for a := range h.m.queueActions() {
		known[a] = h.m.quit
	}
	for _, p := range []panel{panelLeft, panelQueue, panelLog} {
		for _, l := range h.m.linesFor(p) {
			a := l.binding.Action
			if known[a] != nil {
				continue
			}
			h.m.focus(p)
			if !h.takes(a) {
				t.Errorf("%s in %s does nothing", a, contextOf(p))
			}
		}
	}
}

// takes reports whether a component knows an action.
func (h *harness) takes(a keymap.Action) bool {
	if h.m.move(a) {
		return true
	}
	switch h.m.focused() {
	case panelQueue:
		return h.m.transfers.Act(a)
	case panelLog:
		return h.m.log.Act(a)
	}
	_, ok := h.m.active().Act(a)
	return ok
}

func TestHelpTellsEveryBinding(t *testing.T) {
	h := start(t, 120, 60).ready()
	for _, p := range []panel{panelLeft, panelQueue, panelLog} {
		h.m.focus(p)
		h.press("?")
		var seen strings.Builder
		for range 20 {
			seen.WriteString(h.text())
			h.press("pgdown")
		}
		for _, l := range h.m.linesFor(p) {
			if !strings.Contains(seen.String(), l.deed.Name) {
				t.Errorf("%s: %q is missing or cut", contextOf(p), l.deed.Name)
			}
		}
		h.press("esc")
		h.gone("Keys:")
	}
}

func TestHelpIsSearchedAndDoesItsLines(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("?", "/", "size of fold")
	h.shows("> g s")
	h.press("esc")
	h.shows("One line up") // the search has ended, the help has not
	h.press("/", "by pattern", "enter")
	h.shows("Mark by pattern")
}

func TestFramesOfThePalette(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1]).ready()
			h.press(":", "sort by type", "enter")
			h.ready().press(":")
			h.frame("palette")
			h.press("comp")
			h.frame("palette-search")
			h.press("esc", "?", "/", "tab")
			h.frame("help-search")
		})
	}
}

func TestKeysThatCanDoNothingAreDimmedAndSayWhy(t *testing.T) {
	h := start(t, 120, 36).ready()
	dimmed := func(a keymap.Action) bool {
		for i, b := range h.m.bar.keys {
			if b.Action == a {
				return h.m.bar.key.off&(1<<i) != 0
			}
		}
		t.Fatalf("%s is not in the bar", a)
		return false
	}
	if !dimmed(keymap.Copy) || !dimmed(keymap.View) {
		t.Error("on the way up something can be copied or viewed")
	}
	h.press("f5")
	h.shows("There is nothing to copy here")
	h.press("j")
	if dimmed(keymap.Copy) || !dimmed(keymap.View) {
		t.Error("on a folder copying is what can be done")
	}
	h.press("w")
	if !dimmed(keymap.QueueCancel) {
		t.Error("an empty queue has something to cancel")
	}
	h.press("x")
	h.shows("The queue is empty here.")
}
