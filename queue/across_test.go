package queue_test

import (
	"errors"
	"os"
	"runtime"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
	"ferry/queue"
)

// TestMemoryBetweenTwoServers streams a file that is larger than what the program may hold of it.
func TestMemoryBetweenTwoServers(t *testing.T) {
	const size, most = 256 << 20, 32 << 20
	one, other := ftptest.Vsftpd(t), ftptest.Proftpd(t)
	f, err := os.Create(one.Path("large"))
	if err == nil {
		err = errors.Join(f.Truncate(size), f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	var peak uint64
	h := start(t, queue.Options{Workers: 2, Interval: 10 * time.Millisecond})
	h.add(queue.Request{
		From: client(t, one), To: client(t, other), FromDir: one.Home, ToDir: other.Home, Sources: sources(t, one.Root),
	})
	h.until("the end", func() bool {
		runtime.ReadMemStats(&now)
		peak = max(peak, now.HeapInuse+now.StackInuse)
		return len(h.items) > 0 && h.last.Totals.Idle()
	})
	if it := h.item("large"); it.State != queue.Done || it.Proof != queue.ProofSize || it.Moved != size {
		t.Errorf("%v, %v, %v, %d octets", it.State, it.Reason, it.Proof, it.Moved)
	}
	t.Logf("%d octets of memory more, for a file of %d", int64(peak)-int64(before.HeapInuse+before.StackInuse), size)
	if grown := int64(peak) - int64(before.HeapInuse+before.StackInuse); grown > most {
		t.Errorf("%d octets of memory for a file of %d", grown, size)
	}
}
