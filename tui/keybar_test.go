package tui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
)

// TestTheWayOutIsSeenAtEveryWidth: the help, all commands and the way out of the program are in the key bar, and the
// mode in that of the wire.
func TestTheWayOutIsSeenAtEveryWidth(t *testing.T) {
	h := start(t, 120, 24).ready()
	for w := smallestWidth; w < 200; w++ {
		h.send(tea.WindowSizeMsg{Width: w, Height: 24})
		for _, panel := range []string{"1", "4"} {
			h.press(panel)
			lines := strings.Split(h.text(), "\n")
			bar := lines[len(lines)-1]
			for _, word := range []string{"F1", "F9", "F10"} {
				if !strings.Contains(bar, word) || termtext.Width(bar) > w {
					t.Errorf("%d cells, panel %s: %q lacks %s", w, panel, bar, word)
				}
			}
		}
	}
}

// TestStripsCutNoWord while there are lines enough for all that may follow a prefix.
func TestStripsCutNoWord(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {100, 30}, {120, 36}, {200, 60}} {
		for _, prefix := range []string{"g", ","} {
			h := start(t, size[0], size[1]).ready()
			h.press(prefix)
			_, strip, shown := strings.Cut(h.text(), " "+prefix+"… ─")
			if !shown || strings.Contains(strip, "…") || !strings.Contains(strip, "Esc") {
				t.Errorf("%d cells: behind %s stands\n%s", size[0], prefix, strip)
			}
		}
	}
}
