package tui

import (
	"testing"
	"time"
)

// background opens main.js in an editor that gives the terminal back at once.
func background(t *testing.T) (*harness, *pretend) {
	t.Helper()
	p := &pretend{do: func(string) error { return nil }, atOnce: true}
	h := onServer(t, p)
	h.shows("The editor came back at once")
	return h, p
}

// save does what the editor does later, and waits for the question.
func (h *harness) save(p *pretend, text string) {
	h.t.Helper()
	if err := writes(text)(p.args[len(p.args)-1]); err != nil {
		h.t.Fatal(err)
	}
	h.until("the question", func() bool {
		h.send(copiesDueMsg{})
		return len(h.m.dialogs) == 1
	})
	h.shows("main.js was changed")
	h.pass(time.Minute) // it came by itself, and ignored keys at first
}

// TestEditorInTheBackground saves twice: each time it is asked, and what was uploaded before is not taken for somebody
// else's change.
func TestEditorInTheBackground(t *testing.T) {
	h, p := background(t)
	for _, text := range []string{"second", "the third version"} {
		h.save(p, text)
		h.press("u")
		h.until("the upload", func() bool { return h.text64("/www/site/main.js") == text && h.m.errand == nil })
	}
	h.press("q")
	h.shows("main.js may be open in an editor")
	h.press("y")
	h.until("the end", func() bool { return h.quit })
	if copies(t) != 1 {
		t.Error("the editor's file was taken away")
	}
}

// TestEditorInTheBackgroundIsAskedOnce: what is left for later is asked about again only when it was saved again.
func TestEditorInTheBackgroundIsAskedOnce(t *testing.T) {
	h, p := background(t)
	h.save(p, "second")
	h.press("esc")
	h.gone("was changed")
	for range 3 {
		h.m.Update(copiesMsg{h.m.copies[0]: h.m.copies[0].stamp()})
	}
	if len(h.m.dialogs) != 0 || h.m.copies[0].asking {
		t.Error("it was asked again")
	}
	h.save(p, "the third version")
	h.press("x")
	h.until("the copy to go", func() bool { return copies(t) == 0 })
	h.press("q")
	h.until("the end", func() bool { return h.quit })
}
