package tui

import (
	"fmt"
	"testing"
	"time"

	"ferry/queue"
)

// TestFramesOfSmallDialogs shows the dialogs that have no frames elsewhere.
func TestFramesOfSmallDialogs(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1]).ready()
			for _, d := range []struct {
				name string
				keys []string
			}{
				{"mkdir", []string{"f7", "đà lạt"}},
				{"mkdir-refused", []string{"f7", "enter"}},
				{"rename", []string{"end", "r"}},
				{"mark-pattern", []string{"+"}},
				{"unmark-pattern", []string{"-"}},
			} {
				h.press(d.keys...)
				h.frame(d.name)
				h.press("esc")
				h.gone("Esc cancel")
			}
			h.ask("Password for ftp://alice@ftp.example.org/")
			h.press("hush")
			h.frame("password")
			h.press("esc")
			h.gone("Password for")
			h.wg.Go(func() {
				h.m.deps.Questions.AskConsent(h.ctx, Consent{
					Title: "Try the login once more?", Yes: "Try in windows-1251", Why: "ftp.example.org:21 refused user or " +
						"password, which were sent in UTF-8. Servers lock accounts after some failures.",
				})
			})
			h.shows("keys count in a moment")
			h.pass(time.Second)
			h.shows("y try in")
			h.frame("consent")
		})
	}
}

func TestFramesOfATransfer(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1]).ready()
			h.busy()
			h.press("w")
			for it, ok := h.m.transfers.Current(); ok && it.State != queue.Failed; it, ok = h.m.transfers.Current() {
				h.press("j")
			}
			h.press("enter")
			h.shows("Retry")
			h.frame("transfer")
		})
	}
}

// ask asks for a secret as a connection does.
func (h *harness) ask(what string) {
	h.t.Helper()
	h.wg.Go(func() { _, _ = h.m.deps.Questions.AskSecret(h.ctx, what) })
	h.asks(what)
}
