package profile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ferry/ftpclient"
	"ferry/internal/profile"
)

func TestRecognise(t *testing.T) {
	for _, c := range []struct{ greeting, system, want string }{
		{"(vsFTPd 3.0.5)", "UNIX Type: L8", "vsftpd"},
		{"ProFTPD Server (Debian) [::ffff:127.0.0.1]", "", "proftpd"},
		{"---------- Welcome to Pure-FTPd [privsep] [TLS] ----------\nYou are user number 1", "", "pure-ftpd"},
		{"FileZilla Server 1.8.0", "", "filezilla-server"},
		{"Microsoft FTP Service", "Windows_NT", "iis"},
		{"FTPD1 IBM FTP CS V2R4 at SYS1", "MVS is the operating system of this server.", "zos"},
		{"QTCP at AS400.", "OS/400 is the remote operating system.", "os400"},
		{"node.example FTP Server (Version 5.7) Ready.", "VMS OpenVMS V8.4", "vms"},
		{"JD FTP Server Ready", "", "printer"},
		{"Welcome to Network Camera FTP", "", "camera"},
		{"SIMATIC S7 FTP ready", "", "plc"},
		{"Synology FTP server ready.", "", "nas"},
		{"--- Welcome to FTP for Arduino, by Somebody ---", "", "microcontroller"},
		{"ready", "UNIX Type: L8", ""},
		{"I like printers.", "UNIX", ""},
	} {
		asked := 0
		p, found := profile.BuiltIn().Recognise(c.greeting, func() string { asked++; return c.system })
		if p.ID != c.want || found != (c.want != "") {
			t.Errorf("%q is %q, want %q", c.greeting, p.ID, c.want)
		}
		if asked > 1 {
			t.Errorf("%q: SYST was asked %d times", c.greeting, asked)
		}
	}
}

func TestOwnProfilesWin(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"vsftpd.toml": "name = 'ours'\ngreeting = 'vsFTPd'\nrefused = ['EPSV']\nconnections = 3\n",
		"odd.toml":    "name = 'odd'\ngreting = 'x'\n",
		"worse.toml":  "greeting = '('\n",
		"bad.toml":    "refused = ['EPSY']\n",
		"readme.txt":  "no profile",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	set, problems := profile.Load(dir)
	told := fmt.Sprint(problems)
	for _, want := range []string{"odd.toml:2:1: there is no key greting", "worse.toml: greeting", "bad.toml: refused"} {
		if !strings.Contains(told, want) {
			t.Errorf("%q is not told: %s", want, told)
		}
	}
	p, _ := set.Recognise("(vsFTPd 3.0.5)", func() string { return "" })
	l := p.Learned()
	if p.Name != "ours" || len(l.Refused) != 1 || l.Refused[0] != ftpclient.MethodEPSV || l.MaxConns != 3 {
		t.Errorf("%+v", p)
	}
	if _, found := set.Find("IIS"); !found {
		t.Error("the profiles in the program are gone")
	}
	if set, problems := profile.Load(filepath.Join(dir, "none")); len(problems) > 0 || len(set) != len(profile.BuiltIn()) {
		t.Errorf("without a folder: %v", problems)
	}
}
