package terminal

import (
	"encoding/base64"
	"os"
	"strconv"
	"strings"
	"sync"

	"ferry/internal/termtext"
)

// Voice says to the terminal what is no part of a frame: what to put on the clipboard, that something is finished, how
// far it is. Its methods write, so that they are called from commands. Before Run begins and after it ended they do
// nothing. The zero Voice is ready; it is safe for concurrent use.
type Voice struct {
	mu  sync.Mutex
	out *Output
}

// NewVoice gives a Voice that speaks to a file at once, without Run.
func NewVoice(f *os.File) *Voice { return &Voice{out: &Output{File: f}} }

// Copy puts a text on the clipboard (OSC 52). Whether the terminal heeds that, it does not say.
func (v *Voice) Copy(text string) {
	v.say("\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(text)) + "\x07")
}

// Bell rings (BEL).
func (v *Voice) Bell() { v.say("\x07") }

// Notify shows a notification with a text (OSC 9).
func (v *Voice) Notify(text string) { v.say("\x1b]9;" + termtext.Display(text) + "\x07") }

// Progress is what the terminal's own indicator shows.
type Progress struct {
	State   ProgressState
	Percent int
}

// ProgressState is how the work stands.
type ProgressState uint8

// The states, by their numbers in OSC 9;4.
const (
	ProgressNone ProgressState = iota
	ProgressRunning
	ProgressFailed
	ProgressUnknown // it runs, and nobody knows how far it is
	ProgressPaused
)

// Progress shows how far the work is (OSC 9;4). Older terminals take it for a notification: see ShowsProgress.
func (v *Voice) Progress(p Progress) {
	v.say("\x1b]9;4;" + strconv.Itoa(int(p.State)) + ";" + strconv.Itoa(min(max(p.Percent, 0), 100)) + "\x07")
}

// Sync says whether the next frames are shown in one go (mode 2026).
func (v *Voice) Sync(on bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.out != nil {
		v.out.setSync(on)
	}
}

func (v *Voice) say(seq string) {
	v.mu.Lock()
	out := v.out
	v.mu.Unlock()
	if out != nil {
		_, _ = out.WriteString(seq)
	}
}

func (v *Voice) attach(out *Output) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.out = out
}

// ShowsProgress reports whether a terminal is known to have an indicator of progress. Inside tmux and screen nothing
// of it arrives.
func ShowsProgress(getenv func(string) string) bool {
	if getenv("TMUX") != "" || strings.HasPrefix(getenv("TERM"), "screen") {
		return false
	}
	vte, _ := strconv.Atoi(getenv("VTE_VERSION"))
	return getenv("WT_SESSION") != "" || getenv("ConEmuANSI") == "ON" || getenv("TERM_PROGRAM") == "ghostty" ||
		vte >= firstVTE || getenv("TERM_PROGRAM") == "iTerm.app" && newer(getenv("TERM_PROGRAM_VERSION"), firstITerm)
}

// The first versions that show progress: VTE 0.80, iTerm2 3.6.6.
const firstVTE = 8000

var firstITerm = [3]int{3, 6, 6} // read only

// newer compares a dotted version with the least that will do.
func newer(version string, least [3]int) bool {
	parts := strings.SplitN(version, ".", len(least)+1)
	for i, want := range least {
		n := 0
		if i < len(parts) {
			n, _ = strconv.Atoi(parts[i])
		}
		if n != want {
			return n > want
		}
	}
	return true
}
