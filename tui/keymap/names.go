package keymap

import (
	"strconv"
	"strings"
)

// Normalize gives the name under which a key stands in the table, from the name that Bubble Tea gives it: Alt+digit
// is that F-key (Alt+0 is F10), Ctrl+G a second Esc, F13 to F20 are Shift+F1 to Shift+F8, Ctrl+Space and Space are
// written out. Normalize(Normalize(k)) is Normalize(k).
func Normalize(key string) string {
	switch key {
	case " ":
		return "space"
	case "alt+ ":
		return "alt+space"
	case "ctrl+@":
		return "ctrl+space"
	case "ctrl+g":
		return "esc"
	}
	if d, ok := strings.CutPrefix(key, "alt+"); ok && len(d) == 1 && d[0] >= '0' && d[0] <= '9' {
		return FKey(d)
	}
	if n := functionKey(key); n > 12 {
		return "shift+f" + strconv.Itoa(n-12)
	}
	return key
}

// FKey gives the F-key that a digit stands for after Esc or with Alt: "1" is f1, "0" is f10.
func FKey(digit string) string {
	if digit == "0" {
		return "f10"
	}
	return "f" + digit
}

// functionKey gives the number of a key named f1 to f20, else 0.
func functionKey(key string) int {
	if len(key) < 2 || key[0] != 'f' {
		return 0
	}
	n, err := strconv.Atoi(key[1:])
	if err != nil {
		return 0
	}
	return n
}

// Label gives the keys of a sequence as people read them: "ctrl+x d" is "C-x d", "shift+f6" is "Shift+F6", "up" is ↑.
func Label(keys string) string {
	parts := strings.Fields(keys)
	for i, k := range parts {
		parts[i] = labelOne(k)
	}
	return strings.Join(parts, " ")
}

func labelOne(key string) string {
	if word, ok := words[key]; ok {
		return word
	}
	for _, m := range [][2]string{{"ctrl+", "C-"}, {"alt+", "Alt+"}, {"shift+", "Shift+"}} {
		if rest, ok := strings.CutPrefix(key, m[0]); ok && rest != "" {
			return m[1] + labelOne(rest)
		}
	}
	if functionKey(key) > 0 {
		return strings.ToUpper(key)
	}
	return key
}

// words is read only.
var words = map[string]string{
	"up": "↑", "down": "↓", "left": "←", "right": "→", "pgup": "PgUp", "pgdown": "PgDn", "home": "Home", "end": "End",
	"enter": "Enter", "esc": "Esc", "tab": "Tab", "space": "Space", "backspace": "Bksp", "insert": "Ins", "delete": "Del",
}
