package tui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

// mouse sends a mouse event at a cell.
func (h *harness) mouse(x, y int, button tea.MouseButton, action tea.MouseAction) {
	h.send(tea.MouseMsg{X: x, Y: y, Button: button, Action: action})
}

// clickOn clicks on the first cell where the screen shows a text.
func (h *harness) clickOn(text string) {
	h.t.Helper()
	x, y := h.find(text)
	h.mouse(x, y, tea.MouseButtonLeft, tea.MouseActionPress)
	h.mouse(x, y, tea.MouseButtonLeft, tea.MouseActionRelease)
}

// find gives the first cell where the screen shows a text. What stands before it must be narrow.
func (h *harness) find(text string) (x, y int) {
	h.t.Helper()
	for y, line := range strings.Split(h.text(), "\n") {
		if i := strings.Index(line, text); i >= 0 {
			return len([]rune(line[:i])), y
		}
	}
	h.t.Fatalf("%s is not on the screen\n%s", text, h.text())
	return 0, 0
}

func TestClickOnTheKeyBar(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.clickOn("Mkdir")
	h.shows("Make a folder")
	h.press("esc")
	h.clickOn("Copy")
	h.shows("There is nothing to copy here")
	h.mouse(3, 35, tea.MouseButtonLeft, tea.MouseActionPress) // takes the toast away
	h.shows("F1 Help")
}
