package ftpclient_test

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// taking is a server that takes files, says that each has five octets, and renames.
func taking(t *testing.T) *ftptest.Script {
	return ftptest.NewScript(t).
		On("STOR", ftptest.Reply("150 "), ftptest.Receive(), ftptest.Reply("226 ")).
		On("SIZE /f", ftptest.Reply("550 no such file")).On("SIZE", ftptest.Reply("213 5")).
		On("MLST", ftptest.Reply("550 no such file")).On("DELE", ftptest.Reply("250 ")).
		On("RNFR", ftptest.Reply("350 ")).On("RNTO", ftptest.Reply("250 "))
}

// sent sends five octets to /f and gives what Finish told, the commands from STOR on, and the error that ended it.
func sent(t *testing.T, srv *ftptest.Script, s vfs.Session, how vfs.Create) (vfs.Written, []string, error) {
	t.Helper()
	how.Size = 5
	before := len(srv.Commands())
	w, err := s.Create(t.Context(), "/f", how)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, "hello"); err != nil {
		t.Fatal(err)
	}
	written, err := w.Finish(t.Context())
	if err == nil {
		err = w.Commit(t.Context())
	} else if aerr := w.Abort(true); aerr != nil {
		t.Error(aerr)
	}
	all := srv.Commands()[before:]
	stored := slices.IndexFunc(all, func(line string) bool { return strings.HasPrefix(line, "STOR") })
	return written, all[stored:], err
}

func TestUploadIsRenamedWhenItsSizeIsRight(t *testing.T) {
	srv := taking(t)
	s, _ := scripted(t, srv, nil)
	written, said, err := sent(t, srv, s, vfs.Create{})
	want := []string{"STOR /.f.ferrypart", "SIZE /.f.ferrypart", "SIZE /f", "RNFR /.f.ferrypart", "RNTO /f"}
	if err != nil || !slices.Equal(said, want) || written != (vfs.Written{Path: "/.f.ferrypart", Size: 5}) {
		t.Errorf("%v, %v: %q", written, err, said)
	}
}

func TestUploadThatTheServerCutIsNotRenamed(t *testing.T) {
	srv := taking(t).On("SIZE /.f.ferrypart", ftptest.Reply("213 3"))
	s, _ := scripted(t, srv, nil)
	_, said, err := sent(t, srv, s, vfs.Create{})
	mustFail(t, err, vfs.ErrIncomplete, "5 octets were sent, and the server has 3")
	if want := []string{"STOR /.f.ferrypart", "SIZE /.f.ferrypart"}; !slices.Equal(said, want) {
		t.Errorf("it was gone on with: %q", said)
	}
}

func TestUploadIsProvenByWhatTheServerHas(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*ftptest.Script)
		size int64
	}{
		{"MLST for SIZE", func(s *ftptest.Script) {
			s.On("SIZE", ftptest.Reply("502 ?")).
				Once("MLST", ftptest.Reply("250-it is", " type=file;size=5; /.f.ferrypart", "250 End"))
		}, 5},
		{"MLST shows a folder", func(s *ftptest.Script) {
			s.On("SIZE", ftptest.Reply("502 ?")).
				Once("MLST", ftptest.Reply("250-it is", " type=dir;size=5; /.f.ferrypart", "250 End"))
		}, vfs.SizeUnknown},
		{"nothing", func(s *ftptest.Script) {
			s.On("SIZE", ftptest.Reply("502 ?")).On("MLST", ftptest.Reply("502 ?"))
		}, vfs.SizeUnknown},
	} {
		srv := taking(t).On("CWD", ftptest.Reply("550 no such folder"))
		c.set(srv)
		s, _ := scripted(t, srv, nil)
		written, said, err := sent(t, srv, s, vfs.Create{})
		if err != nil || written.Size != c.size || said[len(said)-1] != "RNTO /f" {
			t.Errorf("%s: %v, %v, %q", c.name, written, err, said)
		}
	}
}

func TestNameTakenDuringAnUploadIsLeftAlone(t *testing.T) {
	srv := taking(t).On("SIZE /f", ftptest.Reply("213 7")).
		On("MLST", ftptest.Reply("250-it is", " type=file;size=7; /f", "250 End"))
	s, _ := scripted(t, srv, nil)
	_, said, err := sent(t, srv, s, vfs.Create{})
	mustFail(t, err, fs.ErrExist)
	if slices.Contains(said, "RNTO /f") {
		t.Errorf("somebody's file was replaced: %q", said)
	}
}

// TestOverwriteWhereRenameDoesNot: the old file steps aside, and goes only when the new one has its name.
func TestOverwriteWhereRenameDoesNot(t *testing.T) {
	const part, aside = "/.f.ferrypart", "/.f~old.ferrypart"
	whole := []string{"STOR " + part, "SIZE " + part, "RNFR " + part, "RNTO /f", "RNFR /f", "RNTO " + aside}
	no, yes := ftptest.Reply("553 no"), ftptest.Reply("250 ")
	for _, c := range []struct {
		name string
		set  func(*ftptest.Script)
		kind error
		then []string
	}{
		{
			"it works", func(s *ftptest.Script) { s.Once("RNTO /f", no) }, nil,
			[]string{"RNFR " + part, "RNTO /f", "DELE " + aside},
		},
		{
			"the server says why", func(s *ftptest.Script) {
				s.Once("RNTO /f", ftptest.Reply("550 Cannot create a file when that file already exists."))
			}, nil,
			[]string{"RNFR " + part, "RNTO /f", "DELE " + aside},
		},
		{
			"the old one stays aside", func(s *ftptest.Script) { s.Once("RNTO /f", no).On("DELE", no) }, nil,
			[]string{"RNFR " + part, "RNTO /f", "DELE " + aside},
		},
		{
			"an older one is in the way", func(s *ftptest.Script) { s.Once("RNTO /f", no).Once("RNTO "+aside, no) }, nil,
			[]string{"DELE " + aside, "RNFR /f", "RNTO " + aside, "RNFR " + part, "RNTO /f", "DELE " + aside},
		},
		{
			"the old one cannot move", func(s *ftptest.Script) { s.On("RNTO", no).On("DELE", no) }, vfs.ErrNoRename,
			[]string{"DELE " + aside},
		},
		{
			"the new one cannot move", func(s *ftptest.Script) { s.Once("RNTO /f", no).Once("RNTO /f", no).On("RNTO", yes) },
			vfs.ErrNoRename,
			[]string{"RNFR " + part, "RNTO /f", "RNFR " + aside, "RNTO /f"},
		},
		{
			"neither moves back", func(s *ftptest.Script) { s.On("RNTO /f", no) },
			vfs.ErrRefused,
			[]string{"RNFR " + part, "RNTO /f", "RNFR " + aside, "RNTO /f"},
		},
	} {
		srv := taking(t)
		c.set(srv)
		s, _ := scripted(t, srv, nil)
		_, said, err := sent(t, srv, s, vfs.Create{Overwrite: true})
		if !errors.Is(err, c.kind) || !slices.Equal(said, append(slices.Clone(whole), c.then...)) {
			t.Errorf("%s: %v: %q", c.name, err, said)
		}
		if strings.Contains(strings.Join(said, " "), "DELE /f") || c.kind != nil && slices.Contains(said, "DELE "+part) {
			t.Errorf("%s: a whole file was deleted: %q", c.name, said)
		}
	}
}

func TestAsideOfACrashIsRemoved(t *testing.T) {
	srv := taking(t).On("APPE", ftptest.Reply("150 "), ftptest.Receive(), ftptest.Reply("226 ")).
		Once("SIZE /.f.ferrypart", ftptest.Reply("213 3"))
	s, _ := scripted(t, srv, nil)
	w, err := s.Create(t.Context(), "/f", vfs.Create{Size: 5, Offset: 3})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, "lo"); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(t.Context()); err != nil || !slices.Contains(srv.Commands(), "DELE /.f~old.ferrypart") {
		t.Errorf("%v: %q", err, srv.Commands())
	}
}

// TestServerThatRefusesToRename is remembered, and gets files under their final names from then on.
func TestServerThatRefusesToRename(t *testing.T) {
	srv := taking(t).On("RNFR", ftptest.Reply("550 Permission denied")).On("SIZE /f", ftptest.Reply("213 5"))
	srv.Once("SIZE /f", ftptest.Reply("550 no such file"))
	for range 2 { // it is looked for, and then its size is asked
		srv.Once("SIZE /f", ftptest.Reply("550 no such file")).Once("SIZE /f", ftptest.Reply("213 5"))
	}
	kept := newStore()
	s, _ := scripted(t, srv, func(c *ftpclient.Config) { c.Memory = kept })
	_, said, err := sent(t, srv, s, vfs.Create{})
	mustFail(t, err, vfs.ErrNoRename, "550 Permission denied")
	if !slices.Contains(said, "DELE /.f.ferrypart") {
		t.Errorf("what was sent stays: %q", said)
	}
	again, _ := scripted(t, srv, func(c *ftpclient.Config) { c.Memory = kept }) // as in another process
	for _, s := range []vfs.Session{s, again} {
		written, said, err := sent(t, srv, s, vfs.Create{})
		if err != nil || !slices.Equal(said, []string{"STOR /f", "SIZE /f"}) || written.Path != "/f" ||
			!strings.Contains(written.Note, "refuses to rename") {
			t.Errorf("%v, %v, %q", written, err, said)
		}
	}
	// What it replaces may be there whole under the partial name, from the try at which it was learned.
	_, said, err = sent(t, srv, s, vfs.Create{Overwrite: true})
	if want := []string{"STOR /f", "SIZE /f", "DELE /.f.ferrypart"}; err != nil || !slices.Equal(said, want) {
		t.Errorf("%v, %q", err, said)
	}
	// Nobody's file is replaced unasked.
	_, err = s.Create(t.Context(), "/f", vfs.Create{Size: 5})
	mustFail(t, err, fs.ErrExist)
}

func TestUploadInPlace(t *testing.T) {
	srv := taking(t).On("SIZE /f", ftptest.Reply("213 5"))
	s, _ := scripted(t, srv, nil)
	_, said, err := sent(t, srv, s, vfs.Create{InPlace: true, Offset: 0})
	if want := []string{"STOR /f", "SIZE /f"}; err != nil || !slices.Equal(said, want) {
		t.Errorf("%v, %q", err, said)
	}
	// Half a file under its final name would be a lie.
	srv.On("SIZE /f", ftptest.Reply("213 4"))
	_, said, err = sent(t, srv, s, vfs.Create{InPlace: true})
	mustFail(t, err, vfs.ErrIncomplete)
	if !slices.Contains(said, "DELE /f") {
		t.Errorf("half a file stays: %q", said)
	}
}

func TestUploadKeepsTimeAndPermissions(t *testing.T) {
	how := vfs.Create{ModTime: time.Date(2020, 5, 6, 7, 8, 9, 0, time.UTC), Mode: 0o4751 | fs.ModeSetuid, KeepMode: true}
	srv := taking(t).On("MFMT", ftptest.Reply("213 ")).On("SITE", ftptest.Reply("200 "))
	s, _ := scripted(t, srv, nil)
	written, said, err := sent(t, srv, s, how)
	want := []string{
		"STOR /.f.ferrypart", "SIZE /.f.ferrypart", "MFMT 20200506070809 /.f.ferrypart", "SITE CHMOD 0751 /.f.ferrypart",
		"SIZE /f", "RNFR /.f.ferrypart", "RNTO /f",
	}
	if err != nil || !slices.Equal(said, want) || written.Note != "" {
		t.Errorf("%v, %v, %q", written, err, said)
	}
	// What the server refuses costs a remark, what it does not know not even that, and no second question.
	srv.On("MFMT", ftptest.Reply("550 not yours")).On("SITE", ftptest.Reply("500 ?"))
	written, _, err = sent(t, srv, s, how)
	if err != nil || written.Note != "the server does not let its time be set" {
		t.Errorf("%v, %v", written, err)
	}
	_, said, err = sent(t, srv, s, how)
	if err != nil || slices.ContainsFunc(said, func(line string) bool { return strings.HasPrefix(line, "SITE") }) {
		t.Errorf("%v, %q", err, said)
	}
}
