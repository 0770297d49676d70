package dialog

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"ferry/tui/cell"
	"ferry/tui/theme"
)

func keyOf(s string) tea.KeyMsg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)} }

func TestSpliceKeepsTheWidth(t *testing.T) {
	box := []string{"┌──┐", "└──┘"}
	for _, line := range []string{
		"0123456789ab", "数据备份数据", "0123456数9ab", "\x1b[31m数\x1b[m0123456789", string(cell.Field(nil, "数据 odd", 0, 12)),
	} {
		lines := []string{line, line, line, line}
		Splice(lines, box, 12)
		for i, l := range lines {
			if w := ansi.StringWidth(l); w != 12 {
				t.Errorf("line %d is %d cells wide: %q", i, w, l)
			}
		}
		if got := ansi.Strip(lines[1]); !strings.Contains(got, "┌──┐") {
			t.Errorf("no box in %q", got)
		}
	}
}

func TestChoiceIgnoresKeysInFlight(t *testing.T) {
	now := time.Unix(1000, 0)
	c := &Choice{Theme: theme.Mono(), Now: func() time.Time { return now }, Buttons: []Button{{Label: "Close"}}}
	c.Box(80, 24)
	if closed, _ := c.Update(tea.KeyMsg{Type: tea.KeyEnter}); closed {
		t.Error("a key in flight closed it")
	}
	now = now.Add(time.Second)
	if closed, _ := c.Update(tea.KeyMsg{Type: tea.KeyEnter}); !closed {
		t.Error("Enter did not close it")
	}
}

func TestChoiceEscapesHarmlessly(t *testing.T) {
	for _, key := range []tea.KeyMsg{{Type: tea.KeyEscape}, {Type: tea.KeyCtrlC}, {Type: tea.KeyCtrlG}, keyOf("n")} {
		pressed := ""
		do := func(s string) func() tea.Cmd { return func() tea.Cmd { pressed = s; return nil } }
		c := &Choice{Theme: theme.Mono(), Buttons: []Button{
			{Label: "Cancel", Do: do("cancel")}, {Label: "Delete", Key: "y", Do: do("delete")},
		}, Focus: 1}
		if closed, _ := c.Update(key); !closed || pressed != "cancel" {
			t.Errorf("%v pressed %q", key, pressed)
		}
	}
}

func TestLongChoicesScroll(t *testing.T) {
	c := &Choice{Theme: theme.Mono(), Foot: "Esc closes", Buttons: []Button{{Label: "Close"}}}
	for i := range 50 {
		c.Lines = append(c.Lines, Line{Text: strings.Repeat("x", i+1)})
	}
	box := c.Box(80, 12)
	if len(box) != 12 || !strings.Contains(box[11], "more lines") {
		t.Errorf("%d lines, the last %q", len(box), box[len(box)-1])
	}
	c.Update(tea.KeyMsg{Type: tea.KeyEnd})
	if box = c.Box(80, 12); !strings.Contains(strings.Join(box, "\n"), strings.Repeat("x", 50)) {
		t.Error("the end is not shown")
	}
}

func TestFormWalksItsFields(t *testing.T) {
	var got []string
	f := &Form{
		Theme: theme.Mono(), Submit: "Go", Now: time.Now,
		Fields: []Field{Text("A", "x"), Secret("B"), Radio("C", []string{"one", "two"}, 0)},
		Do:     func(values []string) tea.Cmd { got = values; return nil },
	}
	for _, k := range []tea.KeyMsg{
		keyOf("y"),
		{Type: tea.KeyTab},
		keyOf("hush"),
		{Type: tea.KeyTab},
		{Type: tea.KeyRight},
		{Type: tea.KeyShiftTab},
		keyOf("!"),
		{Type: tea.KeyTab},
		{Type: tea.KeyTab},
		{Type: tea.KeyEnter},
	} {
		if closed, _ := f.Update(k); closed {
			t.Fatal("it closed")
		}
	}
	if strings.Join(got, ",") != "xy,hush!,two" {
		t.Errorf("got %q", got)
	}
	if strings.Contains(strings.Join(f.Box(80, 24), ""), "hush") {
		t.Error("the secret is shown")
	}
	if closed, _ := f.Update(keyOf("z")); closed || f.Values()[0] != "xy" || !f.Busy() {
		t.Error("a busy form takes keys")
	}
}

func TestFieldShowsThePartAroundTheCursor(t *testing.T) {
	f := Text("", strings.Repeat("a", 50)+"end")
	got := ansi.Strip(f.draw(theme.Mono(), 10, 0, true))
	if got != "aaaaaaend " {
		t.Errorf("got %q", got)
	}
	f.edit(tea.KeyMsg{Type: tea.KeyHome})
	if got = ansi.Strip(f.draw(theme.Mono(), 10, 0, true)); got != "aaaaaaaaaa" {
		t.Errorf("at its start: %q", got)
	}
}

func TestFieldRefusesControlCharacters(t *testing.T) {
	f := Text("", "a")
	for _, s := range []string{"b\x00", "\r\n", "\x1b[A"} {
		if complaint := f.edit(keyOf(s)); complaint == "" || f.Value() != "a" {
			t.Errorf("%q: complaint %q, value %q", s, complaint, f.Value())
		}
	}
}

func TestFieldsThatAreNotEditedShowTheirBeginning(t *testing.T) {
	for text, want := range map[string]string{
		"short": "short   ", "eightlet": "eightlet", "ninelette": "ninelet…", "数据备份数": "数据备… ", "a数据备份": "a数据备…",
	} {
		f := Text("", text)
		if got := ansi.Strip(f.draw(theme.Mono(), 8, 0, false)); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}

func TestFormSaysThatMoreFieldsLieBelow(t *testing.T) {
	f := &Form{Theme: theme.Mono(), Submit: "Save", Now: time.Now}
	for range 20 {
		f.Fields = append(f.Fields, Text("Label", ""))
	}
	foot := func() string { box := f.Box(80, 15); return ansi.Strip(box[len(box)-1]) }
	if got := foot(); !strings.Contains(got, "↓ 9 below · Tab") {
		t.Error(got)
	}
	f.Update(tea.KeyMsg{Type: tea.KeyPgDown})
	if got := foot(); !strings.Contains(got, "↑ 5 ↓ 4 · Tab") {
		t.Error(got)
	}
	f.Update(tea.KeyMsg{Type: tea.KeyPgDown})
	f.Update(tea.KeyMsg{Type: tea.KeyPgDown})
	if got := foot(); !strings.Contains(got, "↑ 9 above · Tab") {
		t.Error(got)
	}
}

func TestButtonsThatDoNotFitStandInLines(t *testing.T) {
	pressed := ""
	c := &Choice{Theme: theme.Mono(), Lines: []Line{{Text: "text"}}}
	for _, label := range []string{"Skip", "Overwrite", "If newer", "Keep both", "Cancel"} {
		c.Buttons = append(c.Buttons, Button{Label: label, Do: func() tea.Cmd { pressed = label; return nil }})
	}
	box := c.Box(50, 20)
	for y, line := range box {
		plain := ansi.Strip(line)
		if ansi.StringWidth(line) != 50 {
			t.Errorf("%q is not 50 cells wide", plain)
		}
		for _, b := range c.Buttons {
			if before, _, found := strings.Cut(plain, b.Label+" ]"); found {
				if c.Click(len([]rune(before)), y); pressed != b.Label {
					t.Errorf("a click on %s pressed %s", b.Label, pressed)
				}
				pressed = "found"
			}
		}
	}
	if len(box) != 6 || pressed != "found" {
		t.Errorf("%d lines, %s", len(box), pressed)
	}
}
