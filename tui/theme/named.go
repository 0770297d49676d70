package theme

import "github.com/muesli/termenv"

// Names gives the names of all themes, each with a word about it.
func Names() [][2]string {
	return [][2]string{
		{"auto", "colours for the terminal's own background, which stays"},
		{"dark", "light text on a dark background"},
		{"light", "dark text on a light background"},
		{"terminal", "the terminal's own sixteen colours"},
		{"high-contrast", "white on black, and strong colours"},
		{"mono", "no colours: bold, underlined, reversed"},
	}
}

// Named makes a theme by its name; an unknown one is auto. Where the terminal shows no colours all of them are Mono.
// dark tells how the terminal's own background is, for the themes that leave it.
func Named(name string, profile termenv.Profile, dark bool) *Theme {
	switch name {
	case "dark":
		return dressed(profile, &darkColours, true)
	case "light":
		return dressed(profile, &lightColours, true)
	case "high-contrast":
		return dressed(profile, &contrastColours, true)
	case "terminal":
		return New(max(profile, termenv.ANSI), dark)
	case "mono":
		return Mono()
	}
	return New(profile, dark)
}
