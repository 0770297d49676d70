package ftpclient_test

import (
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// The hashes of "abc".
const (
	abcMD5  = "900150983cd24fb0d6963f7d28e17f72"
	abcSHA1 = "a9993e364706816aba3e25717850c26c9cd0d89d"
	abcCRC  = "352441c2"

	noughts = "00000000000000000000000000000000" // a name like an MD5
)

// hasher leases a session on a scripted server whose FEAT lists these lines.
func hasher(t *testing.T, srv *ftptest.Script, features ...string) vfs.Hasher {
	t.Helper()
	srv.On("FEAT", ftptest.Reply(append(append([]string{"211-Features:"}, features...), "211 End")...))
	s, _ := scripted(t, srv, nil)
	return s.(vfs.Hasher)
}

func TestQuirk126HashesInEveryDress(t *testing.T) {
	for _, c := range []struct {
		name, feature, path string
		kind                vfs.HashKind
		command, reply      string
		want                string
	}{
		{"the draft's", " HASH SHA-1*;MD5", "/f", vfs.SHA1, "HASH /f", "213 SHA-1 0-3 " + abcSHA1 + " f", abcSHA1},
		{"in capitals", " XMD5", "/f", vfs.MD5, "XMD5 /f", "250 " + strings.ToUpper(abcMD5), abcMD5},
		{"behind the name", " MD5", "/f", vfs.MD5, "MD5 /f", `251 "/f" ` + abcMD5, abcMD5},
		{"in a sentence", " XCRC", "/f", vfs.CRC32, "XCRC /f", "250 The CRC is " + abcCRC + ".", abcCRC},
		{"in several lines", " XSHA1", "/f", vfs.SHA1, "XSHA1 /f", "250-Here it is\r\n " + abcSHA1 + "\r\n250 done", abcSHA1},
		{"by the short name", " XSHA", "/f", vfs.SHA1, "XSHA /f", "250 " + abcSHA1, abcSHA1},
		{"with a blank", " XCRC", "/a b", vfs.CRC32, `XCRC "/a b"`, "250 " + abcCRC, abcCRC},
		{"of a name like a hash", " MD5", "/" + noughts, vfs.MD5, "MD5 /" + noughts, "251 " + noughts + " " + abcMD5, abcMD5},
		{"of a name that is it", " MD5", "/" + abcMD5, vfs.MD5, "MD5 /" + abcMD5, "251 " + abcMD5 + " " + abcMD5, abcMD5},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := ftptest.NewScript(t)
			command, _, _ := strings.Cut(strings.TrimSpace(c.feature), " ")
			srv.On(command, ftptest.Reply(c.reply))
			h := hasher(t, srv, c.feature)
			got, err := h.Hash(t.Context(), c.path, c.kind)
			if err != nil || got != c.want {
				t.Errorf("got %q, %v", got, err)
			}
			if !slices.Contains(srv.Commands(), c.command) {
				t.Errorf("sent %q", srv.Commands())
			}
		})
	}
}

// TestHashKindIsChosenOnce: OPTS HASH is sent where another kind is in force on the connection, and only there.
func TestHashKindIsChosenOnce(t *testing.T) {
	srv := ftptest.NewScript(t).On("HASH", ftptest.Reply("213 MD5 0-3 "+abcMD5+" f"))
	h := hasher(t, srv, " HASH sha-1*;md5")
	for range 2 {
		if got, err := h.Hash(t.Context(), "/f", vfs.MD5); err != nil || got != abcMD5 {
			t.Fatalf("got %q, %v", got, err)
		}
	}
	if n := srv.Count("OPTS"); n != 1 || !slices.Contains(srv.Commands(), "OPTS HASH md5") {
		t.Errorf("sent %q", srv.Commands())
	}
	srv.On("HASH", ftptest.Reply("213 SHA-1 0-3 "+abcSHA1+" f"))
	if got, err := h.Hash(t.Context(), "/f", vfs.SHA1); err != nil || got != abcSHA1 || srv.Count("OPTS") != 2 {
		t.Errorf("back to the first: %q, %v, sent %q", got, err, srv.Commands())
	}
}

func TestHashThatIsNotThere(t *testing.T) {
	for _, c := range []struct {
		name     string
		features []string
		prepare  func(*ftptest.Script)
		left     []vfs.HashKind
	}{
		{
			"the command",
			[]string{" XMD5", " XCRC"},
			func(s *ftptest.Script) { s.On("XMD5", ftptest.Reply("502 no")) },
			[]vfs.HashKind{vfs.CRC32},
		},
		{"HASH", []string{" HASH MD5*;CRC32"}, func(s *ftptest.Script) { s.On("HASH", ftptest.Reply("500 no")) }, nil},
		{
			"the kind",
			[]string{" HASH MD5;CRC32*"},
			func(s *ftptest.Script) { s.On("OPTS", ftptest.Reply("501 no")) },
			[]vfs.HashKind{vfs.CRC32},
		},
		{"the answer", []string{" XMD5"}, func(s *ftptest.Script) { s.On("XMD5", ftptest.Reply("250 done")) }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := ftptest.NewScript(t)
			c.prepare(srv)
			h := hasher(t, srv, c.features...)
			_, err := h.Hash(t.Context(), "/f", vfs.MD5)
			mustFail(t, err, vfs.ErrNotSupported)
			if got := h.HashKinds(); !slices.Equal(got, c.left) {
				t.Errorf("left are %v", got)
			}
			sent := len(srv.Commands())
			if _, err := h.Hash(t.Context(), "/f", vfs.MD5); !errors.Is(err, vfs.ErrNotSupported) ||
				len(srv.Commands()) != sent {
				t.Errorf("asked again: %q, %v", srv.Commands()[sent:], err)
			}
		})
	}
}

// TestHashByTheNextWay: a kind that HASH does not give may be known by an older command.
func TestHashByTheNextWay(t *testing.T) {
	srv := ftptest.NewScript(t).On("HASH", ftptest.Reply("504 no")).On("XMD5", ftptest.Reply("250 "+abcMD5))
	h := hasher(t, srv, " HASH MD5*", " XMD5")
	if got, err := h.Hash(t.Context(), "/f", vfs.MD5); err != nil || got != abcMD5 {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestHashQuotesTakenForName: servers that know no quotes are asked again without.
func TestHashQuotesTakenForName(t *testing.T) {
	srv := ftptest.NewScript(t).On("XMD5", ftptest.Reply("550 no such file")).On("XMD5 /a b", ftptest.Reply("250 "+abcMD5))
	h := hasher(t, srv, " XMD5")
	if got, err := h.Hash(t.Context(), "/a b", vfs.MD5); err != nil || got != abcMD5 {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestHashHasItsOwnTimeout: the server reads a whole file before it answers.
func TestHashHasItsOwnTimeout(t *testing.T) {
	srv := ftptest.NewScript(t).On("FEAT", ftptest.Reply("211-", " XMD5", "211 End")).On("XMD5", ftptest.Swallow())
	s, _ := scripted(t, srv, func(c *ftpclient.Config) { c.Timeouts.Hash = 50 * time.Millisecond })
	_, err := s.(vfs.Hasher).Hash(t.Context(), "/f", vfs.MD5)
	mustFail(t, err, vfs.ErrTimeout)
}

func TestHashRefusedForAFile(t *testing.T) {
	srv := ftptest.NewScript(t).On("HASH", ftptest.Reply("550 no such file"))
	h := hasher(t, srv, " HASH MD5*")
	_, err := h.Hash(t.Context(), "/f", vfs.MD5)
	mustFail(t, err, nil, "no such file")
	if len(h.HashKinds()) != 1 {
		t.Error("the command counts as absent")
	}
}

// TestHashesOfRealServers compares with hashes made here.
func TestHashesOfRealServers(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, srv *ftptest.Server) {
		content := []byte(strings.Repeat("some content\n", 5000))
		srv.WriteFile(t, "empty", nil)
		srv.WriteFile(t, "a name with blanks", content)
		cl, _ := recorded(t, srv, nil)
		s := lease(t, cl, vfs.Browse)
		defer s.Release()
		h := s.(vfs.Hasher)
		if srv.Hash && len(h.HashKinds()) != 5 {
			t.Errorf("it offers %v", h.HashKinds())
		}
		for _, kind := range h.HashKinds() {
			sum := kind.New()
			sum.Write(content)
			got, err := h.Hash(t.Context(), cl.Join(srv.Home, "a name with blanks"), kind)
			if want := hex.EncodeToString(sum.Sum(nil)); err != nil || got != want {
				t.Errorf("%s: got %q, want %q, %v", kind, got, want, err)
			}
			got, err = h.Hash(t.Context(), cl.Join(srv.Home, "empty"), kind)
			if want := hex.EncodeToString(kind.New().Sum(nil)); err != nil || got != want {
				t.Errorf("%s of nothing: got %q, want %q, %v", kind, got, want, err)
			}
		}
	})
}

// TestOldHashCommandsOfProftpd goes past HASH, which would else be preferred.
func TestOldHashCommandsOfProftpd(t *testing.T) {
	srv := ftptest.Proftpd(t)
	srv.WriteFile(t, "a b", []byte("abc"))
	cfg := configOf(t, srv, ftpclient.ModePassive)
	cfg.Memory = lacking("HASH")
	c, err := ftpclient.Dial(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for kind, want := range map[vfs.HashKind]string{vfs.MD5: abcMD5, vfs.SHA1: abcSHA1, vfs.CRC32: abcCRC} {
		if got, err := c.Hash(t.Context(), "a b", kind); err != nil || got != want {
			t.Errorf("%s: got %q, %v", kind, got, err)
		}
	}
}

// lacking is a Memory of a server without some commands.
type lacking string

func (l lacking) Recall(string) ftpclient.Learned {
	return ftpclient.Learned{At: time.Now(), Absent: []string{string(l)}}
}

func (lacking) Remember(string, ftpclient.Learned) {}
