package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/tui/tuitest"
)

// secureServer is a server that demands TLS, and the address of its login folder.
func secureServer(t *testing.T, e ftptest.Encryption) (*ftptest.Server, string) {
	t.Helper()
	s := ftptest.Vsftpd(t, ftptest.TLS(e))
	scheme := ftpes
	if e == ftptest.ImplicitTLS {
		scheme = ftps
	}
	return s, scheme + "://" + s.User + "@" + s.Addr + "/" + strings.TrimPrefix(escapePath(s.Home), "/")
}

// trusting is a shell whose system vouches for the server.
func trusting(t *testing.T, s *ftptest.Server) *shell {
	t.Helper()
	return newShell(t, "FERRY_PASSWORD="+s.Password, "SSL_CERT_FILE="+s.CertFile)
}

// fingerprint gives the SHA-256 of the server's certificate.
func fingerprint(t *testing.T, s *ftptest.Server) string {
	t.Helper()
	content, err := os.ReadFile(s.CertFile)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(content)
	return ftpclient.Fingerprint(sha256.Sum256(block.Bytes))
}

func TestTLSRoundTrip(t *testing.T) {
	for _, e := range []ftptest.Encryption{ftptest.ExplicitTLS, ftptest.ImplicitTLS} {
		s, url := secureServer(t, e)
		plain := strings.Replace(strings.Replace(url, "ftpes:", "ftp:", 1), "ftps:", "ftp:", 1)
		ways := [][]string{{url}, {plain, "--tls", "explicit"}, {plain, "--tls", "auto"}, {plain}}
		if e == ftptest.ImplicitTLS {
			ways = [][]string{{url}, {plain, "--tls", "implicit"}}
		}
		for i, way := range ways {
			t.Run(strings.Join(append([]string{e2s(e)}, way[1:]...), " "), func(t *testing.T) {
				for _, mode := range []string{"passive", "active"} {
					sh, files := trusting(t, s), awkward()
					sh.writeTree("set", files)
					dir := fmt.Sprintf("%s/%d%s", strings.TrimSuffix(way[0], "/"), i, mode)
					flags := append([]string{"-q", "--mode", mode}, way[1:]...)
					sh.ok(append([]string{"put", "-r", "set", dir + "/"}, flags...)...)
					sh.ok(append([]string{"get", "-r", "-o", "back/", dir + "/set"}, flags...)...)
					sameTree(t, filepath.Join(sh.dir, "set"), filepath.Join(sh.dir, "back", "set"))
					if out := sh.ok(append([]string{"ls", dir + "/"}, flags...)...); out != "set\n" {
						t.Errorf("ls shows %q", out)
					}
				}
			})
		}
	}
}

func e2s(e ftptest.Encryption) string {
	return map[ftptest.Encryption]string{ftptest.ExplicitTLS: "explicit", ftptest.ImplicitTLS: "implicit"}[e]
}

// TestTLSUntrusted meets a certificate that nobody vouches for, with nobody to ask: no secret leaves.
func TestTLSUntrusted(t *testing.T) {
	for _, e := range []ftptest.Encryption{ftptest.ExplicitTLS, ftptest.ImplicitTLS} {
		s, url := secureServer(t, e)
		sh := forServer(t, s)
		sh.write("a.txt", []byte("a"))
		for _, args := range [][]string{{"ls", "-v", url}, {"get", "-r", url}, {"put", "a.txt", url}, {"cat", url + "a"}} {
			r := sh.run(args...)
			if r.code != exitTLS || strings.Contains(r.stderr, "USER") {
				t.Errorf("%q ended with %d:\n%s", args, r.code, r.stderr)
			}
			for _, words := range []string{
				"ferry: cannot connect securely to " + s.Addr, "nobody known vouches for the server's certificate",
				"SHA-256 is " + fingerprint(t, s), "not even the user name",
			} {
				if !strings.Contains(r.stderr, words) {
					t.Errorf("%q does not tell %q:\n%s", args, words, r.stderr)
				}
			}
		}
		sh.fails(exitTLS, []string{"ls", "--json", url}, fingerprint(t, s))
	}
}

func TestTLSTranscript(t *testing.T) {
	s, url := secureServer(t, ftptest.ExplicitTLS)
	r := trusting(t, s).run("ls", "-v", url)
	for _, words := range []string{"→ AUTH TLS\n", "1 · TLS 1.3\n", "1 · TLS 1.3, session resumed\n", "→ PROT P\n"} {
		if r.code != exitDone || !strings.Contains(r.stderr, words) {
			t.Errorf("-v does not show %q:\n%s", words, r.stderr)
		}
	}
}

// TestTLSAutoWithoutTLS goes on in the clear, and tells it by -v only.
func TestTLSAutoWithoutTLS(t *testing.T) {
	s := ftptest.Vsftpd(t)
	s.WriteFile(t, "there", nil)
	url := "ftp://" + s.User + "@" + s.Addr + "/" + strings.TrimPrefix(escapePath(s.Home), "/")
	if out := forServer(t, s).ok("ls", url); out != "there\n" {
		t.Errorf("ls shows %q", out)
	}
	if r := forServer(t, s).run("ls", "-v", url); !strings.Contains(r.stderr, "over the wire in the clear") {
		t.Errorf("-v does not tell it:\n%s", r.stderr)
	}
	if r := forServer(t, s).run("ls", "-v", "--tls", "off", url); strings.Contains(r.stderr, "AUTH") {
		t.Errorf("--tls off asks for TLS:\n%s", r.stderr)
	}
}

// TestTLSQuestion answers the question about a certificate on a terminal: once for a run, whatever it does.
func TestTLSQuestion(t *testing.T) {
	s, url := secureServer(t, ftptest.ExplicitTLS)
	for i := range 20 {
		s.WriteFile(t, fmt.Sprintf("set/%d", i), bytes.Repeat([]byte("x"), 1<<16))
	}
	for _, tt := range []struct {
		name, answer string
		code         int
		says         string
	}{
		{"yes", "y\n", exitDone, "20 files"},
		{"yes in full", " Yes\n", exitDone, "20 files"},
		{"no", "n\n", exitTLS, "you did not trust it"},
		{"nothing", "\n", exitTLS, "you did not trust it"},
		{"end of input", "\x04", exitTLS, "you did not trust it"},
		{"interrupt", "\x03", exitInterrupted, "interrupted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sh := forServer(t, s)
			screen, wait := sh.terminal("get", "-r", "-j", "8", strings.TrimSuffix(url, "/")+"/set")
			facts := until(t, screen, "[N]o")
			for _, words := range []string{"CN=ferry test server", "self-signed", fingerprint(t, s), s.Addr} {
				if !strings.Contains(facts, words) {
					t.Errorf("the question does not tell %q:\n%s", words, facts)
				}
			}
			if _, err := io.WriteString(screen, tt.answer); err != nil {
				t.Fatal(err)
			}
			rest := until(t, screen, "")
			if code := wait(); code != tt.code || !strings.Contains(rest, tt.says) || strings.Contains(rest, "[N]o") {
				t.Errorf("it ended with %d:\n%s", code, rest)
			}
		})
	}
}

// TestTLSOnTheScreen connects by the dialog, trusts the certificate, and copies a file.
func TestTLSOnTheScreen(t *testing.T) {
	s, url := secureServer(t, ftptest.ExplicitTLS)
	s.WriteFile(t, "on the server.txt", bytes.Repeat([]byte("secret"), 1<<16))
	sh := newShell(t)
	line := fmt.Sprintf("HOME='%s' '%s' '%s'; echo ended $?; read x", sh.home, binary, sh.dir)
	m := tuitest.NewTmux(t, 120, 36, "sh", "-c", line)
	m.WaitFor(`no connection`)
	m.Keys("F2")
	m.WaitFor(`A host is needed`)
	m.Type(url)
	m.Keys("Tab")
	m.WaitFor(`Address`)
	m.Keys("Tab")
	m.Type(s.Password)
	m.Keys("Enter")

	m.WaitFor(`Certificate not trusted(.*\n)*.*Enter/Esc disconnect`)
	m.Keys("Enter")
	m.WaitFor(`Cannot connect securely to`)
	m.Keys("Enter")
	m.WaitFor(`Certificate not trusted(.*\n)*.*Enter/Esc disconnect`)
	m.Keys("f")
	hash := fingerprint(t, s)
	m.WaitFor(hash[:23] + `(.*\n)*.*` + hash[len(hash)-23:])
	m.Keys("s")
	m.WaitFor(`on the server.txt`)
	m.WaitFor(`^.*TLS1\.3`) // in the header
	m.Keys("End", "F5")
	m.WaitFor(`Queue .*\b1 done`)
	m.Keys("4", "z")
	m.WaitFor(`⇄ TLS 1.3, session resumed`)
	m.Keys("q")
	m.WaitFor(`ended 0\n`)
	sameTree(t, s.Root, sh.dir)
}
