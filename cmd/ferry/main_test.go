package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
)

// binary is the program under test, built once. unraced is it without the race detector, which makes the work that a
// passphrase costs ten times as long.
var (
	binary  string
	unraced = func() (string, error) { return binary, nil }
)

const testVersion = "1.2.3-test"

func TestMain(m *testing.M) {
	if os.Getenv(crashVariable) != "" {
		os.Exit(crash())
	}
	hearSignals()
	os.Exit(buildAndRun(m))
}

// hearSignals lets the programs that tests start hear what nohup, or a shell's background, makes its children ignore.
func hearSignals() {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGHUP} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "ferry-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "ferry")
	if err := buildFerry(binary, raceFlags...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if len(raceFlags) > 0 {
		unraced = sync.OnceValues(func() (string, error) {
			path := filepath.Join(dir, "ferry-unraced")
			return path, buildFerry(path)
		})
	}
	return m.Run()
}

func buildFerry(path string, flags ...string) error {
	args := append([]string{"build", "-o", path, "-ldflags", "-X main.version=" + testVersion}, flags...)
	if out, err := exec.Command("go", append(args, ".")...).CombinedOutput(); err != nil {
		return fmt.Errorf("build ferry: %w\n%s", err, out)
	}
	return nil
}

// patience bounds every run and every wait.
const patience = 2 * time.Minute

// shell is a place to run ferry in: a working folder, a home of its own, and few variables.
type shell struct {
	t    *testing.T
	dir  string
	home string
	env  []string

	instead string // a program to run in place of ferry
}

// program is the binary that this shell runs.
func (sh *shell) program() string {
	if sh.instead != "" {
		return sh.instead
	}
	for _, variable := range sh.env {
		if strings.HasPrefix(variable, "FERRY_PASSPHRASE=") {
			path, err := unraced()
			if err != nil {
				sh.t.Fatal(err)
			}
			return path
		}
	}
	return binary
}

func newShell(t *testing.T, env ...string) *shell {
	t.Helper()
	return &shell{t: t, dir: t.TempDir(), home: t.TempDir(), env: env}
}

// forServer is a shell whose FERRY_PASSWORD is the server's.
func forServer(t *testing.T, s *ftptest.Server) *shell {
	t.Helper()
	return newShell(t, "FERRY_PASSWORD="+s.Password)
}

func (sh *shell) command(args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	sh.t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, sh.program(), args...)
	cmd.Dir = sh.dir
	cmd.Env = append([]string{
		"HOME=" + sh.home, "TZ=UTC", "LC_ALL=C.UTF-8", "GORACE=halt_on_error=1 atexit_sleep_ms=0",
	}, sh.env...)
	return cmd
}

// quickly does what takes longer than limit each time if it is wrong. Machines are noisy: once in a few tries is
// enough.
func quickly(t *testing.T, limit time.Duration, do func()) {
	t.Helper()
	var took time.Duration
	for range 5 {
		begun := time.Now()
		do()
		if took = time.Since(begun); took <= limit || t.Failed() {
			return
		}
	}
	t.Errorf("it takes %v", took)
}

// result is how a run ended.
type result struct {
	code           int
	stdout, stderr string
}

// run runs ferry to its end.
func (sh *shell) run(args ...string) result {
	sh.t.Helper()
	return finish(sh.t, sh.command(args...))
}

func finish(t *testing.T, cmd *exec.Cmd) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%v: %v", cmd.Args, err)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// ok runs ferry and expects success and silence on standard error.
func (sh *shell) ok(args ...string) string {
	sh.t.Helper()
	r := sh.run(args...)
	if r.code != exitDone || r.stderr != "" {
		sh.t.Fatalf("ferry %q ended with %d:\n%s%s", args, r.code, r.stdout, r.stderr)
	}
	return r.stdout
}

// fails runs ferry and expects an exit code and one sentence on standard error that holds all words.
func (sh *shell) fails(code int, args []string, words ...string) result {
	sh.t.Helper()
	r := sh.run(args...)
	if r.code != code {
		sh.t.Errorf("ferry %q ended with %d, want %d:\n%s%s", args, r.code, code, r.stdout, r.stderr)
	}
	for _, word := range words {
		if !strings.Contains(r.stderr, word) {
			sh.t.Errorf("ferry %q does not speak of %q:\n%s", args, word, r.stderr)
		}
	}
	if first, _, _ := strings.Cut(r.stderr, "\n"); !strings.HasPrefix(first, "ferry: ") {
		sh.t.Errorf("ferry %q begins to complain with %q", args, first)
	}
	return r
}

// write puts a file below the working folder.
func (sh *shell) write(name string, content []byte) {
	sh.t.Helper()
	writeFile(sh.t, filepath.Join(sh.dir, name), content)
}

func writeFile(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// at gives the address of a path on the server, relative to the login folder, with the user and without a password.
func at(s *ftptest.Server, path string) string {
	return "ftp://" + s.User + "@" + s.Addr + "/" + escapePath(path)
}

// awkward are files with all kinds of names; folders come of themselves.
func awkward() map[string][]byte {
	files := map[string][]byte{
		"plain.txt": []byte("plain\n"), "empty": nil, "two  blanks": []byte("2"), " blank first": []byte("1"),
		"-rf": []byte("hyphen"), "--help": []byte("hyphens"), "star*?[x].txt": []byte("star"), "100%41.txt": []byte("%"),
		`say "hi" it's`: []byte("quotes"), "semi;colon#hash?q": []byte("signs"), "~tilde": []byte("~"),
		"ảnh/đà lạt/Thư gửi bà.txt": []byte("vi"), "数据/备份.tar": []byte("zh"), "🚢⚓/🌊.txt": []byte("emoji"),
		"a/b/c/d/e/deep.bin": bytes.Repeat([]byte("deep"), 20000), ".hidden/.dot": []byte("dot"),
	}
	for i := range 40 {
		files[fmt.Sprintf("many/%03d.txt", i)] = fmt.Appendf(nil, "number %d", i)
	}
	return files
}

func (sh *shell) writeTree(dir string, files map[string][]byte) {
	sh.t.Helper()
	for name, content := range files {
		sh.write(filepath.Join(dir, name), content)
	}
}

// tree gives each file and folder below dir with a hash of its content.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path) // both are absolute
		if d.IsDir() {
			found[name] = "folder"
			return nil
		}
		content, err := os.ReadFile(path)
		found[name] = fmt.Sprintf("%x", sha256.Sum256(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// sameTree compares two folders by the hashes of their files.
func sameTree(t *testing.T, want, got string) {
	t.Helper()
	a, b := tree(t, want), tree(t, got)
	if maps.Equal(a, b) {
		return
	}
	for name, hash := range a {
		if b[name] != hash {
			t.Errorf("%q is %q, want %q", name, b[name], hash)
		}
	}
	for name := range b {
		if _, wanted := a[name]; !wanted {
			t.Errorf("%q is there without a reason", name)
		}
	}
}

// records reads lines of JSON.
func records(t *testing.T, out string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(out) {
		var one map[string]any
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%q is no JSON: %v", line, err)
		}
		all = append(all, one)
	}
	return all
}
