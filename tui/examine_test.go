package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestExamination shows findings as they come, scrolls, and copies what may be shown to anybody.
func TestExamination(t *testing.T) {
	for _, size := range [][2]int{{200, 60}, {120, 36}, {80, 24}, {60, 20}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h, book, _ := withSites(t, size[0], size[1])
			h.press("O", "end", "t")
			h.shows("shop is 192.0.2.7")
			h.shows("… PASV over IPv4")
			h.frame("examining")
			book.goOn <- struct{}{}
			h.shows("1 good, 0 notes, 20 bad.")
			h.frame("examined")
			h.press("home")
			if !strings.Contains(h.text(), "shop is 192.0.2.7") {
				t.Errorf("the beginning is not shown:\n%s", h.text())
			}
			h.press("c")
			h.shows("Sent to the clipboard")
			if strings.Contains(h.m.View(), "\x1b[2J") {
				t.Errorf("the server's octets reached the terminal: %q", h.m.View())
			}
			h.press("esc")
			h.shows("Enter") // the sites are below
			h.checkFrame()
		})
	}
}

// TestExaminationCannotBegin tells why nothing was found at all.
func TestExaminationCannotBegin(t *testing.T) {
	h, book, _ := withSites(t, 80, 24)
	book.fail = errors.New("no password is known")
	h.press("O", "t")
	h.shows("! No password is known")
	h.press("c")
	h.shows("There is nothing to copy yet")
	h.press("q")
	h.gone("Testing")
}
