package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ferry/ftpclient/ftptest"
)

// TestEncoding lists, fetches, and sends names of a server that speaks Latin-1.
func TestEncoding(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, s *ftptest.Server) {
		if s.Name == "embedded" {
			return // it answers in UTF-8 alone
		}
		s.WriteFile(t, "caf\xe9/men\xfc.txt", []byte("soup"))
		sh := forServer(t, s)
		if got := sh.ok("ls", "-R", "--encoding", "latin1", at(s, "café")); !strings.Contains(got, "menü.txt\n") {
			t.Errorf("listed as %q", got)
		}
		sh.ok("get", "-q", "-r", "--encoding", "latin1", at(s, "café"))
		if got, err := os.ReadFile(filepath.Join(sh.dir, "café", "menü.txt")); err != nil || string(got) != "soup" {
			t.Errorf("fetched %q, %v", got, err)
		}
		sh.write("söß.txt", []byte("sauce"))
		sh.ok("put", "-q", "--encoding", "latin1", "söß.txt", at(s, "café")+"/")
		if got, err := os.ReadFile(s.Path("caf\xe9", "s\xf6\xdf.txt")); err != nil || string(got) != "sauce" {
			t.Errorf("sent %q, %v", got, err)
		}
		sh.write("日本.txt", nil)
		sh.fails(exitRefused, []string{"put", "--encoding", "latin1", "日本.txt", at(s, "café") + "/"},
			"the charset latin1 has no such characters")
		sh.fails(exitUsage, []string{"ls", "--encoding", "klingon", at(s, "")}, "klingon")
	})
}
