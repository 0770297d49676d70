package netrc

import (
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	tests := []struct {
		name, text string
		want       []Entry
	}{
		{"empty", "", nil},
		{"one line", "machine h login a password b account c", []Entry{{"h", "a", "b", "c"}}},
		{
			"over lines, with comments", "# mine\nmachine h\n\tlogin a\r\n  password #b # not a key\n",
			[]Entry{{Machine: "h", Login: "a", Password: "#b"}},
		},
		{"two", "machine h password x machine i login b password y", []Entry{
			{Machine: "h", Password: "x"}, {Machine: "i", Login: "b", Password: "y"},
		}},
		{"quotes", `machine h login a password "b \"c\" \\ d"`, []Entry{{"h", "a", `b "c" \ d`, ""}}},
		{"an empty quoted value", `machine h login a password "" account z`, []Entry{{"h", "a", "", "z"}}},
		{
			"a macro is passed over up to the empty line",
			"macdef init\nmachine evil login x password y\n\nmachine h login a password b",
			[]Entry{{Machine: "h", Login: "a", Password: "b"}},
		},
		{
			"default is passed over", "machine h login a password b\ndefault login c password d\nmachine i login e password f",
			[]Entry{{Machine: "h", Login: "a", Password: "b"}, {Machine: "i", Login: "e", Password: "f"}},
		},
		{"a value that looks like a key", "machine machine login password password login", []Entry{
			{Machine: "machine", Login: "password", Password: "login"},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(strings.NewReader(tt.text))
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("Parse(%q) = %+v, %v, want %+v", tt.text, got, err, tt.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"control code":           "machine h login a password b\x1b]0;x",
		"NUL":                    "machine h login a password b\x00c",
		"quoted control code":    "machine h login a password \"b\x07\"",
		"no machine":             "login secret-word",
		"unknown word":           "machine h secret-word",
		"missing value":          "machine h login a password",
		"quote without end":      `machine h password "secret-word`,
		"line beyond any reason": "machine h password " + strings.Repeat("secret-word", 10000),
	} {
		t.Run(name, func(t *testing.T) {
			entries, err := Parse(strings.NewReader(text))
			if err == nil {
				t.Fatalf("accepted as %+v", entries)
			}
			if strings.Contains(err.Error(), "secret-word") {
				t.Errorf("%q repeats what is in the file", err)
			}
		})
	}
}

func TestFind(t *testing.T) {
	entries := []Entry{
		{Machine: "h", Password: "any"},
		{Machine: "H", Login: "alice", Password: "first"},
		{Machine: "h", Login: "alice", Password: "second"},
		{Machine: "i", Login: "bob", Password: "other"},
	}
	for _, tt := range []struct{ host, user, want string }{
		{"h", "alice", "first"}, {"h", "bob", "any"}, {"i", "alice", ""}, {"j", "bob", ""}, {"I", "bob", "other"},
	} {
		e, found := Find(entries, tt.host, tt.user)
		if e.Password != tt.want || found != (tt.want != "") {
			t.Errorf("Find(%s, %s) = %+v, %v, want the password %q", tt.host, tt.user, e, found, tt.want)
		}
	}
}

// FuzzParse checks that no input makes an entry without a machine line, or lets a control code through.
func FuzzParse(f *testing.F) {
	f.Add("machine h login a password \"b\\\"\" account c\nmacdef x\ny\n\ndefault login z")
	f.Fuzz(func(t *testing.T, text string) {
		entries, err := Parse(strings.NewReader(text))
		if err != nil {
			return
		}
		if len(entries) > strings.Count(text, "machine") {
			t.Errorf("%d entries from %q", len(entries), text)
		}
		for _, e := range entries {
			if strings.ContainsAny(e.Machine+e.Login+e.Password+e.Account, "\x00\x1b\n\r\x7f") {
				t.Errorf("control code in %+v", e)
			}
		}
	})
}
