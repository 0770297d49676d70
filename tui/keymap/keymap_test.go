package keymap_test

import (
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/keymap"
)

var contexts = []keymap.Context{keymap.Pane, keymap.Queue, keymap.Log, keymap.Dialog}

func eachKey(t *testing.T, visit func(c keymap.Context, b keymap.Binding, keys string)) {
	t.Helper()
	for _, c := range contexts {
		bindings := keymap.Default().For(c)
		if len(bindings) == 0 {
			t.Fatalf("no bindings in %s", c)
		}
		for _, b := range bindings {
			for _, keys := range b.Keys {
				visit(c, b, keys)
			}
		}
	}
}

func TestEveryActionHasAPlainKey(t *testing.T) {
	spared := []keymap.Action{keymap.Redraw, keymap.Stop, keymap.Suspend}
	for _, c := range contexts {
		for _, b := range keymap.Default().For(c) {
			if !slices.Contains(spared, b.Action) && !slices.ContainsFunc(b.Keys, plain) {
				t.Errorf("%s in %s has only %q", b.Action, c, b.Keys)
			}
		}
	}
}

func plain(keys string) bool {
	for _, k := range strings.Fields(keys) {
		named := slices.Contains([]string{"enter", "esc", "tab", "space", "up", "down", "left", "right"}, k)
		if !named && len([]rune(k)) != 1 {
			return false
		}
	}
	return true
}

func TestNoKeyMeansTwoThings(t *testing.T) {
	taken := map[keymap.Context]map[string]keymap.Action{}
	eachKey(t, func(c keymap.Context, b keymap.Binding, keys string) {
		if taken[c] == nil {
			taken[c] = map[string]keymap.Action{}
		}
		if other, ok := taken[c][normal(keys)]; ok && other != b.Action {
			t.Errorf("in %s %q means %s and %s", c, keys, other, b.Action)
		}
		taken[c][normal(keys)] = b.Action
	})
	for c, keys := range taken {
		for whole := range keys {
			for longer := range keys {
				if strings.HasPrefix(longer, whole+" ") {
					t.Errorf("in %s %q can never be finished: %q comes first", c, longer, whole)
				}
			}
		}
	}
}

func normal(keys string) string {
	parts := strings.Fields(keys)
	for i := range parts {
		parts[i] = keymap.Normalize(parts[i])
	}
	return strings.Join(parts, " ")
}

func TestKeysCanArrive(t *testing.T) {
	known := map[string]bool{}
	for k := tea.KeyType(-200); k < 128; k++ {
		for _, alt := range []bool{false, true} {
			known[keymap.Normalize(tea.Key{Type: k, Alt: alt}.String())] = true
		}
	}
	delete(known, "ctrl+h") // Backspace on some terminals
	eachKey(t, func(c keymap.Context, _ keymap.Binding, keys string) {
		for _, k := range strings.Fields(keys) {
			one := strings.TrimPrefix(k, "alt+")
			if !known[keymap.Normalize(k)] && len([]rune(one)) != 1 {
				t.Errorf("in %s: no terminal sends %q", c, k)
			}
		}
	})
}

func TestKeysThatTerminalsEatAreNeverAlone(t *testing.T) {
	eaten := []string{"ctrl+s", "ctrl+q", "ctrl+w", "ctrl+a", "ctrl+b", "f11"}
	for _, c := range contexts {
		for _, b := range keymap.Default().For(c) {
			if !slices.ContainsFunc(b.Keys, func(keys string) bool {
				return !slices.Contains(eaten, strings.Fields(keys)[0])
			}) {
				t.Errorf("%s in %s has only %q", b.Action, c, b.Keys)
			}
		}
	}
}

func TestEveryBindingExplainsItself(t *testing.T) {
	for _, c := range contexts {
		var groups []string
		for _, b := range keymap.Default().For(c) {
			if b.Help == "" || b.Group == "" {
				t.Errorf("%s in %s says nothing about itself", b.Action, c)
			}
			groups = append(groups, b.Group)
		}
		if compact := slices.Compact(groups); len(slices.Compact(slices.Sorted(slices.Values(compact)))) != len(compact) {
			t.Errorf("groups of %s are torn apart: %q", c, compact)
		}
	}
}

func TestLookup(t *testing.T) {
	m := keymap.Default()
	for _, c := range []struct {
		context       keymap.Context
		seq           string
		action        keymap.Action
		found, prefix bool
	}{
		{keymap.Pane, "j", keymap.Down, true, false},
		{keymap.Pane, "g", "", false, true},
		{keymap.Pane, "g g", keymap.Top, true, false},
		{keymap.Pane, "g !", "", false, false},
		{keymap.Pane, "g g g", "", false, false},
		{keymap.Pane, "f5", keymap.Copy, true, false},
		{keymap.Pane, "alt+5", keymap.Copy, true, false},
		{keymap.Pane, "f18", keymap.Rename, true, false},
		{keymap.Pane, "ctrl+g", keymap.Cancel, true, false},
		{keymap.Pane, "t", keymap.ToggleMode, true, false},
		{keymap.Pane, "g p", keymap.ToggleMode, true, false},
		{keymap.Pane, "r", keymap.Rename, true, false},
		{keymap.Queue, "r", keymap.QueueRetry, true, false},
		{keymap.Queue, "t", keymap.ToggleMode, true, false},
		{keymap.Log, "r", "", false, false},
		{keymap.Log, "G", keymap.Bottom, true, false},
		{keymap.Dialog, "j", "", false, false},
		{keymap.Dialog, "q", "", false, false},
		{keymap.Dialog, "ctrl+c", keymap.Cancel, true, false},
		{keymap.Pane, "", "", false, false},
	} {
		action, found, prefix := m.Lookup(c.context, strings.Fields(c.seq))
		if action != c.action || found != c.found || prefix != c.prefix {
			t.Errorf("%s %q: %q %v %v", c.context, c.seq, action, found, prefix)
		}
	}
	if action, found, _ := m.Lookup(keymap.Pane, []string{" "}); action != keymap.Mark || !found {
		t.Errorf("the space bar: %q", action)
	}
}

func TestNextShowsWhatFollowsAPrefix(t *testing.T) {
	var got []string
	for _, b := range keymap.Default().Next([]string{"g"}, keymap.Pane) {
		got = append(got, string(b.Action)+" "+strings.Join(b.Keys, "|"))
	}
	for _, want := range []string{"top g", "log-toggle l", "next-tab t", "toggle-mode p", "disconnect d"} {
		if !slices.Contains(got, want) {
			t.Errorf("after g there is no %q: %q", want, got)
		}
	}
	if slices.Contains(got, "down j") || slices.Contains(got, "same-dir =") {
		t.Errorf("after g: %q", got)
	}
	if again := keymap.Default().Keys(keymap.Top); !slices.Equal(again, []string{"home", "g g"}) {
		t.Errorf("the table was changed: %q", again)
	}
}

func TestBarIsInTheOrderOfTheFKeys(t *testing.T) {
	var got []string
	for _, b := range keymap.Default().Bar(keymap.Pane) {
		got = append(got, keymap.Label(b.Keys[0])+" "+b.Bar)
	}
	want := []string{
		"F1 Help", "F2 Connect", "F3 View", "F4 Edit", "F5 Copy", "F6 Move", "F7 Mkdir", "F8 Delete", "F9 Menu",
		"F10 Quit", "t Mode",
	}
	if !slices.Equal(got, want) {
		t.Errorf("bar: %q, want %q", got, want)
	}
}

func TestNormalizeAndLabel(t *testing.T) {
	for key, want := range map[string]string{
		"alt+5": "f5", "alt+0": "f10", "ctrl+g": "esc", "f17": "shift+f5", "f18": "shift+f6", "ctrl+@": "ctrl+space",
		" ": "space", "alt+i": "alt+i", "f12": "f12", "f": "f", "x": "x", "alt+11": "alt+11",
	} {
		got := keymap.Normalize(key)
		if got != want || keymap.Normalize(got) != got {
			t.Errorf("Normalize(%q) = %q, want %q", key, got, want)
		}
	}
	for keys, want := range map[string]string{
		"ctrl+x d": "C-x d", "shift+f6": "Shift+F6", "up": "↑", "alt+.": "Alt+.", "g g": "g g", "+": "+", "f5": "F5",
		"pgdown": "PgDn", "alt++": "Alt++", "F": "F",
	} {
		if got := keymap.Label(keys); got != want {
			t.Errorf("Label(%q) = %q, want %q", keys, got, want)
		}
	}
}

// TestBothHandsFindTheirKeys walks the table of keys that hands bring along: Midnight Commander's before the bar,
// vim's and yazi's behind it.
func TestBothHandsFindTheirKeys(t *testing.T) {
	m := keymap.Default()
	for _, row := range []struct {
		context keymap.Context
		action  keymap.Action
		keys    string // separated by bars
	}{
		{keymap.Pane, keymap.Up, "up|k"},
		{keymap.Pane, keymap.Down, "down|j"},
		{keymap.Pane, keymap.PageUp, "pgup"},
		{keymap.Pane, keymap.PageDown, "pgdown"},
		{keymap.Pane, keymap.HalfUp, "ctrl+u"},
		{keymap.Pane, keymap.HalfDown, "ctrl+d"},
		{keymap.Pane, keymap.Top, "home|g g"},
		{keymap.Pane, keymap.Bottom, "end|G"},
		{keymap.Pane, keymap.Into, "right|l"},
		{keymap.Pane, keymap.Parent, "left|backspace|h"},
		{keymap.Pane, keymap.Enter, "enter"},
		{keymap.Pane, keymap.OtherPane, "tab"},
		{keymap.Pane, keymap.NextPanel, "shift+tab"},
		{keymap.Pane, keymap.PaneLeft, "1"},
		{keymap.Pane, keymap.PaneRight, "2"},
		{keymap.Pane, keymap.PanelQueue, "3|w"},
		{keymap.Pane, keymap.PanelLog, "4"},
		{keymap.Pane, keymap.Zoom, "z"},
		{keymap.Pane, keymap.Back, "alt+y|H"},
		{keymap.Pane, keymap.Forward, "alt+u|L"},
		{keymap.Pane, keymap.Mark, "insert|ctrl+t|space"},
		{keymap.Pane, keymap.MarkRangeUp, "shift+up"},
		{keymap.Pane, keymap.MarkRangeDown, "shift+down"},
		{keymap.Pane, keymap.MarkRange, "v"},
		{keymap.Pane, keymap.MarkPattern, "+"},
		{keymap.Pane, keymap.UnmarkPattern, `\`},
		{keymap.Pane, keymap.MarkInvert, "*"},
		{keymap.Pane, keymap.MarkAll, "A"},
		{keymap.Pane, keymap.MarkNone, "u"},
		{keymap.Pane, keymap.Copy, "f5|alt+5|c"},
		{keymap.Pane, keymap.Move, "f6|alt+6|m"},
		{keymap.Pane, keymap.Yank, "y"},
		{keymap.Pane, keymap.Cut, "x"},
		{keymap.Pane, keymap.Paste, "p"},
		{keymap.Pane, keymap.PasteWith, "P"},
		{keymap.Pane, keymap.Rename, "shift+f6|f18|r"},
		{keymap.Pane, keymap.View, "f3|i"},
		{keymap.Pane, keymap.Edit, "f4|e"},
		{keymap.Pane, keymap.Mkdir, "f7"},
		{keymap.Pane, keymap.New, "a"},
		{keymap.Pane, keymap.Delete, "f8|delete|d"},
		{keymap.Pane, keymap.Chmod, "ctrl+x c|g m"},
		{keymap.Pane, keymap.FolderSize, "ctrl+@|g s"},
		{keymap.Pane, keymap.Search, "alt+s|/"},
		{keymap.Pane, keymap.SearchNext, "n"},
		{keymap.Pane, keymap.SearchPrev, "N"},
		{keymap.Pane, keymap.Filter, "f"},
		{keymap.Pane, keymap.FindBelow, "alt+?|S"},
		{keymap.Pane, keymap.ToggleHidden, "alt+.|."},
		{keymap.Pane, keymap.SortName, ", n"},
		{keymap.Pane, keymap.SortSize, ", s"},
		{keymap.Pane, keymap.SortTime, ", m"},
		{keymap.Pane, keymap.SortType, ", e"},
		{keymap.Pane, keymap.SortReverse, ", r"},
		{keymap.Pane, keymap.Reload, "ctrl+r|R"},
		{keymap.Pane, keymap.Redraw, "ctrl+l"},
		{keymap.Pane, keymap.Connect, "f2|o"},
		{keymap.Pane, keymap.Bookmarks, `ctrl+\|b`},
		{keymap.Pane, keymap.Disconnect, "g d"},
		{keymap.Pane, keymap.ToggleMode, "g p"},
		{keymap.Pane, keymap.SameDir, "alt+i|="},
		{keymap.Pane, keymap.Swap, "X"},
		{keymap.Pane, keymap.Compare, "ctrl+x d|C"},
		{keymap.Pane, keymap.MarkNewer, "g n"},
		{keymap.Pane, keymap.CopyPath, "ctrl+x p|Y"},
		{keymap.Queue, keymap.QueuePause, "space"},
		{keymap.Queue, keymap.QueueCancel, "x"},
		{keymap.Queue, keymap.QueueDown, "J"},
		{keymap.Queue, keymap.QueueUp, "K"},
		{keymap.Queue, keymap.QueueRetry, "r"},
		{keymap.Queue, keymap.QueueRetryAll, "R"},
		{keymap.Queue, keymap.QueueClear, "c"},
		{keymap.Queue, keymap.QueueLimit, "L"},
		{keymap.Pane, keymap.LogToggle, "g l"},
		{keymap.Pane, keymap.Palette, "f9|:|ctrl+p"},
		{keymap.Pane, keymap.Help, "f1|?"},
		{keymap.Pane, keymap.Cancel, "esc|ctrl+g"},
		{keymap.Pane, keymap.Stop, "ctrl+c"},
		{keymap.Pane, keymap.Suspend, "ctrl+z"},
		{keymap.Pane, keymap.Quit, "f10|alt+0|q"},
	} {
		for keys := range strings.SplitSeq(row.keys, "|") {
			if a, found, _ := m.Lookup(row.context, strings.Fields(keys)); !found || a != row.action {
				t.Errorf("in %s %q is %q, not %s", row.context, keys, a, row.action)
			}
		}
	}
}

// TestBarOfTheWireBeginsWithTheMode: it is what the panel is about, and little is seen of the bar in a narrow terminal.
func TestBarOfTheWireBeginsWithTheMode(t *testing.T) {
	for _, b := range keymap.Default().Bar(keymap.Log) {
		if b.Keys[0][0] == 'f' && len(b.Keys[0]) > 1 {
			continue
		}
		if b.Action != keymap.ToggleMode {
			t.Errorf("behind the F-keys comes %s first", b.Action)
		}
		return
	}
}
