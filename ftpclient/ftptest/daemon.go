package ftptest

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait for a daemon.
const patience = time.Minute

// daemon is a running process that serves on addr.
type daemon struct {
	cmd    *exec.Cmd
	addr   string
	output string // the file that holds what it wrote
	secret bool   // it speaks implicit TLS
	capped bool   // it counts its sessions
	tidies bool   // it has something to tidy up when it ends, so it is asked to rather than made to
}

func (s settings) daemon(addr string) daemon {
	return daemon{addr: addr, secret: s.tls == ImplicitTLS, capped: s.maxPerHost > 0}
}

// launch starts a daemon, waits until it greets, and ends it, with its sessions, when the test ends.
func launch(t testing.TB, p program, d daemon, args ...string) {
	t.Helper()
	d.cmd, d.output = p.command(args...), filepath.Join(t.TempDir(), "output")
	out, err := os.Create(d.output)
	if err != nil {
		t.Fatal(err)
	}
	d.cmd.Stdout, d.cmd.Stderr = out, out
	d.cmd.SysProcAttr = ownGroup()
	err = d.cmd.Start()
	_ = out.Close() // the daemon has its own copy
	if err != nil {
		t.Fatalf("start %s: %v", p.path, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- d.cmd.Wait() }()
	t.Cleanup(func() { d.end(t, ended) })
	if err := d.ready(ended); err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(p.path), err, d.said())
	}
}

// ready waits for a whole greeting and, where it would count against a cap, for the end of the session that got it.
func (d *daemon) ready(ended chan error) error {
	var last error
	for start := time.Now(); time.Since(start) < patience; {
		last = greeted(d.addr, d.secret)
		if last == nil {
			return d.quiet()
		}
		if !errors.Is(last, syscall.ECONNREFUSED) {
			return last
		}
		select {
		case err := <-ended:
			ended <- err
			return errors.Join(errors.New("ended early"), err)
		case <-time.After(5 * time.Millisecond): // until the next try
		}
	}
	return fmt.Errorf("not ready: %w", last)
}

// greeted makes one control connection and ends it in order.
func greeted(addr string, secret bool) error {
	c, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return err
	}
	if secret {
		c = tls.Client(c, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // only to see whether it is there
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(patience))
	r := bufio.NewReader(c)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		if strings.HasPrefix(line, "220 ") {
			break
		}
		if !strings.HasPrefix(line, "220-") {
			return errors.New("greeted by " + strings.TrimSpace(line))
		}
	}
	if _, err := c.Write([]byte("QUIT\r\n")); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, r) // until the server has closed
	return err
}

// quiet waits until no session counts against a cap.
func (d *daemon) quiet() error {
	if !d.capped {
		return nil
	}
	return await("its first session to end", func() bool { return sessions(d.cmd.Process.Pid) == 0 })
}

// end ends the daemon and its sessions and waits for that.
func (d *daemon) end(t testing.TB, ended chan error) {
	group := d.cmd.Process.Pid
	if d.tidies {
		signalGroup(group, syscall.SIGTERM)
		select {
		case err := <-ended:
			ended <- err
		case <-time.After(patience):
			t.Errorf("%s did not end when asked to", d.cmd.Path)
		}
	}
	signalGroup(group, syscall.SIGKILL)
	<-ended
	if err := await("its sessions to end", func() bool { return sessions(group) == 0 }); err != nil {
		t.Error(err)
	}
	if t.Failed() {
		t.Logf("%s said: %s", filepath.Base(d.cmd.Path), d.said())
	}
}

// said gives the end of what the daemon wrote.
func (d *daemon) said() string {
	text, err := os.ReadFile(d.output)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4000):])
}

// await asks again and again until the condition holds.
func await(what string, holds func() bool) error {
	for start := time.Now(); !holds(); {
		if time.Since(start) > patience {
			return fmt.Errorf("waited in vain for %s", what)
		}
		time.Sleep(2 * time.Millisecond) // between two looks
	}
	return nil
}
