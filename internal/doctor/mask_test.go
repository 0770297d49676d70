package doctor_test

import (
	"net/url"
	"strings"
	"testing"

	"ferry/ftpclient"
	"ferry/internal/doctor"
)

func mustURL(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestMask(t *testing.T) {
	m := doctor.NewMask(ftpclient.Config{Host: "ftp.example.org", User: "alice"})
	for text, want := range map[string]string{
		"FTP.Example.org is 203.0.113.9, 2001:db8::7":    "HOST is ADDRESS, ADDRESS",
		"welcome to intra.corp.example, ask bob@corp.de": "welcome to NAME, ask MAILBOX",
		"227 (192,168,1,5,195,80)":                       "227 (ADDRESS,195,80)",
		"it names 192.168.1.5.":                          "it names PRIVATE-ADDRESS.",
		"10.1.2.3:21 answers":                            "PRIVATE-ADDRESS:21 answers",
		"127.0.0.1 answers on port 21":                   "LOOPBACK answers on port 21",
		"/home/alice/www of malice":                      "/home/USER/www of malice",
		"vsFTPd 3.0.5, at 12:30:45":                      "vsFTPd 3.0.5, at 12:30:45",
		"type*;size*;UNIX.mode*;":                        "type*;size*;UNIX.mode*;",
		"fe80::1%eth0 is here":                           "PRIVATE-ADDRESS is here",
		"SHA-256 " + strings.Repeat("4F:", 31) + "4F":    "SHA-256 4F:4F:…",
	} {
		if got := m.Text(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}

// TestMaskOfAnOrdinaryWord: who is called like a word of ours is masked where it is the user, and only there.
func TestMaskOfAnOrdinaryWord(t *testing.T) {
	for _, user := range []string{"ferry", "server", "the", "in"} {
		m := doctor.NewMask(ftpclient.Config{Host: "h.example.org", User: user})
		for _, f := range []struct{ is, want doctor.Finding }{
			{
				doctor.Finding{Found: "as " + user + ", in the clear"}.Quoting(user),
				doctor.Finding{Found: "as USER, in the clear"},
			},
			{
				doctor.Finding{
					Found: "the server said 530 Hi " + user + "!", Means: "ferry in the server", Set: "'ferry ls /srv/" + user + "'",
				}.Quoting("530 Hi " + user + "!"),
				doctor.Finding{Found: "the server said 530 Hi USER!", Means: "ferry in the server", Set: "'ferry ls /srv/USER'"},
			},
		} {
			got := m.Finding(f.is)
			if got.Found != f.want.Found || got.Means != f.want.Means || got.Set != f.want.Set {
				t.Errorf("%s: %q, %q, %q", user, got.Found, got.Means, got.Set)
			}
		}
	}
}

func TestMaskFinding(t *testing.T) {
	m := doctor.NewMask(ftpclient.Config{Host: "ftp.example.org", User: "alice"})
	f := doctor.Finding{
		Found: "as alice", Means: "on ftp.example.org", Set: "alice!",
		Facts: map[string]any{"subject": "O=Acme", "names": []string{"ftp.example.org"}, "port": 21, "home": "/home/alice"},
	}
	got := m.Finding(f)
	if got.Found+got.Means+got.Set != "as aliceon HOSTalice!" { // our words
		t.Errorf("%+v", got)
	}
	names := got.Facts["names"].([]string)
	if names[0] != "HOST" || got.Facts["home"] != "/home/USER" || got.Facts["port"] != 21 {
		t.Errorf("%+v", got.Facts)
	}
	if _, has := got.Facts["subject"]; has || f.Facts["subject"] != "O=Acme" {
		t.Errorf("%+v of %+v", got.Facts, f.Facts)
	}
}
