package queue_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"ferry/internal/vfs"
	"ferry/queue"
)

// latin is a server whose names are in Latin-1.
type latin struct{ *remote }

func (latin) DisplayName(raw string) string {
	text, _ := charmap.ISO8859_1.NewDecoder().String(raw) // every byte is a letter
	return text
}

func (latin) WireName(typed string) (string, error) {
	raw, err := charmap.ISO8859_1.NewEncoder().String(typed)
	if err != nil {
		return "", failure(vfs.ErrUnsafeName)
	}
	return raw, nil
}

// TestNamesChangeCharset: a name keeps its letters, not its bytes, between shores of different charsets.
func TestNamesChangeCharset(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	grow(t, from, "caf\xe9/men\xfc.txt", "x")
	server := latin{newRemote()}
	h := start(t, queue.Options{})
	r := down(t, server.remote, from, to)
	r.From = server
	h.add(r)
	h.idle()
	sameTree(t, grown(t, to), map[string]string{"café/menü.txt": "x"})
	if it := h.item("café/menü.txt"); it.From != filepath.Join(from, "caf\xe9/men\xfc.txt") {
		t.Errorf("told as %+v", it)
	}

	back := t.TempDir()
	grow(t, to, "日本.txt", "no Latin letters")
	r = up(t, server.remote, to, back)
	r.To = server
	h.add(r)
	h.until("the way back", func() bool { return h.last.Totals.Done == 2 && h.last.Totals.Failed == 1 })
	if _, err := os.Stat(filepath.Join(back, "caf\xe9", "men\xfc.txt")); err != nil {
		t.Error(err)
	}
	if it := h.item("日本.txt"); it.State != queue.Failed {
		t.Errorf("told as %+v", it)
	}
}
