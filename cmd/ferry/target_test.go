package main

import (
	"context"
	"errors"
	"path"
	"strings"
	"testing"

	"ferry/ftpclient"
	"ferry/internal/vfs"
)

func TestParseTarget(t *testing.T) {
	of := func(host string, port int, user string) account { return account{host: host, port: port, user: user} }
	plain := of("h", 21, "")
	tests := []struct {
		url  string
		want target
	}{
		{"ftp://h", target{account: plain, folder: true}},
		{"ftp://h/", target{account: plain, folder: true}},
		{"FTP://H/a", target{account: plain, path: "a"}},
		{"ftp://h/a/b c", target{account: plain, path: "a/b c"}},
		{"ftp://h/a/", target{account: plain, path: "a", folder: true}},
		{"ftp://h//", target{account: plain, path: "/", folder: true}},
		{"ftp://h//srv/pub", target{account: plain, path: "/srv/pub"}},
		{"ftp://h/%2Fsrv/pub", target{account: plain, path: "/srv/pub"}},
		{"ftp://h/%2f", target{account: plain, path: "/", folder: true}},
		{"ftp://h/a?b#c;d", target{account: plain, path: "a?b#c;d", pattern: "a?b#c;d"}},
		{"ftp://h/a;type=i", target{account: plain, path: "a"}},
		{"ftp://h/a%3Btype=a", target{account: plain, path: "a;type=a"}},
		{"ftp://h/-rf", target{account: plain, path: "-rf"}},
		{"ftp://h/%E6%97%A5/ảnh", target{account: plain, path: "日/ảnh"}},
		{"ftp://h/caf%E9", target{account: plain, path: "caf\xe9"}},
		{"ftp://h/a%1Bb", target{account: plain, path: "a\x1bb"}},
		{"ftp://h/d/*.txt", target{account: plain, path: "d/*.txt", pattern: "*.txt"}},
		{"ftp://h/d%2A/x", target{account: plain, path: "d*/x"}},
		{"ftp://h/%2A%5B*", target{account: plain, path: "*[*", pattern: `\*\[*`}},
		{"ftp://h/[ab", target{account: plain, path: "[ab"}},
		{"ftp://alice@h/", target{account: of("h", 21, "alice"), folder: true}},
		{"ftp://@h/", target{account: plain, folder: true}},
		{"ftp://alice:@h/", target{account: of("h", 21, "alice"), hasPassword: true, folder: true}},
		{
			"ftp://a%40b:p%3A%2F%25w@h:2121/x",
			target{account: of("h", 2121, "a@b"), password: "p:/%w", hasPassword: true, path: "x"},
		},
		{"ftp://a:p@w@h/x", target{account: of("h", 21, "a"), password: "p@w", hasPassword: true, path: "x"}},
		{"ftp://192.0.2.1:990/", target{account: of("192.0.2.1", 990, ""), folder: true}},
		{"ftp://[2001:DB8::1]/", target{account: of("2001:db8::1", 21, ""), folder: true}},
		{"ftp://[::1]:2121/x", target{account: of("::1", 2121, ""), path: "x"}},
		{"ftp://[fe80::1%25eth0]/", target{account: of("fe80::1%eth0", 21, ""), folder: true}},
		{"ftp://[fe80::1%eth0]:21/", target{account: of("fe80::1%eth0", 21, ""), folder: true}},
		{"ftp://Bücher.example/", target{account: of("xn--bcher-kva.example", 21, ""), folder: true}},
		{"ftp://b%C3%BCcher.example./", target{account: of("xn--bcher-kva.example.", 21, ""), folder: true}},
		{"ftps://h/", target{account: account{"h", 990, "", ftps, ""}, folder: true}},
		{"ftps://h:21/", target{account: account{"h", 21, "", ftps, ""}, folder: true}},
		{"FTPES://a@h/x", target{account: account{"h", 21, "a", ftpes, ""}, path: "x"}},
		{"ftp://my_nas-1.lan:/", target{account: of("my_nas-1.lan", 21, ""), folder: true}},
	}
	for _, tt := range tests {
		t.Run(tt.url, func(t *testing.T) {
			got, err := parseTarget(tt.url)
			if err != nil || got != tt.want {
				t.Errorf("parseTarget(%q) = %+v, %v\nwant %+v", tt.url, got, err, tt.want)
			}
		})
	}
}

func TestParseTargetRefuses(t *testing.T) {
	for _, tt := range []struct{ url, says string }{
		{"", "no address"},
		{"/pub", "no address"},
		{"ftp.example.org", "no address"},
		{"nas:pub/x", "saved site"},
		{"ftp:/h/x", "no address"},
		{"http://h/", "http://"},
		{"ftp://", "names no host"},
		{"ftp:///pub", "names no host"},
		{"ftps://alice:secret/", "port"},
		{"a:secret@ftps://h", "ftpes://"},
		{"ftp://alice@/x", "names no host"},
		{"ftp://h:0/", "port"},
		{"ftp://h:65536/", "port"},
		{"ftp://h:-1/", "port"},
		{"ftp://alice:secret/", "port"},
		{"ftp://::1/", "brackets"},
		{"ftp://[::1/", "brackets"},
		{"ftp://[::1]x/", "brackets"},
		{"ftp://[192.0.2.1]/", "brackets"},
		{"ftp://a b/", "host"},
		{"ftp://a..b/", "host"},
		{"ftp://a\x1b[2J/", "host"},
		{"ftp://%zz/", "host"},
		{"ftp://" + strings.Repeat("a", 64) + "/", "host"},
		{"ftp://h/%", "%25"},
		{"ftp://h/%4", "%25"},
		{"ftp://h/a%00", "NUL"},
		{"ftp://h/a%0D%0ADELE%20x", "line end"},
		{"ftp://h/a\nb", "line end"},
		{"ftp://a%0Ab:secret@h/", "user or password"},
		{"ftp://a:secret%zz@h/", "user or password"},
		{"ftp://:secret@h/", "no user"},
		{"ftp://h/a;type=a", "type"},
	} {
		t.Run(tt.url, func(t *testing.T) {
			got, err := parseTarget(tt.url)
			var usage *usageError
			if !errors.As(err, &usage) {
				t.Fatalf("parseTarget(%q) = %+v, %v, want a usage error", tt.url, got, err)
			}
			if !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%q does not speak of %q, or of more than it should", err, tt.says)
			}
		})
	}
}

func TestTargetUnderTLS(t *testing.T) {
	const auto, explicit, implicit = ftpclient.SecurityAuto, ftpclient.SecurityExplicit, ftpclient.SecurityImplicit
	for _, tt := range []struct {
		url   string
		under ftpclient.Security
		shown string
		want  ftpclient.Security
	}{
		{"ftp://h/", auto, "ftp://h/", auto},
		{"ftp://h/", ftpclient.SecurityNone, "ftp://h/", ftpclient.SecurityNone},
		{"ftp://h/", explicit, "ftpes://h/", explicit},
		{"ftp://h/", implicit, "ftps://h/", implicit},
		{"ftp://h:2121/", implicit, "ftps://h:2121/", implicit},
		{"ftps://h/", ftpclient.SecurityNone, "ftps://h/", implicit},
		{"ftps://h:21/", auto, "ftps://h:21/", implicit},
		{"ftpes://h/", ftpclient.SecurityNone, "ftpes://h/", explicit},
	} {
		parsed, err := parseTarget(tt.url)
		if err != nil {
			t.Fatal(err)
		}
		got := parsed.under(tt.under)
		if got.String() != tt.shown || got.security(tt.under) != tt.want {
			t.Errorf("%s under %v is %s with %v", tt.url, tt.under, got, got.security(tt.under))
		}
	}
}

func TestResolve(t *testing.T) {
	f := homeFS{ftpclient.New(ftpclient.Config{Host: "h"})}
	for _, tt := range []struct{ url, want string }{
		{"ftp://h/", "/home/alice"},
		{"ftp://h/a/b/", "/home/alice/a/b"},
		{"ftp://h/..", "/home"},
		{"ftp://h/../../../..", "/"},
		{"ftp://h//", "/"},
		{"ftp://h//a//b/./c", "/a/b/c"},
	} {
		target, err := parseTarget(tt.url)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := target.resolve(context.Background(), f); got != tt.want || err != nil {
			t.Errorf("%s is %q, %v, want %q", tt.url, got, err, tt.want)
		}
	}
}

// homeFS knows its login folder without a server.
type homeFS struct{ vfs.FS }

func (homeFS) Home(context.Context) (string, error) { return "/home/alice", nil }

func TestScrub(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"plain", "plain"}, {"ftp:/a:secret@h", "…@h"}, {"a:se@cret@h/x", "…@h/x"},
	} {
		if got := scrub(tt.text); got != tt.want {
			t.Errorf("scrub(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

// FuzzParseTarget checks that what is accepted can be sent in commands, and that an address which is told leads back
// to the same place, without the password.
func FuzzParseTarget(f *testing.F) {
	for _, seed := range []string{
		"ftp://alice:p%40w@h:2121/a/b%20c", "ftp://[fe80::1%25eth0]:21//x/*", "ftp://bücher.example/%2F;type=i",
		"ftp://h/%2A[a-z]?", "nas:x", "ftps://h", "ftpes://h:990/x", "ftp://a:b/c@d/e",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, url string) {
		got, err := parseTarget(url)
		if err != nil {
			return
		}
		if strings.ContainsAny(got.path+got.user+got.password, "\x00\r\n") {
			t.Fatalf("%q lets a line end through: %+v", url, got)
		}
		if _, err := path.Match(got.pattern, "x"); err != nil {
			t.Fatalf("%q has the pattern %q: %v", url, got.pattern, err)
		}
		absolute := path.Clean("/" + got.path)
		shown := got.url(absolute)
		back, err := parseTarget(shown)
		if err != nil || back.account != got.account || back.hasPassword || back.pattern != "" ||
			path.Clean(back.path) != absolute {
			t.Fatalf("%q is told as %q, which is %+v, %v", url, shown, back, err)
		}
	})
}
