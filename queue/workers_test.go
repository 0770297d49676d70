package queue_test

import (
	"fmt"
	"testing"

	"ferry/queue"
)

// TestWorkersOfAServer bounds them for servers that are named, for all others, and anew when that changes.
func TestWorkersOfAServer(t *testing.T) {
	files := map[string]string{}
	for i := range 30 {
		files[fmt.Sprint(i)] = "x"
	}
	from := tree(t, files)
	named, other := newRemote(), newRemote()
	other.id = "ftp://other:21"
	h := start(t, queue.Options{Workers: 8})
	limits := queue.Limits{Workers: map[string]int{named.id: 2, "": 3}}
	h.q.SetLimits(limits)
	h.add(up(t, named, from, t.TempDir()))
	h.add(up(t, other, from, t.TempDir()))
	h.until("both", func() bool { return h.last.Totals.Done == 60 })
	if n, m := named.count(&named.most), other.count(&other.most); n != 2 || m != 3 {
		t.Errorf("%d and %d sessions at a time", n, m)
	}
	limits.Workers = map[string]int{named.id: 1}
	h.q.SetLimits(limits)
	named.most = 0
	h.add(up(t, named, from, t.TempDir()))
	h.until("one by one", func() bool { return h.last.Totals.Done == 90 })
	if n := named.count(&named.most); n != 1 {
		t.Errorf("%d sessions at a time", n)
	}
}
