package theme

import (
	"strings"

	"github.com/muesli/termenv"
)

// Detect tells what colours the terminal shows. colorFlag is the value of --color: "never", "16", "256" and
// "truecolor" decide; "auto", "" and all else ask the environment, where NO_COLOR says never.
func Detect(env func(string) string, colorFlag string) termenv.Profile {
	switch colorFlag {
	case "never":
		return termenv.Ascii
	case "16":
		return termenv.ANSI
	case "256":
		return termenv.ANSI256
	case "truecolor":
		return termenv.TrueColor
	}
	term := env("TERM")
	switch {
	case env("NO_COLOR") != "", term == "dumb":
		return termenv.Ascii
	case strings.HasPrefix(term, "screen") && env("TERM_PROGRAM") != "tmux":
		return min256(byTerm(term)) // GNU screen swallows true colour, whatever COLORTERM was outside it
	case sayTrueColor(env):
		return termenv.TrueColor
	case env("TERM_PROGRAM") == "Apple_Terminal":
		return termenv.ANSI256
	}
	return byTerm(term)
}

func min256(p termenv.Profile) termenv.Profile { return max(p, termenv.ANSI256) }

func sayTrueColor(env func(string) string) bool {
	switch env("COLORTERM") {
	case "truecolor", "24bit":
		return true
	}
	switch env("TERM_PROGRAM") {
	case "iTerm.app", "WezTerm", "ghostty", "vscode":
		return true
	}
	// The Windows console sets no TERM, yet shows all colours.
	return env("WT_SESSION") != "" || env("TERM") == "" && env("OS") == "Windows_NT"
}

func byTerm(term string) termenv.Profile {
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(term, w) {
				return true
			}
		}
		return false
	}
	switch {
	case strings.HasSuffix(term, "-direct"), has("foot", "kitty", "ghostty", "wezterm", "alacritty", "contour"):
		return termenv.TrueColor
	case has("256color"):
		return termenv.ANSI256
	case has("color", "ansi", "xterm", "screen", "tmux", "rxvt", "linux", "cygwin", "konsole", "putty", "st-"):
		return termenv.ANSI
	}
	return termenv.Ascii
}
