package ftpclient_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// oldSystem is a server without FEAT and its kind, where a login lands in home.
func oldSystem(t *testing.T, home, listing string) *ftptest.Script {
	return ftptest.NewScript(t).On("FEAT", ftptest.Reply("500 what?")).On("MLSD", ftptest.Reply("500 what?")).
		On("EPSV", ftptest.Reply("500 what?")).On("MLST", ftptest.Reply("500 what?")).On("SIZE", ftptest.Reply("500 what?")).
		On("LIST -a", ftptest.Reply("550 no such file")).
		On("PWD", ftptest.Reply(fmt.Sprintf("257 %q is the folder", home))).
		On("LIST", ftptest.Reply("150 "), ftptest.Data(listing), ftptest.Reply("226 ")).
		On("RETR", ftptest.Reply("150 "), ftptest.Data("here"), ftptest.Reply("226 ")).
		On("STOR", ftptest.Reply("150 "), ftptest.Receive(), ftptest.Reply("226 ")).
		On("DELE", ftptest.Reply("250 ")).On("MKD", ftptest.Reply("257 made")).On("RMD", ftptest.Reply("250 "))
}

// TestQuirk065VMS walks, fetches, stores and deletes in the way of OpenVMS.
func TestQuirk065VMS(t *testing.T) {
	srv := oldSystem(t, "DISK$U:[A.B]", "\r\nDirectory DISK$U:[A.B]\r\n\r\n"+
		"X.TXT;1              5/10   2-JUN-2020 07:32:04  [ANONYMOUS]            (RWED,RWED,,RE)\r\n"+
		"C.DIR;1              1/10   2-JUN-2020 07:32:04  [ANONYMOUS]            (RWE,RWE,,RE)\r\n"+
		"\r\nTotal of 2 files, 6/20 blocks\r\n")
	srv.On("CWD DISK$U:[A.B]X.TXT;2", ftptest.Reply("550 no such folder"))
	cl, _ := account(t, srv, nil)
	home, err := cl.Home(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := lease(t, cl, vfs.Browse)
	defer s.Release()
	entries, _, err := vfs.ReadDir(t.Context(), s, home)
	if err != nil || len(entries) != 2 || entries[0].Name != "X.TXT;1" || !entries[1].IsDir() {
		t.Fatalf("got %+v, %v", entries, err)
	}
	below := cl.Join(home, entries[1].Name)
	srv.On("CWD DISK$U:[A.B.C]N.DAT", ftptest.Reply("550 no such folder"))
	got, fetched := fetchOnce(t, s, cl.Join(home, "X.TXT;1"))
	_, listed := s.List(t.Context(), below, func([]vfs.Entry) error { return nil })
	for what, err := range map[string]error{
		"fetch": fetched, "list": listed, "store": storeOnce(t, s, cl.Join(below, "N.DAT"), "new"),
		"mkdir": s.Mkdir(t.Context(), cl.Join(below, "D")), "rmdir": s.RemoveDir(t.Context(), below),
		"delete": s.Remove(t.Context(), cl.Join(home, "X.TXT;1")),
	} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	sentAll(t, srv, "CWD DISK$U:[A.B]", "RETR DISK$U:[A.B]X.TXT;1", "CWD DISK$U:[A.B.C]", "STOR DISK$U:[A.B.C]N.DAT",
		"MKD DISK$U:[A.B.C.D]", "RMD DISK$U:[A.B.C]", "DELE DISK$U:[A.B]X.TXT;1")
	if got != "here" || cl.Parent(home) != "DISK$U:[A]" {
		t.Errorf("got %q; above %s is %s", got, home, cl.Parent(home))
	}
	if err := cl.CheckName("X][000000]Y"); err == nil {
		t.Error("a name that leads elsewhere is accepted")
	}
}

// TestQuirk066MVS: names in quotes, dots between them, members in parentheses.
func TestQuirk066MVS(t *testing.T) {
	srv := oldSystem(t, "'USER1.'", "Volume Unit    Referred Ext Used Recfm Lrecl BlkSz Dsorg Dsname\r\n"+
		"WYOSPT 3420   2003/05/21  1  200  FB      80  8053  PS  SEQ.DATA\r\n"+
		"WPTA01 3290   2004/03/04  1    3  FB      80  3125  PO  LIB\r\n")
	srv.On("CWD 'USER1.LIB(N)'", ftptest.Reply("501 no folder"))
	cl, _ := account(t, srv, nil)
	home, err := cl.Home(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := lease(t, cl, vfs.Browse)
	defer s.Release()
	entries, _, err := vfs.ReadDir(t.Context(), s, home)
	if err != nil || len(entries) != 2 || entries[0].Name != "SEQ.DATA" || !entries[1].IsDir() {
		t.Fatalf("got %+v, %v", entries, err)
	}
	library := cl.Join(home, entries[1].Name)
	_, fetched := fetchOnce(t, s, cl.Join(home, "SEQ.DATA"))
	_, member := fetchOnce(t, s, cl.Join(library, "M"))
	_, listed := s.List(t.Context(), library, func([]vfs.Entry) error { return nil })
	for what, err := range map[string]error{
		"fetch": fetched, "member": member, "list": listed, "store": storeOnce(t, s, cl.Join(library, "N"), "new"),
	} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	sentAll(t, srv, "CWD 'USER1.'", "RETR 'USER1.SEQ.DATA'", "RETR 'USER1.LIB(M)'", "CWD 'USER1.LIB'",
		"STOR 'USER1.LIB(N)'")
	if cl.Parent(library) != home || cl.Base(cl.Join(library, "M")) != "M" {
		t.Errorf("above %s is %s", library, cl.Parent(library))
	}
}

func sentAll(t *testing.T, srv *ftptest.Script, lines ...string) {
	t.Helper()
	sent := srv.Commands()
	for _, line := range lines {
		if !slices.Contains(sent, line) {
			t.Errorf("%q is missing in\n%s", line, strings.Join(sent, "\n"))
		}
	}
}

// TestPrinter: a device that knows little more than RFC 959 of 1985 does all that it can do.
func TestPrinter(t *testing.T) {
	srv := oldSystem(t, "/", "-rw-rw-rw-   1 owner    group          12 Jan  1  1999 PORT1\r\n").
		On("PWD", ftptest.Reply("502 no")).On("OPTS", ftptest.Reply("500 ")).On("SYST", ftptest.Reply("500 ")).
		On("CWD", ftptest.Reply("550 no")).On("CWD /", ftptest.Reply("250 ")).On("RNFR", ftptest.Reply("502 no"))
	s, _ := scripted(t, srv, nil)
	entries, _, err := vfs.ReadDir(t.Context(), s, "/")
	if err != nil || len(entries) != 1 || entries[0].Name != "PORT1" {
		t.Fatalf("got %+v, %v", entries, err)
	}
	w, err := s.Create(t.Context(), "/PORT1", vfs.Create{Size: 3, InPlace: true, Overwrite: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("job")); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(t.Context()); err != nil || !slices.Equal(srv.Received(), []string{"job"}) {
		t.Errorf("printed %q, %v", srv.Received(), err)
	}
}

// TestQuirk040OS400NameFormat: paths with slashes are asked for, on each connection.
func TestQuirk040OS400NameFormat(t *testing.T) {
	srv := oldSystem(t, "QGPL", "").On("SYST", ftptest.Reply("215  OS/400 is the remote operating system.")).
		On("SITE NAMEFMT 1", ftptest.Reply("250  Now using naming format \"1\".")).
		Once("PWD", ftptest.Reply(`257 "QGPL" is current library.`)).
		On("PWD", ftptest.Reply(`257 "/QSYS.LIB/QGPL.LIB" is current directory.`))
	cl, _ := account(t, srv, nil)
	home, err := cl.Home(t.Context())
	if err != nil || home != "/QSYS.LIB/QGPL.LIB" {
		t.Fatalf("home is %q, %v", home, err)
	}
	first, second := lease(t, cl, vfs.Browse), lease(t, cl, vfs.Browse)
	first.Release()
	second.Release()
	asked := 0
	for _, line := range srv.Commands() {
		if line == "SITE NAMEFMT 1" {
			asked++
		}
	}
	if asked != srv.Connections() {
		t.Errorf("asked %d times on %d connections", asked, srv.Connections())
	}
}

// TestQuirk056StatAsListing: where no data connection can be made, the control connection carries the listing.
func TestQuirk056StatAsListing(t *testing.T) {
	srv := oldSystem(t, "/", "").On("PASV", ftptest.Reply("500 no")).On("EPRT", ftptest.Reply("500 no")).
		On("PORT", ftptest.Reply("500 no")).
		On("STAT .", ftptest.Raw("213-Status follows:\r\n"+
			"drwxr-xr-x    2 0        0            4096 Nov 12 10:00 logs\r\n"+
			" -rw-r--r--    1 0        0             120 Nov 12 10:00 robots.txt\r\n"+
			"213 End of status\r\n"))
	s, r := scripted(t, srv, nil)
	entries, report, err := vfs.ReadDir(t.Context(), s, "/pub")
	if err != nil || len(entries) != 2 || report.Lines != 2 || entries[1].Name != "robots.txt" || !entries[0].IsDir() {
		t.Fatalf("got %+v, %+v, %v", entries, report, err)
	}
	if notes := r.of(ftpclient.EventNote); !slices.ContainsFunc(notes, func(e ftpclient.Event) bool {
		return strings.Contains(e.Text, "listed on the control connection")
	}) {
		t.Errorf("it is not told: %+v", notes)
	}
	srv.On("STAT .", ftptest.Reply("502 no"))
	if _, _, err := vfs.ReadDir(t.Context(), s, "/pub"); err == nil || !strings.Contains(err.Error(), "data connection") {
		t.Errorf("without STAT the failure is %v", err)
	}
}
