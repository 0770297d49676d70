package queue_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/localfs"
	"ferry/queue"
)

// TestBadLine moves trees either way over a line that cuts, resets, stalls and slows control and data connections by
// chance, in either data mode. All comes, whole, and no final name holds anything else at any moment. FERRY_SEED
// repeats the faults as far as a machine can.
func TestBadLine(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if n, err := strconv.ParseUint(os.Getenv("FERRY_SEED"), 10, 64); err == nil {
		seed = n
	}
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		for _, mode := range []ftpclient.Mode{ftpclient.ModePassive, ftpclient.ModeActive} {
			t.Run(mode.String(), func(t *testing.T) {
				t.Logf("FERRY_SEED=%d", seed)
				badLine(t, s, mode, seed)
			})
		}
	})
}

func badLine(t *testing.T, s *ftptest.Server, mode ftpclient.Mode, seed uint64) {
	chance := rand.New(rand.NewPCG(seed, uint64(len(mode.String()))))
	files := map[string]string{}
	for i, size := range []int{0, 1, 1000, 65_536, 65_537, 300_000, 1 << 20, 2 << 20} {
		for n := range 3 {
			files[fmt.Sprintf("d%d/%d of %d", n, i, size)] = long(size+n) + fmt.Sprint(chance.Uint64())
		}
	}
	up, down := "up "+mode.String(), "down "+mode.String()
	for name, text := range files {
		s.WriteFile(t, filepath.Join(down, name), []byte(text))
	}
	if err := os.Mkdir(s.Path(up), 0o777); err != nil {
		t.Fatal(err)
	}
	s.Settle(t)
	from, to, finals := tree(t, files), t.TempDir(), ftptest.Finals{}
	for name, text := range files {
		finals[s.Path(up, name)] = &ftptest.Final{Whole: []byte(text)}
		finals[filepath.Join(to, name)] = &ftptest.Final{Whole: []byte(text)}
	}
	stop := finals.Watch(t)

	line := ftptest.NewBadLine(t, s.Addr, seed, 2, 3)
	onLine := *s
	onLine.Addr = line.Addr
	cl := client(t, &onLine, func(c *ftpclient.Config) {
		const short = time.Second
		c.Mode = mode
		c.Timeouts = ftpclient.Timeouts{
			Connect: short, Greeting: short, Reply: short, Data: short, Stall: short, Final: short, Abort: short / 4,
		}
	})
	h := start(t, queue.Options{Workers: 4, Retries: 200, Pause: 5 * time.Millisecond})
	h.patience = 2 * time.Minute
	h.add(queue.Request{
		From: cl, To: localfs.New(), FromDir: cl.Join(s.Home, down), ToDir: to, Sources: sources(t, s.Path(down)),
		Recursive: true,
	})
	h.add(upTo(t, cl, from, cl.Join(s.Home, up)))
	h.idle()
	stop()
	for _, it := range h.sorted() {
		if it.State != queue.Done {
			t.Errorf("%s is %v: %v (%s)", it.Name, it.State, it.Reason, it.Note)
		}
	}
	sameTree(t, grown(t, to), files)
	sameTree(t, grown(t, s.Path(up)), files)
	if line.Faults() == 0 {
		t.Error("the line was good")
	}
	t.Logf("%d faults", line.Faults())
}
