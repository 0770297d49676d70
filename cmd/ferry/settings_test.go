package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/tui/wire"
)

// settle writes the file of settings of a shell's home.
func (sh *shell) settle(text string) string {
	sh.t.Helper()
	path := filepath.Join(sh.home, ".config", "ferry", "config.toml")
	writeFile(sh.t, path, []byte(text))
	return path
}

// inForce gives the values and origins that ferry settings tells.
func (sh *shell) inForce(args ...string) map[string]settingRecord {
	sh.t.Helper()
	all := map[string]settingRecord{}
	for line := range strings.Lines(sh.run(append([]string{"settings", "--json", "-q"}, args...)...).stdout) {
		var r settingRecord
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			sh.t.Fatal(err)
		}
		all[r.Name] = r
	}
	return all
}

// A flag wins over a variable, which wins over the file.
func TestSettingsYieldToFlagsAndVariables(t *testing.T) {
	sh := newShell(t)
	sh.settle("[connection]\nmode = \"passive\"\n")
	if r := sh.inForce()["connection.mode"]; r.Value != "passive" || r.From != "file" {
		t.Errorf("%+v", r)
	}
	sh.env = append(sh.env, "FERRY_MODE=active")
	if r := sh.inForce()["connection.mode"]; r.Value != "active" || r.From != "flag or variable" {
		t.Errorf("%+v", r)
	}
	if r := sh.inForce("--mode", "auto")["connection.mode"]; r.Value != "auto" {
		t.Errorf("%+v", r)
	}
}

// What the file says is what happens on the wire.
func TestSettingsReachTheServer(t *testing.T) {
	srv := ftptest.NewScript(t).
		On("MLSD", ftptest.Reply("150 "), ftptest.Data("type=file;size=1; a\r\n"), ftptest.Reply("226 "))
	sh := newShell(t)
	sh.settle("[connection]\nmode = \"active\"\ntls = \"off\"\n")
	sh.ok("ls", "ftp://"+srv.Addr)
	if srv.Count("EPRT") == 0 || srv.Count("EPSV")+srv.Count("AUTH") > 0 {
		t.Errorf("%q", srv.Commands())
	}
	named := filepath.Join(sh.dir, "other.toml")
	writeFile(t, named, []byte("[connection]\nmode = \"passive\"\n"))
	sh.ok("--config", named, "ls", "ftp://"+srv.Addr)
	if srv.Count("EPSV") == 0 {
		t.Errorf("--config is not heeded: %q", srv.Commands())
	}
}

func TestSettingsInTheShellsTransfers(t *testing.T) {
	s := ftptest.Embedded(t)
	s.WriteFile(t, "a", []byte("new"))
	sh := forServer(t, s)
	sh.settle("[transfers]\non_conflict = \"overwrite\"\nparallel = 1\n")
	sh.write("a", []byte("old and longer"))
	sh.ok("get", "-q", at(s, "a"))
	if got, _ := os.ReadFile(filepath.Join(sh.dir, "a")); string(got) != "new" {
		t.Errorf("got %q", got)
	}
}

func TestSettingsTellWhatIsWrong(t *testing.T) {
	sh := newShell(t)
	path := sh.settle("[connection]\nmod = \"active\"\nencoding = \"klingon\"\ntls = \"off\"\n[keys]\ncopi = [\"c\"]\n")
	r := sh.run("settings")
	for _, want := range []string{
		path + ":2:1: there is no setting connection.mod; did you mean connection.mode?",
		path + `:3:12: connection.encoding is not used: the charset "klingon" is not known`,
		path + ":6:1: there is no action copi",
	} {
		if !strings.Contains(r.stderr, want) {
			t.Errorf("%q is not told:\n%s", want, r.stderr)
		}
	}
	all := sh.inForce()
	if r.code != exitDone || all["connection.tls"].Value != "off" || all["connection.encoding"].From != "default" {
		t.Errorf("the rest does not work: %d %+v", r.code, all)
	}
	sh.fails(exitUsage, []string{"--config", "gone.toml", "settings"}, "gone.toml", "no such file")
}

func TestSettingsSet(t *testing.T) {
	sh := newShell(t)
	sh.ok("settings", "set", "screen.hidden", "true")
	if r := sh.inForce()["screen.hidden"]; r.Value != "true" || r.From != "file" {
		t.Errorf("%+v", r)
	}
	sh.fails(exitUsage, []string{"settings", "set", "screen.hiden", "true"}, "did you mean screen.hidden?")
	sh.fails(exitUsage, []string{"settings", "set", "screen.hidden", "maybe"}, "neither true nor false")
	if out := sh.ok("settings", "--default"); !strings.Contains(out, "\n#hidden = false\n") {
		t.Errorf("%s", out)
	}
	if out := sh.ok("settings", "--actions"); !strings.Contains(out, "\ncopy = [\"f5\", \"c\"]\n") {
		t.Errorf("%s", out)
	}
}

// What the screen sets holds for the connections that it makes afterwards, unless a flag says something else.
func TestSettingsChangeWhileTheScreenIsOpen(t *testing.T) {
	p, home := newProgram(), t.TempDir()
	p.getenv = func(name string) string { return map[string]string{"XDG_CONFIG_HOME": home}[name] }
	root := newRoot(p)
	if err := root.ParseFlags([]string{"--tls", "off"}); err != nil {
		t.Fatal(err)
	}
	if err := p.loadPreferences(root); err != nil {
		t.Fatal(err)
	}
	for key, value := range map[string]string{
		"connection.mode": "active", "connection.tls": "explicit", "connection.timeout": "7s",
		"connection.keep_alive": "9s", "connection.proxy": "socks5://127.0.0.1:9",
	} {
		if err := p.setPreference(t.Context(), key, value); err != nil {
			t.Fatal(err)
		}
	}
	at, err := parseTarget("ftp://host.example/")
	if err != nil {
		t.Fatal(err)
	}
	p.events = wire.NewLog()
	cfg := p.shores.config(at, login{})
	if cfg.Mode != ftpclient.ModeActive || cfg.Security != ftpclient.SecurityNone || cfg.Timeouts.Reply != 7*time.Second ||
		cfg.KeepAlive != 9*time.Second || cfg.Proxy == nil {
		t.Errorf("%+v", cfg)
	}
	for _, key := range []string{"connection.timeout", "connection.proxy"} {
		if err := p.setPreference(t.Context(), key, ""); err != nil {
			t.Fatal(err)
		}
	}
	if cfg = p.shores.config(at, login{}); cfg.Proxy != nil || cfg.Timeouts.Reply != 0 {
		t.Errorf("%+v", cfg)
	}
	set := func(key, value string) error { return p.setPreference(t.Context(), key, value) }
	if err := set("connection.encoding", "klingon"); err == nil || p.prefs.now().IsSet("connection.encoding") {
		t.Errorf("an unknown charset is taken: %v", err)
	}
	if _, problems, err := p.prefs.store.Load(); err != nil || len(problems) > 0 {
		t.Errorf("what was refused stands in the file: %v %v", problems, err)
	}
	if err := errors.Join(set("transfers.parallel", "9"), set("transfers.retries", "0")); err != nil {
		t.Fatal(err)
	}
	if l := p.siteRules.limits(); l.Together != 9 || l.Workers[""] != 9 || p.retries() != -1 {
		t.Errorf("%+v, %d retries", l, p.retries())
	}
}
