//go:build linux

package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
)

// busConfig is a session bus without services of its own.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy>
</busconfig>`

// desktop is a D-Bus session, in which a real keyring runs between start and stop.
type desktop struct {
	t       *testing.T
	env     []string // of all programs in it
	keyring *exec.Cmd
}

func newDesktop(t *testing.T) *desktop {
	t.Helper()
	dir, err := os.MkdirTemp("", "ferry") // a socket's path has to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	writeFile(t, filepath.Join(dir, "bus.conf"), []byte(busConfig))
	path, libs, _ := ftptest.Tool(t, "keyring", "dbus-daemon")
	bus := exec.Command(path, "--nofork", "--print-address", "--config-file="+filepath.Join(dir, "bus.conf"))
	bus.Env = libs
	out, err := bus.StdoutPipe()
	if err == nil {
		err = bus.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = bus.Process.Kill()
		_ = bus.Wait() // it was killed
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the bus tells no address: %v", err)
	}
	address = strings.TrimSpace(address)
	return &desktop{t: t, env: []string{"XDG_RUNTIME_DIR=" + dir, "DBUS_SESSION_BUS_ADDRESS=" + address}}
}

// start runs the keyring of a home, with its password, "" to leave it locked.
func (d *desktop) start(home, password string) {
	d.t.Helper()
	path, libs, _ := ftptest.Tool(d.t, "keyring", "gnome-keyring-daemon")
	args := []string{"--foreground", "--components=secrets"}
	if password != "" {
		args = append(args, "--unlock")
	}
	d.keyring = exec.Command(path, args...)
	d.keyring.Env = append(append(libs, "HOME="+home), d.env...)
	d.keyring.Stdin = strings.NewReader(password)
	if err := d.keyring.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(d.stop)
}

func (d *desktop) stop() {
	if d.keyring != nil {
		_ = d.keyring.Process.Kill()
		_ = d.keyring.Wait() // it was killed
		d.keyring = nil
	}
}

// eventually runs ferry until it succeeds: a keyring needs a moment to be there.
func (sh *shell) eventually(args ...string) string {
	sh.t.Helper()
	var r result
	for begun := time.Now(); time.Since(begun) < patience; {
		if r = sh.run(args...); r.code == exitDone {
			return r.stdout
		}
	}
	sh.t.Fatalf("ferry %q fails all the time: %+v", args, r)
	return ""
}

// TestKeyring keeps a password in a real keyring of the desktop, finds it again after the keyring was started anew, and
// takes it away with the site. A keyring that is locked, or has gone, stands in nobody's way.
func TestKeyring(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "there", nil)
	d := newDesktop(t)
	sh := newShell(t, d.env...)
	giving := forServer(t, s)
	giving.home, giving.env = sh.home, append(giving.env, d.env...)
	sh.ok("site", "add", "nas", "ftp://"+s.User+"@"+s.Addr)

	d.start(sh.home, "of the keyring")
	giving.eventually("site", "edit", "nas", "--keep-password")
	if out := sh.ok("ls", "nas:"); out != "there\n" {
		t.Errorf("ls shows %q", out)
	}
	if exists(filepath.Join(sh.home, ".local", "share", "ferry", "secrets.age")) {
		t.Error("the password is in ferry's own file")
	}
	d.stop()
	d.start(sh.home, "of the keyring")
	sh.eventually("ls", "nas:")
	d.stop()
	sh.fails(exitLogin, []string{"ls", "nas:"}, "no password is known")
	giving.ok("ls", "nas:")

	d.start(sh.home, "")
	locked := func() bool { return strings.Contains(sh.run("ls", "nas:").stderr, "the system's keyring is not used") }
	for begun := time.Now(); !locked(); {
		if time.Since(begun) > patience {
			t.Fatal("a locked keyring is told by nobody")
		}
	}
	giving.ok("ls", "nas:")
	d.stop()

	d.start(sh.home, "of the keyring")
	sh.eventually("ls", "nas:")
	sh.ok("site", "rm", "nas")
	sh.ok("site", "add", "nas", "ftp://"+s.User+"@"+s.Addr)
	sh.fails(exitLogin, []string{"ls", "nas:"}, "no password is known")
}
