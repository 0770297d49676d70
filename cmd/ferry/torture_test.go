package main

import (
	"bufio"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
)

// TestCrash kills ferry without a warning, again and again, while it queues and moves files of many sizes either way on
// real servers, and lets the next one go on. At the end all trees are equal to the last octet, nothing is left over,
// each transfer has ended once; and at no moment did a final name hold anything but an old or a new file as a whole.
// One of the servers demands TLS, and that data connections resume the session of their control connection.
//
// FERRY_TORTURE sets how many kills there are, FERRY_SEED repeats their moments as far as a machine can.
func TestCrash(t *testing.T) {
	kills, seed := fromEnv(t, "FERRY_TORTURE", 100), fromEnv(t, "FERRY_SEED", uint64(time.Now().UnixNano()))
	servers := []*ftptest.Server{
		ftptest.Vsftpd(t), ftptest.Proftpd(t), ftptest.Pureftpd(t), ftptest.Proftpd(t, ftptest.TLS(ftptest.ExplicitTLS)),
	}
	share := (int(kills) + len(servers) - 1) / len(servers) //nolint:gosec // nobody has so much time
	for i, s := range servers {
		name, scheme := s.Name, "ftp"
		if s.Roots != nil {
			name, scheme = name+" with TLS", ftpes
		}
		t.Run(name, func(t *testing.T) {
			t.Logf("FERRY_SEED=%d", seed)
			c := &crasher{
				shell: trusting(t, s), server: s, scheme: scheme, chance: rand.New(rand.NewPCG(seed, uint64(i))), left: share,
			}
			for n := 0; c.left > 0 && !t.Failed(); n++ {
				c.round(n)
			}
		})
	}
}

// fromEnv reads a number from the environment.
func fromEnv(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// crasher lets ferry work on one server, and kills it.
type crasher struct {
	*shell
	server *ftptest.Server
	scheme string
	chance *rand.Rand
	left   int // kills that are still to be done

	expected map[string]bool // targets that a transfer was queued for, as history tells them
	optional []string        // folders that were being queued when that was killed: all or nothing of them is done
}

// at gives the address of a path on the server.
func (c *crasher) at(path string) string {
	return strings.Replace(at(c.server, path), "ftp", c.scheme, 1)
}

// round queues transfers, kills whoever works on them until they are done, and looks at what became of them.
func (c *crasher) round(n int) {
	c.t.Helper()
	up, down := fmt.Sprintf("up%d", n), fmt.Sprintf("down%d", n)
	c.expected, c.optional = map[string]bool{}, nil
	w := ftptest.Finals{}
	c.writeTree("tree", sizes(c.chance))
	for name, content := range sizes(c.chance) {
		c.server.WriteFile(c.t, "tree/"+name, content)
	}
	c.server.WriteFile(c.t, "large", random(c.chance, 24<<20))
	c.server.WriteFile(c.t, up+"/taken.txt", []byte("of somebody else"))
	c.write("taken.txt", random(c.chance, 1+c.chance.IntN(1<<20)))

	c.expect(w, filepath.Join(c.dir, "tree"), c.server.Path(up, "tree"), c.at("/"+up+"/tree"), true)
	c.expect(w, c.server.Path("tree"), filepath.Join(c.dir, down, "tree"), filepath.Join(c.dir, down, "tree"), true)
	large := filepath.Join(c.dir, down, "large")
	c.expect(w, c.server.Path("large"), large, large, false)
	beside := "taken (2).txt"
	c.expect(w, filepath.Join(c.dir, "taken.txt"), c.server.Path(up, beside), c.at("/"+up+"/"+beside), false)
	c.server.Settle(c.t)
	stop := w.Watch(c.t)

	c.add(up+"-killed", "-r", "tree", c.at(up+"-killed/"))
	c.ok("queue", "add", "-r", "--on-conflict", "overwrite", "tree", c.at(up+"/"))
	c.ok("queue", "add", "-r", "--on-conflict", "overwrite", c.at("tree"), down+"/")
	c.ok("queue", "add", "--segments", "3", c.at("large"), down+"/")
	c.ok("queue", "add", "--on-conflict", "rename", "taken.txt", c.at(up+"/"))
	for again := true; again; {
		again = c.crash()
	}
	stop()
	sameTree(c.t, filepath.Join(c.dir, "tree"), c.server.Path(up, "tree"))
	sameTree(c.t, c.server.Path("tree"), filepath.Join(c.dir, down, "tree"))
	checkFiles(c.t, c.server.Path(up), append(c.below("tree"), "taken.txt", beside))
	checkFiles(c.t, filepath.Join(c.dir, down), append(c.below("tree"), "large"))
	c.past()
	c.ok("queue", "clear")
	for _, dir := range []string{c.dir, c.server.Root} {
		c.empty(dir)
	}
}

// sizes makes files from nothing to some MB.
func sizes(chance *rand.Rand) map[string][]byte {
	files := map[string][]byte{}
	for i, size := range []int{0, 1, 100, 65535, 65536, 65537, 300_000, 1 << 20, 3 << 20, 7 << 20} {
		files[fmt.Sprintf("%d/%c of %d", i%3, 'a'+i, size)] = random(chance, size)
	}
	return files
}

// random makes n octets that are in no other file.
func random(chance *rand.Rand, n int) []byte {
	all := make([]byte, n)
	source := rand.NewChaCha8([32]byte{byte(chance.Uint32()), byte(chance.Uint32()), byte(chance.Uint32())})
	_, _ = source.Read(all) // it never fails
	return all
}

// expect watches what is to come from one file or tree as another, and lets some of it have an older version.
func (c *crasher) expect(w ftptest.Finals, from, to, told string, older bool) {
	c.t.Helper()
	for name := range tree(c.t, from) {
		content, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			continue // a folder
		}
		target, f := filepath.Join(to, name), &ftptest.Final{Whole: content}
		if older && c.chance.IntN(2) == 0 {
			f.Old = random(c.chance, 1+c.chance.IntN(100_000))
			writeFile(c.t, target, f.Old)
		}
		w[target] = f
		if name == "." {
			name = ""
		} else {
			name = "/" + name
		}
		c.expected[plainly(told+name)] = true
	}
}

// below gives the files of the tree here, under a folder of that name.
func (c *crasher) below(dir string) (names []string) {
	c.t.Helper()
	for name, hash := range tree(c.t, filepath.Join(c.dir, dir)) {
		if hash != "folder" {
			names = append(names, dir+"/"+name)
		}
	}
	return names
}

// add kills a ferry that is about to queue something for a folder.
func (c *crasher) add(folder string, args ...string) {
	c.t.Helper()
	r := c.start(append([]string{"queue", "add"}, args...)...)
	c.kill(r, 0, time.Duration(c.chance.IntN(400))*time.Millisecond)
	c.optional = append(c.optional, folder)
}

// crash lets a ferry work on the queue and kills it at a moment of chance. It reports false once all is done.
func (c *crasher) crash() bool {
	c.t.Helper()
	mode := []string{"passive", "active"}[c.chance.IntN(2)]
	args := []string{"queue", "run", "--json", "--mode", mode, "-j", strconv.Itoa(1 + c.chance.IntN(4))}
	if c.left > 0 && c.chance.IntN(3) > 0 {
		args = append(args, "--limit-rate", strconv.Itoa(2+c.chance.IntN(20))+"M")
	}
	lines, delay := c.chance.IntN(12), time.Duration(c.chance.IntN(300))*time.Millisecond
	if c.chance.IntN(3) == 0 {
		lines = 0
	}
	r := c.start(args...)
	if c.left == 0 {
		lines = 1 << 30 // more than come
	}
	if c.kill(r, lines, delay) {
		return true
	}
	if code := r.cmd.ProcessState.ExitCode(); code != exitDone {
		c.t.Errorf("it ended with %d:\n%s", code, r.stderr.String())
	}
	return false
}

// kill ends a run when it has written so many lines and some time has passed. It reports false if the run ended before.
func (c *crasher) kill(r *started, lines int, delay time.Duration) bool {
	c.t.Helper()
	written, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		in := bufio.NewScanner(r.out)
		for n := 0; ; n++ {
			if n == lines {
				close(written)
			}
			if !in.Scan() {
				return
			}
		}
	}()
	select {
	case <-written:
		select {
		case <-time.After(delay):
			_ = r.cmd.Process.Signal(syscall.SIGKILL) // it may have ended by itself
		case <-ended:
		}
	case <-ended:
	}
	<-ended
	_ = r.cmd.Wait() // how it ended is looked at
	status, _ := r.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !status.Signaled() {
		return false
	}
	c.left = max(c.left-1, 0)
	return true
}

// past compares what history tells with what was queued: each transfer has ended once, and well.
func (c *crasher) past() {
	c.t.Helper()
	times := map[string]int{}
	for _, r := range records(c.t, c.ok("queue", "ls", "--json")) {
		if r["state"] != "done" {
			c.t.Errorf("%v", r)
		}
		times[plainly(r["to"])]++
	}
	ended := map[string]int{}
	for _, r := range records(c.t, c.ok("queue", "history", "--json")) {
		if to := plainly(r["to"]); times[to] > 0 {
			ended[to]++
		}
	}
	if !maps.Equal(times, ended) {
		c.t.Errorf("the queue holds\n%v\nhistory tells\n%v", times, ended)
	}
	extra := map[string]int{}
	for to, n := range times {
		folder := slices.IndexFunc(c.optional, func(dir string) bool { return strings.Contains(to, "/"+dir+"/") })
		switch {
		case n != 1:
			c.t.Errorf("%s was queued %d times", to, n)
		case folder >= 0:
			extra[c.optional[folder]]++
		case !c.expected[to]:
			c.t.Errorf("%s was never queued", to)
		}
	}
	for to := range c.expected {
		if times[to] == 0 {
			c.t.Errorf("%s was lost", to)
		}
	}
	for _, dir := range c.optional {
		if extra[dir] > 0 {
			sameTree(c.t, filepath.Join(c.dir, "tree"), c.server.Path(dir, "tree"))
		} else if exists(c.server.Path(dir, "tree")) {
			c.t.Errorf("%s is there though it was never queued", dir)
		}
	}
}

// plainly gives an address without escapes.
func plainly(address any) string {
	text, err := url.PathUnescape(fmt.Sprint(address))
	if err != nil {
		return err.Error()
	}
	return text
}

// empty removes all that is in a folder.
func (c *crasher) empty(dir string) {
	c.t.Helper()
	inside, err := os.ReadDir(dir)
	for _, e := range inside {
		if err == nil {
			err = os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
	if err != nil {
		c.t.Fatal(err)
	}
}
