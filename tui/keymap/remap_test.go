package keymap_test

import (
	"slices"
	"strings"
	"testing"

	"ferry/tui/keymap"
)

func TestWith(t *testing.T) {
	m, err := keymap.Default().With(keymap.Copy, []string{"f6", "g c"})
	if err != nil {
		t.Fatal(err)
	}
	if keys := m.Keys(keymap.Copy); !slices.Equal(keys, []string{"f6", "g c"}) {
		t.Errorf("copy has %q", keys)
	}
	if a, found, _ := m.Lookup(keymap.Pane, []string{"g", "c"}); !found || a != keymap.Copy {
		t.Errorf("g c is %s", a)
	}
	if _, found, _ := m.Lookup(keymap.Pane, []string{"c"}); found {
		t.Error("the old key still works")
	}
	if a, found, _ := keymap.Default().Lookup(keymap.Pane, []string{"c"}); !found || a != keymap.Copy {
		t.Error("the default keys have changed")
	}
}

func TestWithTakesKeysFromOthers(t *testing.T) {
	m, err := keymap.Default().With(keymap.Copy, []string{"r"})
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(m.Keys(keymap.Rename), "r") || !slices.Contains(m.Keys(keymap.Rename), "shift+f6") {
		t.Errorf("rename has %q", m.Keys(keymap.Rename))
	}
	if a, _, _ := m.Lookup(keymap.Queue, []string{"r"}); a != keymap.QueueRetry {
		t.Errorf("in the queue r is %s", a)
	}
	if m, err = keymap.Default().With(keymap.Copy, []string{"g"}); err != nil {
		t.Fatal(err)
	}
	if slices.Contains(m.Keys(keymap.Top), "g g") {
		t.Error("a sequence is left behind a key that means something by itself")
	}
}

func TestWithRefuses(t *testing.T) {
	for _, c := range []struct {
		action keymap.Action
		keys   []string
		words  string
	}{
		{"copi", []string{"c"}, "no action copi"},
		{keymap.Copy, []string{""}, "an empty key"},
		{keymap.Quit, nil, "no key would be left for quit"},
		{keymap.Copy, []string{"q", "f10"}, "no key would be left for quit"},
	} {
		if _, err := keymap.Default().With(c.action, c.keys); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s %q: %v", c.action, c.keys, err)
		}
	}
}
