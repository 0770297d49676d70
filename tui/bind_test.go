package tui

import (
	"errors"
	"fmt"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/keymap"
)

// bindTo opens the palette, finds a command and asks for a key for it.
func (h *harness) bindTo(command string) {
	h.press(":", command)
	h.send(tea.KeyMsg{Type: tea.KeyCtrlK})
	h.shows("Press the key for it:")
}

func TestAKeyIsBoundInThePalette(t *testing.T) {
	file := &saved{}
	h := start(t, 120, 36, withSettings(file)).ready()
	h.bindTo("swap the panes")
	h.press("f12")
	h.shows("F12 saved: swap the panes.")
	h.shows("X  F12")
	if !file.is("swap", "X|f12") {
		t.Errorf("saved was %s = %s", file.key, file.value)
	}
	h.press("esc", "f12")
	h.shows("▌2 local")
	h.bindTo("swap the panes")
	h.press("g", "z")
	h.shows("g z saved")
	h.press("esc", "gz")
	h.shows("▌1 local")
}

func TestATakenKeyIsRefused(t *testing.T) {
	file := &saved{}
	h := start(t, 120, 36, withSettings(file)).ready()
	h.bindTo("swap the panes")
	for key, said := range map[string]string{
		"r": "r is taken: rename here.", "tab": "Tab is taken: go to the other pane.", "X": "X does that already.",
	} {
		h.press(key)
		h.shows("! " + said)
	}
	h.press("g")
	h.shows("Press the key for it: g …")
	h.press("s")
	h.shows("g s is taken: size of folders.")
	h.press("esc")
	h.gone("Press")
	h.shows("What to do")
	h.press("esc")
	h.press("w")
	h.bindTo("an earlier turn")
	h.press("f12")
	h.shows("F12 saved: an earlier turn.")
	h.press("esc", "1")
	h.bindTo("swap the panes")
	h.press("f12") // a key of the queue means nothing in a pane yet
	h.shows("F12 saved: swap the panes.")
}

func TestAKeyThatCannotBeSavedIsNotBound(t *testing.T) {
	file := &saved{}
	file.refuse(errors.New("the disk is full"))
	h := start(t, 120, 36, withSettings(file)).ready()
	h.bindTo("swap the panes")
	h.press("f12")
	h.shows("! The disk is full")
	if len(h.m.deps.Keys.Keys(keymap.Swap)) != 1 {
		t.Error("it was bound")
	}
}

func TestFramesOfBindingAKey(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1], withSettings(&saved{})).ready()
			h.bindTo("swap the panes")
			h.frame("bind")
			h.press("r")
			h.frame("bind-taken")
		})
	}
}
