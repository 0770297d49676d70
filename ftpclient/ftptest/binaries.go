package ftptest

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program is an executable that may have been unpacked beside the system, with the libraries unpacked with it.
type program struct {
	path string
	libs []string // folders for LD_LIBRARY_PATH
	home string   // the folder it was unpacked into; "" where it is the system's own
}

// serversDir gives the folder with one sub-folder per unpacked package.
func serversDir() string {
	if dir := os.Getenv("FERRY_TEST_SERVERS"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, ".cache", "servers")
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
		dir = filepath.Dir(dir)
	}
}

// lookUp finds the program called name that the set called set brings, unpacked or on the system.
func lookUp(set, name string) (program, bool) {
	home := filepath.Join(serversDir(), set)
	for _, bin := range []string{"usr/sbin", "usr/bin", "bin"} {
		if path := filepath.Join(home, bin, name); executable(path) {
			return program{path: path, libs: libsBelow(home), home: home}, true
		}
	}
	if path, err := exec.LookPath(name); err == nil {
		return program{path: path}, true
	}
	if path := filepath.Join("/usr/sbin", name); executable(path) {
		return program{path: path}, true
	}
	return program{}, false
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}

// libsBelow finds the folders that hold shared libraries.
func libsBelow(home string) []string {
	var found []string
	for _, pattern := range []string{"usr/lib/*", "usr/lib", "lib/*", "lib"} {
		dirs, _ := filepath.Glob(filepath.Join(home, pattern)) // the pattern is well formed
		for _, dir := range dirs {
			if libs, _ := filepath.Glob(filepath.Join(dir, "*.so*")); len(libs) > 0 {
				found = append(found, dir)
			}
		}
	}
	return found
}

// find is lookUp that skips the test, or fails it where CI=true, when the program is missing.
func find(t testing.TB, set, name string) program {
	t.Helper()
	p, ok := lookUp(set, name)
	if !ok {
		Missing(t, name+" is missing; .ci/servers fetches it")
	}
	return p
}

// Tool gives a program that .ci/servers brings beside the servers, in the set called set, the variables that it needs,
// and the folder it was unpacked into, "/" where it is the system's own. Without it the test is skipped, or fails where
// CI=true.
func Tool(t testing.TB, set, name string) (path string, env []string, root string) {
	t.Helper()
	p := find(t, set, name)
	if len(p.libs) > 0 {
		env = []string{"LD_LIBRARY_PATH=" + strings.Join(p.libs, string(os.PathListSeparator))}
	}
	return p.path, env, cmp.Or(p.home, "/")
}

// Missing ends a test that lacks what it needs: it is skipped, and fails where CI is "true".
func Missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// command prepares a run of the program.
func (p program) command(args ...string) *exec.Cmd {
	cmd := exec.Command(p.path, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TZ=UTC")
	if len(p.libs) > 0 {
		cmd.Env = append(cmd.Env, "LD_LIBRARY_PATH="+strings.Join(p.libs, string(os.PathListSeparator)))
	}
	return cmd
}
