package config_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ferry/internal/config"
)

var update = flag.Bool("update", false, "write docs/settings.md anew")

func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range config.Table() {
		if seen[s.Key()] {
			t.Errorf("%s is there twice", s.Key())
		}
		seen[s.Key()] = true
		if err := s.Check(s.Default); err != nil {
			t.Errorf("the default of %s: %v", s.Key(), err)
		}
		if s.Help == "" || s.Counts == "" {
			t.Errorf("%s is not explained", s.Key())
		}
	}
}

// The default file, as it is and with every # before a setting taken away, is read without a complaint and changes
// nothing.
func TestDefaultFile(t *testing.T) {
	text := config.DefaultFile()
	if s, problems := config.Parse([]byte(text)); len(problems) > 0 || s.IsSet("screen.hidden") {
		t.Errorf("%v", problems)
	}
	var all strings.Builder
	for line := range strings.Lines(text) {
		if len(line) > 1 && line[0] == '#' && line[1] != ' ' {
			line = line[1:]
		}
		all.WriteString(line)
	}
	s, problems := config.Parse([]byte(all.String()))
	if len(problems) > 0 {
		t.Errorf("%v in\n%s", problems, all.String())
	}
	for _, one := range config.Table() {
		if !s.IsSet(one.Key()) || s.Text(one.Key()) != one.Default {
			t.Errorf("%s is %q", one.Key(), s.Text(one.Key()))
		}
	}
	if len(s.Keys) != 1 || s.Keys[0].Action != "copy" {
		t.Errorf("keys: %+v", s.Keys)
	}
}

func TestProblemsHaveAPlace(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown", "[screen]\nhiden = true\n", "2:1: there is no setting screen.hiden; did you mean screen.hidden?"},
		{"table forgotten", "mode = \"active\"\n", "1:1: there is no setting mode; did you mean connection.mode?"},
		{"unknown table", "[scren]\nx = 1\n", "1:1: there is no table scren; did you mean screen?"},
		{"far off", "[screen]\nabrakadabra = 1\n", "2:1: there is no setting screen.abrakadabra"},
		{
			"bad choice", "[connection]\n  mode = \"pasive\"\n",
			`2:10: connection.mode is not used: "pasive" is none of auto, passive, active`,
		},
		{"bad type", "[screen]\nhidden = \"yes\"\n", "2:10: screen.hidden is not used: it wants true or false"},
		{
			"bad number", "[transfers]\nparallel = 99\n",
			`2:12: transfers.parallel is not used: "99" is no number from 1 to 32`,
		},
		{
			"bad time", "[connection]\ntimeout = \"soon\"\n",
			`2:11: connection.timeout is not used: "soon" is no time such as 45s or 1m30s`,
		},
		{
			"password", "[connection]\nproxy = \"http://u:p@h:1\"\n",
			"2:9: connection.proxy is not used: the password of a proxy does not belong here",
		},
		{"no TOML", "[screen]\nhidden = = 1\n", "2:10: this is no TOML"},
		{"keys", "[keys]\ncopy = 5\n", `2:8: keys.copy is not used: it wants keys such as ["f5", "c"]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, problems := config.Parse([]byte(c.text + "\n[transfers]\nretries = 7\n"))
			if len(problems) != 1 {
				t.Fatalf("%v", problems)
			}
			problems[0].File = "f"
			if got := problems[0].Error(); !strings.HasPrefix(got, "f:"+c.want) {
				t.Errorf("got  %s\nwant f:%s", got, c.want)
			}
			if s.Int("transfers.retries") != 7 {
				t.Error("the rest does not work")
			}
		})
	}
}

func TestValues(t *testing.T) {
	s, problems := config.Parse([]byte(`
connection.keep_alive = "1m"
[screen]
hidden = true
[keys]
copy = ["f5", "g c"]
quit = "Q"
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if !s.Bool("screen.hidden") || s.Duration("connection.keep_alive") != time.Minute || s.Int("transfers.parallel") != 4 {
		t.Errorf("%+v", s)
	}
	if len(s.Keys) != 2 || s.Keys[0].Keys[1] != "g c" || s.Keys[1].Keys[0] != "Q" || s.Keys[0].Line != 6 {
		t.Errorf("%+v", s.Keys)
	}
	if changed := s.With("screen.hidden", "false"); changed.Bool("screen.hidden") || !s.Bool("screen.hidden") {
		t.Error("With changes the settings it was called on, or not those it gives")
	}
}

func TestSetKeepsWhatPeopleWrote(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "config.toml")
	store := config.NewStore(path)
	if s, problems, err := store.Load(); err != nil || len(problems) > 0 || s.Bool("screen.hidden") {
		t.Fatal("a file that is not there", problems, err)
	}
	set := func(key, value string) {
		t.Helper()
		if err := store.Set(context.Background(), key, value); err != nil {
			t.Fatal(err)
		}
	}
	set("screen.hidden", "true")
	set("transfers.parallel", "8")
	text, err := os.ReadFile(path)
	if want := "[screen]\nhidden = true\n\n[transfers]\nparallel = 8\n"; err != nil || string(text) != want {
		t.Fatalf("%q, %v", text, err)
	}
	mine := "# mine\n[screen] # view\nhidden = true # dots\n"
	if err := os.WriteFile(path, []byte(mine), 0o600); err != nil {
		t.Fatal(err)
	}
	set("screen.hidden", "false")
	set("screen.sort", "time")
	text, _ = os.ReadFile(path)
	if want := "# mine\n[screen] # view\nhidden = false # dots\nsort = \"time\"\n"; string(text) != want {
		t.Errorf("%q", text)
	}
	for key, value := range map[string]string{"screen.hidden": "perhaps", "screen.hiden": "true"} {
		if err := store.Set(context.Background(), key, value); err == nil {
			t.Errorf("%s = %s was taken", key, value)
		}
	}
}

func TestMarkdown(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "settings.md")
	if *update {
		if err := os.WriteFile(path, []byte(config.Markdown()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != config.Markdown() {
		t.Errorf("docs/settings.md is not what the table says (%v); go test ./internal/config -update writes it", err)
	}
}

func TestSetKeysLeavesTheRest(t *testing.T) {
	const screen = "# mine\n[screen]\nhidden = true # always\n"
	for before, want := range map[string]string{
		"":     "[keys]\nswap = ['X', 'f12']\n",
		screen: screen + "\n[keys]\nswap = ['X', 'f12']\n",
		"[keys]\n# why\nswap = \"x\" # so\ncopy = [\"c\"]\n": "[keys]\n# why\nswap = ['X', 'f12'] # so\ncopy = [\"c\"]\n",
	} {
		got, err := config.SetKeys([]byte(before), "swap", []string{"X", "f12"})
		if err != nil || string(got) != want {
			t.Errorf("of %q became %q (%v), want %q", before, got, err, want)
		}
		if _, problems := config.Parse(got); len(problems) > 0 {
			t.Error(problems)
		}
	}
}
