package ftpclient_test

import (
	"slices"
	"testing"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// TestQuirk057NamesThatAreNoUTF8 keeps the bytes of names for the wire, and decodes them for people.
func TestQuirk057NamesThatAreNoUTF8(t *testing.T) {
	for _, tc := range []struct{ encoding, raw, shown string }{
		{"windows-1251", "\xef\xf0\xe8\xe2\xe5\xf2.txt", "привет.txt"},
		{"GBK", "\xce\xc4\xbc\xfe.txt", "文件.txt"},
		{"iso-8859-1", "caf\xe9", "café"},
		{"windows-1251", "день.txt", "день.txt"}, // UTF-8 after all
		{"", "caf\xe9", "caf\xe9"},
		{"shift_jis", "\xfe\xfe", "\xfe\xfe"}, // not of the charset
		{"klingon", "caf\xe9", "caf\xe9"},
	} {
		t.Run(tc.encoding, func(t *testing.T) {
			srv := ftptest.NewScript(t).
				On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=file;size=4; "+tc.raw+"\r\n"), ftptest.Reply("226 ")).
				On("RETR", ftptest.Reply("150 "), ftptest.Data("here"), ftptest.Reply("226 ")).
				On("DELE", ftptest.Reply("550 "+tc.raw+" is not yours"))
			cl, _ := recorded(t, &ftptest.Server{Addr: srv.Addr}, func(c *ftpclient.Config) { c.Encoding = tc.encoding })
			s := lease(t, cl, vfs.Browse)
			defer s.Release()
			entries, _, err := vfs.ReadDir(t.Context(), s, "/")
			if err != nil || len(entries) != 1 || entries[0].Name != tc.raw {
				t.Fatalf("got %+v, %v", entries, err)
			}
			path := cl.Join("/", entries[0].Name)
			if got, err := fetchOnce(t, s, path); err != nil || got != "here" {
				t.Errorf("got %q, %v", got, err)
			}
			if !slices.Contains(srv.Commands(), "RETR /"+tc.raw) {
				t.Errorf("the bytes were changed on the way: %q", srv.Commands())
			}
			if got := vfs.DisplayName(cl, tc.raw); got != tc.shown {
				t.Errorf("shown as %q", got)
			}
			mustFail(t, s.Remove(t.Context(), path), nil, "cannot delete /"+tc.shown, "550 "+tc.shown)
		})
	}
}

func TestWireName(t *testing.T) {
	cl := ftpclient.New(ftpclient.Config{Host: "h", Encoding: "windows-1251"})
	if raw, err := vfs.WireName(cl, "/день"); err != nil || raw != "/\xe4\xe5\xed\xfc" {
		t.Errorf("got %q, %v", raw, err)
	}
	_, err := vfs.WireName(cl, "日本")
	mustFail(t, err, vfs.ErrUnsafeName, "windows-1251 has no such characters")
	plain := ftpclient.New(ftpclient.Config{Host: "h"})
	if raw, err := vfs.WireName(plain, "日本"); err != nil || raw != "日本" {
		t.Errorf("got %q, %v", raw, err)
	}
	if ftpclient.CheckEncoding("klingon") == nil || ftpclient.CheckEncoding("Shift_JIS") != nil {
		t.Error("labels are misjudged")
	}
}
