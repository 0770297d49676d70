package keymap

import (
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
)

// hintKeys are the words by which hints name keys that are no letters. Read only.
var hintKeys = map[string]tea.KeyMsg{
	"Enter": {Type: tea.KeyEnter}, "Esc": {Type: tea.KeyEscape}, "Tab": {Type: tea.KeyTab}, "Del": {Type: tea.KeyDelete},
	"Space": {Type: tea.KeySpace, Runes: []rune(" ")}, "C-k": {Type: tea.KeyCtrlK},
	"↑": {Type: tea.KeyPgUp}, "↓": {Type: tea.KeyPgDown},
}

// hintEnds replaces what stands between hints, letter for letter. Read only.
var hintEnds = strings.NewReplacer("  ", " ·", "─", "·", "└", "·", "┘", "·")

// HintAt gives the key that a line of hints such as "y delete · n/Esc cancel" names at a column: the one under it, or
// the first of the hint that holds it. Hints stand between points, lines of a border, or several blanks.
func HintAt(line string, column int) (tea.KeyMsg, bool) {
	from := 0
	for hint := range strings.SplitSeq(hintEnds.Replace(line), "·") {
		to := from + utf8.RuneCountInString(hint)
		if column >= from && column < to {
			return hintAt(strings.TrimRight(hint, " "), column-from)
		}
		from = to + 1
	}
	return tea.KeyMsg{}, false
}

func hintAt(hint string, column int) (first tea.KeyMsg, ok bool) {
	from := 0
	for word := range strings.SplitSeq(hint, " ") {
		to := from + utf8.RuneCountInString(word)
		key, is := hintKey(word)
		switch {
		case strings.Trim(word, "0123456789") == "" && (ok || word == ""): // "↓ 3 more lines"
		case !is && !ok:
			return tea.KeyMsg{}, false
		case !is:
			return first, column < utf8.RuneCountInString(hint)
		case column >= from && column <= to: // with the blank behind it
			return key, true
		case !ok:
			first, ok = key, true
		}
		from = to + 1
	}
	return first, ok && column < utf8.RuneCountInString(hint)
}

// hintKey reads a word as a key, or as several of which the first is taken: "n/Esc".
func hintKey(word string) (tea.KeyMsg, bool) {
	if name, _, several := strings.Cut(word, "/"); several && name != "" {
		word = name
	}
	if key, named := hintKeys[word]; named {
		return key, true
	}
	if r := []rune(word); len(r) == 1 {
		return tea.KeyMsg{Type: tea.KeyRunes, Runes: r}, true
	}
	return tea.KeyMsg{}, false
}
