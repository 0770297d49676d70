package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// noise gives octets that are the same every time and compress badly.
func noise(n int) []byte {
	all := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(all) // it never fails
	return all
}

// started is a run in the middle of its work.
type started struct {
	t      *testing.T
	cmd    *exec.Cmd
	out    *bufio.Reader
	stderr bytes.Buffer
}

func (sh *shell) start(args ...string) *started {
	sh.t.Helper()
	r := &started{t: sh.t, cmd: sh.command(args...)}
	r.cmd.Stderr = &r.stderr
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		sh.t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		sh.t.Fatal(err)
	}
	r.out = bufio.NewReader(out)
	return r
}

// await reads standard output up to a line that holds a text, and gives that line.
func (r *started) await(text string) string {
	r.t.Helper()
	for {
		line, err := r.out.ReadString('\n')
		if strings.Contains(line, text) {
			return line
		}
		if err != nil {
			_ = r.cmd.Wait() // for what it said
			r.t.Fatalf("%q did not come: %v\n%s", text, err, r.stderr.String())
		}
	}
}

// end waits for the end and gives the rest of standard output.
func (r *started) end() (code int, rest string) {
	r.t.Helper()
	all, err := io.ReadAll(r.out)
	if err != nil {
		r.t.Error(err)
	}
	_ = r.cmd.Wait() // its code tells
	return r.cmd.ProcessState.ExitCode(), string(all)
}

func (r *started) signal(s os.Signal) {
	r.t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		r.t.Fatal(err)
	}
}

// commands collects what a server is told.
type commands struct {
	mu  sync.Mutex
	all []string
}

func (c *commands) tell(_ int, line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, line)
}

func (c *commands) holds(prefix string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, line := range c.all {
		if strings.HasPrefix(line, prefix) {
			return true
		}
	}
	return false
}

const (
	slow     = 3 << 20 // octets a second
	slowFile = 6 << 20
	longFile = 24 << 20 // takes so long that a test sees it on its way
)

// TestInterruptGet leaves a download that the next get goes on with.
func TestInterruptGet(t *testing.T) {
	var told commands
	var pace atomic.Int64
	pace.Store(slow)
	s := ftptest.Embedded(t, ftptest.Pace(&pace), ftptest.OnCommand(told.tell))
	content := noise(longFile)
	s.WriteFile(t, "big.bin", content)
	sh := forServer(t, s)

	r := sh.start("get", "--json", at(s, "big.bin"))
	r.await(`"progress"`)
	r.signal(os.Interrupt)
	code, rest := r.end()
	partial, err := os.Stat(filepath.Join(sh.dir, vfs.PartialName("big.bin")))
	if code != exitInterrupted || err != nil || partial.Size() == 0 || partial.Size() >= longFile {
		t.Fatalf("it ended with %d and left %v, %v\n%s%s", code, partial, err, rest, r.stderr.String())
	}
	if exists(filepath.Join(sh.dir, "big.bin")) {
		t.Error("the final name shows an incomplete file")
	}
	if !strings.Contains(r.stderr.String(), "the same command goes on") || strings.Count(r.stderr.String(), "\n") != 1 {
		t.Errorf("it tells %q", r.stderr.String())
	}
	all := records(t, rest)
	if last := all[len(all)-1]; last["event"] != "summary" || last["failed"] != 1.0 || last["done"] != 0.0 {
		t.Errorf("the last record is %v", last)
	}
	if told.holds("REST ") {
		t.Fatal("REST was sent before there was anything to go on with")
	}

	pace.Store(0)
	sh.ok("get", "-q", at(s, "big.bin"))
	if !told.holds("REST ") {
		t.Errorf("the second get began anew: %q", told.all)
	}
	got, err := os.ReadFile(filepath.Join(sh.dir, "big.bin"))
	if err != nil || sha256.Sum256(got) != sha256.Sum256(content) {
		t.Errorf("the resumed file is another one (%d octets, %v)", len(got), err)
	}
	checkFiles(t, sh.dir, []string{"big.bin"})
}

// TestInterruptPut leaves an upload that the next put goes on with.
func TestInterruptPut(t *testing.T) {
	var told commands
	var pace atomic.Int64
	pace.Store(slow)
	s := ftptest.Embedded(t, ftptest.Pace(&pace), ftptest.OnCommand(told.tell))
	content := noise(longFile) // much is under way in the buffers of the system
	sh := forServer(t, s)
	sh.write("big.bin", content)

	r := sh.start("put", "--json", "big.bin", at(s, ""))
	r.await(`"progress"`)
	r.signal(syscall.SIGTERM)
	if code, rest := r.end(); code != exitInterrupted || exists(s.Path("big.bin")) {
		t.Fatalf("it ended with %d\n%s%s", code, rest, r.stderr.String())
	}
	partial, err := os.Stat(s.Path(vfs.PartialName("big.bin")))
	if err != nil || partial.Size() == 0 || partial.Size() >= int64(len(content)) {
		t.Fatalf("it left %v, %v", partial, err)
	}
	pace.Store(0)
	sh.ok("put", "-q", "big.bin", at(s, ""))
	if !told.holds("APPE ") && !told.holds("REST ") {
		t.Errorf("the second put began anew: %q", told.all)
	}
	got, err := os.ReadFile(s.Path("big.bin"))
	if err != nil || sha256.Sum256(got) != sha256.Sum256(content) {
		t.Errorf("the resumed file is another one (%d octets, %v)", len(got), err)
	}
	checkFiles(t, s.Root, []string{"big.bin"})
}

// TestInterruptLs ends where a server has fallen silent.
func TestInterruptLs(t *testing.T) {
	silent := listen(t)
	defer silent.Close()
	r := newShell(t).start("ls", "ftp://"+silent.Addr().String()+"/")
	c, err := silent.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r.signal(syscall.SIGHUP)
	if code, _ := r.end(); code != exitInterrupted || r.stderr.String() != "ferry: interrupted\n" {
		t.Errorf("it ended with %d and told %q", code, r.stderr.String())
	}
}

// TestSecondInterrupt ends at once where the polite end waits for a server that has fallen silent.
func TestSecondInterrupt(t *testing.T) {
	s := ftptest.Embedded(t, ftptest.BytesPerSecond(slow))
	s.WriteFile(t, "big.bin", noise(longFile))
	var took time.Duration
	for range 5 { // machines are noisy
		if took = secondInterrupt(t, s); took <= 3*time.Second {
			return
		}
	}
	t.Errorf("it takes %v", took)
}

// secondInterrupt gives how long it takes from the second interrupt to the end.
func secondInterrupt(t *testing.T, s *ftptest.Server) time.Duration {
	t.Helper()
	p := newStaller(t, s.Addr)
	sh := forServer(t, s)
	r := sh.start("get", "--json", "ftp://"+s.User+"@"+p.addr+"/big.bin")
	r.await(`"progress"`)
	p.stalled.Store(true)
	r.signal(os.Interrupt)
	p.awaitCommand(t) // the polite end has begun: ABOR, which nobody answers
	begun := time.Now()
	r.signal(os.Interrupt)
	code, _ := r.end()
	took := time.Since(begun)
	if code != exitInterrupted || !exists(filepath.Join(sh.dir, vfs.PartialName("big.bin"))) {
		t.Fatalf("it ended with %d, or nothing was left to go on with", code)
	}
	return took
}

// staller passes one control connection on, until it is told to swallow all that comes.
type staller struct {
	addr    string
	stalled atomic.Bool
	came    chan struct{} // closed when something was swallowed
	once    sync.Once
}

func newStaller(t *testing.T, to string) *staller {
	t.Helper()
	l := listen(t)
	p := &staller{addr: l.Addr().String(), came: make(chan struct{})}
	var ended sync.WaitGroup
	ended.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			ended.Go(func() { p.pass(t, client, to) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		ended.Wait()
	})
	return p
}

// pass ends when one side does.
func (p *staller) pass(t *testing.T, client net.Conn, to string) {
	server, err := net.Dial("tcp", to)
	if err != nil {
		t.Error(err)
		_ = client.Close()
		return
	}
	var ended sync.WaitGroup
	for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
		ended.Go(func() {
			p.copy(way[1], way[0])
			_ = client.Close()
			_ = server.Close()
		})
	}
	ended.Wait()
}

func (p *staller) copy(to, from net.Conn) {
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		if n > 0 && p.stalled.Load() {
			p.once.Do(func() { close(p.came) })
			n = 0
		}
		if _, failed := to.Write(buf[:n]); err != nil || failed != nil {
			return
		}
	}
}

func (p *staller) awaitCommand(t *testing.T) {
	t.Helper()
	select {
	case <-p.came:
	case <-time.After(patience):
		t.Fatal("no command came after the interrupt")
	}
}
