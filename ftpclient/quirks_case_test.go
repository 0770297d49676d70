package ftpclient_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// TestQuirk073ServerIgnoresCase asks by another spelling of what is there, and doubts servers that say the same to any
// name.
func TestQuirk073ServerIgnoresCase(t *testing.T) {
	yes, unknown := ftptest.Reply("250-Listing", " type=file;size=1; x", "250 End"), ftptest.Reply("502 what?")
	const there, other = "MLST /A.Txt", "MLST /A.TxT"
	for name, c := range map[string]struct {
		server func(*ftptest.Script)
		want   vfs.Case
	}{
		"ignores case":         {func(s *ftptest.Script) { s.On(there, yes).On(other, yes) }, vfs.CaseIgnored},
		"case counts":          {func(s *ftptest.Script) { s.On(there, yes) }, vfs.CaseCounts},
		"says yes to any name": {func(s *ftptest.Script) { s.On("MLST", yes) }, vfs.CaseUnknown},
		"says no to any name":  {func(*ftptest.Script) {}, vfs.CaseUnknown},
		"has SIZE only": {func(s *ftptest.Script) {
			s.On("MLST", unknown).On("SIZE /A.Txt", ftptest.Reply("213 1")).On("SIZE /A.TxT", ftptest.Reply("213 1"))
		}, vfs.CaseIgnored},
		"has nothing to ask by": {func(s *ftptest.Script) { s.On("MLST", unknown).On("SIZE", unknown) }, vfs.CaseUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			no := ftptest.Reply("550 no such file")
			srv, kept := ftptest.NewScript(t).On("MLST", no).On("SIZE", no).On("CWD", no), newStore()
			c.server(srv)
			for range 2 { // another process, later
				cl, _ := account(t, srv, func(cfg *ftpclient.Config) { cfg.Memory = kept })
				s := lease(t, cl, vfs.Browse)
				if got := vfs.IgnoresCase(t.Context(), cl, s, "/A.Txt"); got != (c.want == vfs.CaseIgnored) {
					t.Errorf("it is told to ignore case: %v", got)
				}
				if got := cl.NameCase(); got != c.want {
					t.Errorf("%d is known, want %d", got, c.want)
				}
				s.Release()
			}
			if asked := srv.Count("MLST"); c.want != vfs.CaseUnknown && asked > 2 {
				t.Errorf("it was asked %d times: %v", asked, srv.Commands())
			}
		})
	}
}

// TestQuirk073AskedAboutWhatever: any letter will do, and where there is none nothing is asked.
func TestQuirk073AskedAboutWhatever(t *testing.T) {
	for path, want := range map[string]string{
		"/a/B.9": "MLST /a/b.9", "/é": "MLST /É", "/x/\xe9.1": "MLST /X/\xe9.1", "/1.2": "", "/": "",
	} {
		srv := ftptest.NewScript(t).On("MLST", ftptest.Reply("550 no"))
		s, _ := scripted(t, srv, nil)
		if got := s.(vfs.CaseFinder).FindCase(t.Context(), path); got != vfs.CaseUnknown {
			t.Errorf("%q: %d", path, got)
		}
		if sent := strings.Join(srv.Commands(), "\n") + "\n"; want == "" && strings.Contains(sent, "MLST /") ||
			want != "" && !strings.Contains(sent, want+"\n") {
			t.Errorf("%q: %q is not asked in\n%s", path, want, sent)
		}
	}
}

// TestQuirk073RenameInCaseOnly: on a server that ignores case the new name is taken by the file itself, so that it goes
// by a third name; where another file has the new name, it goes back.
func TestQuirk073RenameInCaseOnly(t *testing.T) {
	for name, ignoresCase := range map[string]bool{"ignores case": true, "has both": false} {
		t.Run(name, func(t *testing.T) {
			srv := oldSystem(t, "/", "").On("CWD", ftptest.Reply("550 no folder")).On("SIZE", ftptest.Reply("550 no such file")).
				On("RNFR", ftptest.Reply("350 ")).On("RNTO", ftptest.Reply("250 ")).Once("SIZE /A.txt", ftptest.Reply("213 1"))
			if !ignoresCase {
				srv.Once("SIZE /A.txt", ftptest.Reply("213 1"))
			}
			cl, _ := account(t, srv, nil)
			s := lease(t, cl, vfs.Browse)
			defer s.Release()
			err := s.Rename(t.Context(), "/a.txt", "/A.txt")
			last := "RNTO /a.txt"
			if ignoresCase {
				last = "RNTO /A.txt"
			}
			sentAll(t, srv, "RNFR /a.txt", "RNTO /A.txt.ferrycase", "RNFR /A.txt.ferrycase", last)
			if errors.Is(err, fs.ErrExist) == ignoresCase || (cl.NameCase() == vfs.CaseIgnored) != ignoresCase {
				t.Errorf("the renaming ended by %v, and %d is known", err, cl.NameCase())
			}
		})
	}
}
