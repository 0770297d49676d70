package terminal

import (
	"io"
	"os"
	"strings"
	"testing"
)

func TestVoice(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var v Voice
	v.Bell() // nobody hears it
	v.attach(&Output{File: w})
	v.Copy("ảnh")
	v.Bell()
	v.Notify("2 files done\x07\x1b[2J")
	v.Progress(Progress{ProgressRunning, 47})
	v.Progress(Progress{ProgressFailed, 230})
	v.Progress(Progress{})
	v.attach(nil)
	v.Bell()
	_ = w.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	want := "\x1b]52;c;4bqjbmg=\x07" + "\x07" + "\x1b]9;2 files done␇␛[2J\x07" +
		"\x1b]9;4;1;47\x07" + "\x1b]9;4;2;100\x07" + "\x1b]9;4;0;0\x07"
	if string(got) != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestShowsProgress(t *testing.T) {
	for env, want := range map[string]bool{
		"":                     false,
		"TERM=xterm-256color":  false,
		"WT_SESSION=x":         true,
		"WT_SESSION=x TMUX=/t": false,
		"ConEmuANSI=ON":        true,
		"TERM_PROGRAM=ghostty": true,
		"VTE_VERSION=7603":     false,
		"VTE_VERSION=8001":     true,
		"TERM_PROGRAM=iTerm.app TERM_PROGRAM_VERSION=3.4.23":   false,
		"TERM_PROGRAM=iTerm.app TERM_PROGRAM_VERSION=3.6.6":    true,
		"TERM_PROGRAM=iTerm.app TERM_PROGRAM_VERSION=3.10":     true,
		"VTE_VERSION=8001 TERM=screen-256color":                false,
		"TERM_PROGRAM=iTerm.app TERM_PROGRAM_VERSION=nonsense": false,
	} {
		getenv := func(name string) string {
			for _, pair := range strings.Fields(env) {
				if k, v, _ := strings.Cut(pair, "="); k == name {
					return v
				}
			}
			return ""
		}
		if got := ShowsProgress(getenv); got != want {
			t.Errorf("%s: %v", env, got)
		}
	}
}

// TestSyncIsSwitched while frames are drawn.
func TestSyncIsSwitched(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	out := &Output{File: w}
	var v Voice
	v.Sync(false) // there is no terminal yet
	v.attach(out)
	for _, on := range []bool{false, true} {
		v.Sync(on)
		if _, err := out.Write([]byte("frame")); err != nil {
			t.Fatal(err)
		}
	}
	_ = w.Close()
	got, err := io.ReadAll(r)
	if want := "frame" + syncBegin + "frame" + syncEnd; err != nil || string(got) != want {
		t.Errorf("got %q, want %q, %v", got, want, err)
	}
}
