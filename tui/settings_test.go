package tui

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/muesli/termenv"

	"ferry/internal/config"
	"ferry/queue"
	"ferry/tui/theme"
)

// saved keeps what was written last.
type saved struct {
	mu         sync.Mutex
	key, value string
	err        error
}

func (s *saved) set(_ context.Context, key, value string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.key, s.value = key, value
	}
	return s.err
}

func (s *saved) is(key, value string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key == key && s.value == value
}

func (s *saved) refuse(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = why
}

func (s *saved) bind(ctx context.Context, action string, keys []string) error {
	return s.set(ctx, action, strings.Join(keys, "|"))
}

// withSettings gives the screen settings that can be changed.
func withSettings(file *saved) func(*harness, *Deps) {
	return func(_ *harness, d *Deps) {
		d.Preferences = &Preferences{
			Path: "~/.config/ferry/config.toml", Set: file.set, Bind: file.bind,
			Said: func(key string) bool { return key == "connection.mode" },
			Colours: func(s config.Settings) (termenv.Profile, bool) {
				return map[string]termenv.Profile{"never": termenv.Ascii}[s.Text("screen.colours")],
					s.Text("screen.background") == "light"
			},
		}
	}
}

func TestSettingCountsAtOnce(t *testing.T) {
	file := &saved{}
	h := start(t, 120, 36, withSettings(file)).ready()
	h.gone(".ssh")
	h.press("g", "o", "j", "j", "j", "j", "enter")
	h.until("it is saved", func() bool { return file.is("screen.hidden", "true") })
	h.shows("Saved; hidden counts at once.")
	h.press("esc")
	h.until("hidden files are shown", func() bool { return h.m.panes[0].Arranged("name", true) })
}

// TestSettingsReachWhatRuns changes the speed limit, the segments and the bell of a screen that is open.
func TestSettingsReachWhatRuns(t *testing.T) {
	file := &saved{}
	h := start(t, 120, 36, withSettings(file)).ready()
	h.press("g", "o")
	to := func(key, value string) {
		t.Helper()
		h.press("home")
		for range config.Table() {
			if h.line("> "+key) == "" {
				h.press("down")
			}
		}
		h.press("enter")
		if value != "" {
			h.press(value, "enter")
		}
		h.shows("Saved; " + key + " counts")
	}
	to("ring", "")
	if h.m.deps.Ring != RingNotify {
		t.Errorf("it rings by %v", h.m.deps.Ring)
	}
	to("colours", "")
	if h.m.deps.Terminal.Profile != termenv.Ascii || h.m.deps.Theme.On(theme.Bad) != theme.Mono().On(theme.Bad) {
		t.Errorf("without colours it is still shown with %v", h.m.deps.Terminal.Profile)
	}
	to("limit_rate", "3M")
	if calls := strings.Join(h.queue.calls, ", "); calls != "limits {3145728 3145728}" {
		t.Errorf("the queue was told %q", calls)
	}
	to("segments", "")
	h.press("esc", "end", "f5")
	h.until("the copy", func() bool {
		h.queue.mu.Lock()
		defer h.queue.mu.Unlock()
		return len(h.queue.added) == 1 && h.queue.added[0].Segments == queue.SegmentsAuto
	})
}

func TestSettingIsEditedAndChecked(t *testing.T) {
	file := &saved{}
	h := start(t, 80, 24, withSettings(file)).ready()
	h.press("g", "o", "end", "up", "up", "up", "up", "up", "up") // transfers.limit_rate
	h.shows("> limit_rate")
	h.press("enter", "x", "enter")
	h.shows(`"x" is no speed such as 800K or 5M`)
	if !file.is("", "") {
		t.Errorf("nonsense was saved: %s", file.key)
	}
	h.press("backspace", "5", "M", "enter")
	h.until("it is saved", func() bool { return file.is("transfers.limit_rate", "5M") })
	h.press("delete")
	h.until("the default is back", func() bool { return file.is("transfers.limit_rate", "") })
	file.refuse(errors.New("disk full"))
	h.press("down", "right")
	h.shows("It could not be saved: disk full")
	h.press("esc")
	h.gone("Settings")
}

// TestFaultsOfTheSettingsAreShown with line and column.
func TestFaultsOfTheSettingsAreShown(t *testing.T) {
	h := start(t, 80, 24, withSettings(&saved{}), func(_ *harness, d *Deps) {
		d.Preferences.Faults = []string{"config.toml:2:1: there is no setting screen.hiden"}
	}).ready()
	h.press("g", "o")
	h.shows("config.toml:2:1: there is no setting screen.hiden")
}

func TestSettingsThatCannotBeChanged(t *testing.T) {
	h := start(t, 80, 24).ready()
	h.press("g", "o")
	h.shows("cannot be changed here")
}

func TestFrameSettings(t *testing.T) {
	for _, size := range goldenSizes {
		h := start(t, size[0], size[1], withSettings(&saved{}), func(_ *harness, d *Deps) {
			d.Settings = config.Settings{}.With("screen.icons", "true").With("connection.proxy", "socks5://proxy:1080")
		}).ready()
		h.press("g", "o", "j", "j", "j", "j", "j")
		h.frame("settings")
	}
}
