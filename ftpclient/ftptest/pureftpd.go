package ftptest

import (
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// nobody is the system user that pure-ftpd's account works as: it refuses root.
const nobody = 65534

// Pureftpd starts pure-ftpd with an account of its own, which needs root. Files that a test puts below Root on disk
// belong to root until Settle is called.
func Pureftpd(t testing.TB, options ...Option) *Server {
	t.Helper()
	p, tool := find(t, "pure-ftpd", "pure-ftpd"), find(t, "pure-ftpd", "pure-pw")
	if os.Geteuid() != 0 {
		Missing(t, "pure-ftpd needs root")
	}
	with := collect(t, options)
	root, dir := newRoot(t), t.TempDir()
	own := takePorts(t, with.host())
	s := &Server{
		Name: "pure-ftpd", Addr: net.JoinHostPort(with.host(), strconv.Itoa(own.control)), User: account,
		Password: password, Root: root, Home: "/", MLSD: true, MFMT: true, Chmod: true, HidesDots: true,
		settle: func() error { return giveTo(root, nobody) },
	}
	s.Settle(t)
	perHost := 200
	if with.maxPerHost > 0 {
		perHost = with.maxPerHost
	}
	tidyRun(t)
	id := newIdentity(t, with)
	s.Roots, s.CertFile = id.roots, id.certFile
	launch(t, p, daemon{addr: s.Addr, capped: with.maxPerHost > 0, tidies: true},
		append(id.pureftpdArgs(with.tls),
			"-S", fmt.Sprintf("%s,%d", with.host(), own.control),
			"-l", "puredb:"+pureAccounts(t, tool, dir, root),
			"-p", fmt.Sprintf("%d:%d", own.passive[0], own.passive[1]),
			"-c", "400", "-C", strconv.Itoa(perHost),
			"-A", "-H", "-u", "100", "-f", "none", "-g", filepath.Join(dir, "pid"))...)
	return s
}

// pureAccounts makes the database with the one account and gives its name.
func pureAccounts(t testing.TB, tool program, dir, root string) string {
	t.Helper()
	list, db := filepath.Join(dir, "accounts"), filepath.Join(dir, "accounts.pdb")
	line := fmt.Sprintf("%s:%s:%d:%d::%s/./::::::::::::\n", account, passwordHash, nobody, nobody, root)
	if err := os.WriteFile(list, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := tool.command("mkdb", db, "-f", list).CombinedOutput(); err != nil {
		t.Fatalf("pure-pw: %v: %s", err, out)
	}
	return db
}

// giveTo changes the owner of a whole tree.
func giveTo(root string, uid int) error {
	return filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, uid, uid)
	})
}

// pureRun is where pure-ftpd notes its sessions, one file client-PID each; it makes the folder when it is not there.
const pureRun = "/var/run/pure-ftpd"

// tidyRun removes what is left there of sessions that were cut off, and the folder when nothing is left.
func tidyRun(t testing.TB) {
	t.Cleanup(func() {
		notes, _ := filepath.Glob(pureRun + "/client-*") // the pattern is well formed
		for _, note := range notes {
			pid, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(note), "client-"))
			if err == nil && !alive(pid) {
				_ = os.Remove(note) // another test may do the same at this moment
			}
		}
		_ = os.Remove(pureRun) // not empty while another server has sessions; they make it anew when they need it
	})
}
