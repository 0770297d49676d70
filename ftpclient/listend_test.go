package ftpclient_test

import (
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// TestListingThatBreaksOff: the data connection was closed on the way, and the server says 226 all the same.
func TestListingThatBreaksOff(t *testing.T) {
	const self = "type=cdir;perm=el; .\r\n"
	const entries = "type=file;size=1; a\r\ntype=file;size=2; b\r\n"
	for name, c := range map[string]struct {
		whole, cut string
		lost       bool
	}{
		"in a line":                {self + entries, self + "type=file;size=1; a\r\ntype=fi", true},
		"before it began":          {self + entries, "", true},
		"not: empty folder":        {self + entries, self, false},
		"not: empty without self":  {entries, "", false},
		"not: never ended by line": {"type=file;size=1; a", "type=file;size=2; b", false},
	} {
		t.Run(name, func(t *testing.T) {
			srv := ftptest.NewScript(t).
				On("FEAT", ftptest.Reply("211-Features:\r\n MLST type*;size*;\r\n211 End")).
				On("MLSD /whole", ftptest.Reply("150 "), ftptest.Data(c.whole), ftptest.Reply("226 ")).
				On("MLSD /cut", ftptest.Reply("150 "), ftptest.Data(c.cut), ftptest.Reply("226 "))
			s, _ := scripted(t, srv, nil)
			if _, _, err := vfs.ReadDir(t.Context(), s, "/whole"); err != nil {
				t.Fatal(err)
			}
			entries, _, err := vfs.ReadDir(t.Context(), s, "/cut")
			if c.lost {
				mustFail(t, err, vfs.ErrLost, "broke off")
			} else if err != nil {
				t.Errorf("%v, %v", entries, err)
			}
		})
	}
}
