package queue_test

import (
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue"
)

// TestLimitOnTheWire moves files over real connections, where the kernel copies, up and down; never faster than the
// limit. How much slower a machine is that does other things, too, is not its matter.
func TestLimitOnTheWire(t *testing.T) {
	const speed, size = 4 << 20, 6 << 20
	server := ftptest.Vsftpd(t)
	server.WriteFile(t, "down/long", []byte(long(size)))
	from := tree(t, map[string]string{"up": long(size)})
	cl := account(t, server, nil)
	h := start(t, queue.Options{Workers: 4})
	h.q.SetLimits(queue.Limits{Total: queue.Speed{Down: speed}, Sites: map[string]queue.Speed{cl.ID(): {Up: speed}}})
	target := t.TempDir()
	begun := time.Now()
	h.add(queue.Request{
		From: cl, To: localfs.New(), FromDir: cl.Join(server.Home, "down"), ToDir: target,
		Sources: []queue.Source{{Entry: entry("long", size)}},
	})
	h.add(queue.Request{
		From: localfs.New(), To: cl, FromDir: from, ToDir: server.Home,
		Sources: []queue.Source{{Entry: entry("up", size)}},
	})
	h.idle()
	h.expect("long:done", "up:done")
	got := float64(size) / time.Since(begun).Seconds()
	if got > 1.05*speed {
		t.Errorf("it went at %.0f octets a second, more than %d", got, speed)
	}
	t.Logf("%.3f of the limit", got/speed)
	sameTree(t, grown(t, target), map[string]string{"long": long(size)})
}

func entry(name string, size int64) vfs.Entry {
	return vfs.Entry{Name: name, Type: vfs.File, Size: size}
}
