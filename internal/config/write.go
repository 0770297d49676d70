package config

import (
	"fmt"
	"slices"
	"strings"

	"ferry/internal/tomltext"
)

// helpWidth is where the comments of the default file are broken.
const helpWidth = 100

const fileHead = `# The settings of ferry. What stands behind a # is the default; take the # away to change it.
# Flags and FERRY_… variables win over what stands here, and so do a site's own settings.
`

const fileKeys = `
# Other keys for what ferry can do. "ferry settings --actions" prints the names of all actions.
[keys]

#copy = ["f5", "c"]
`

const pageHead = "# The settings of ferry\n" + `
They are in the file config.toml in the folder ferry of your XDG config folder, ~/.config/ferry/config.toml as a rule,
or in the file that the flag --config or the variable FERRY_CONFIG names.

    ferry settings                  # the values in force, and where each comes from
    ferry settings --default        # a commented file with all settings
    ferry settings set screen.hidden true

A flag wins over a FERRY_… variable, which wins over the site, which wins over this file. What is wrong in the file is
told with line and column, and the rest still works. Passwords are never in it.
`

const pageKeys = `
## [keys]

Other keys for an action: copy = ["f6", "g c"], where "g c" is one key after the other. A key that another action had is
taken from it. The command "ferry settings --actions" prints the names of all actions and their keys.
`

// DefaultFile gives the file with all settings, each explained, with its default behind a #.
func DefaultFile() string {
	var b strings.Builder
	b.WriteString(fileHead)
	for _, section := range Sections() {
		fmt.Fprintf(&b, "\n# %s.\n[%s]\n", section.Title, section.Name)
		for _, s := range Table() {
			if s.Section == section.Name {
				b.WriteString("\n" + comment(s) + "#" + s.Name + " = " + literal(s, s.Default) + "\n")
			}
		}
	}
	b.WriteString(fileKeys)
	return b.String()
}

// comment explains a setting above its line.
func comment(s Setting) string {
	text := s.Help
	if s.Kind == Choice {
		text += " One of " + strings.Join(s.Choices, ", ") + "."
	}
	if s.Flag != "" {
		text += " The flag is --" + s.Flag + "."
	}
	var b strings.Builder
	width := 0
	for _, word := range strings.Fields(text) {
		if width > 0 && width+1+len(word) > helpWidth {
			b.WriteString("\n")
			width = 0
		}
		if width == 0 {
			b.WriteString("#")
		}
		b.WriteString(" " + word)
		width += 1 + len(word)
	}
	return b.String() + "\n"
}

func literal(s Setting, text string) string {
	written, err := tomltext.Literal(s.native(text))
	if err != nil {
		panic(err) // text, number, truth value: there is nothing that cannot be written
	}
	return written
}

// Set gives the text of a file with one setting changed, all else as it was. The value must have passed Setting.Check.
func Set(text []byte, s Setting, value string) []byte {
	return put(text, s.Section, s.Name, literal(s, value))
}

// SetKeys gives the text of a file with other keys for an action, all else as it was.
func SetKeys(text []byte, action string, keys []string) ([]byte, error) {
	written, err := tomltext.Literal(keys)
	if err != nil {
		return nil, err
	}
	return put(text, keysTable, action, written), nil
}

// put writes a line into a table, which is made where it is missing.
func put(text []byte, table, name, value string) []byte {
	if len(text) > 0 && text[len(text)-1] != '\n' {
		text = append(slices.Clone(text), '\n')
	}
	d := tomltext.Parse(text)
	if t, found := d.Find(table); found {
		return d.With([]tomltext.Edit{d.Put(t, name, value)})
	}
	if len(text) > 0 {
		text = append(slices.Clone(text), '\n')
	}
	return fmt.Appendf(slices.Clone(text), "[%s]\n%s = %s\n", table, name, value)
}

// Markdown gives the page about all settings.
func Markdown() string {
	var b strings.Builder
	b.WriteString(pageHead)
	for _, section := range Sections() {
		fmt.Fprintf(&b, "\n## [%s]\n\n%s.\n\n| name | values | default | what it does | counts |\n|---|---|---|---|---|\n",
			section.Name, section.Title)
		for _, s := range Table() {
			if s.Section == section.Name {
				fmt.Fprintf(&b, "| `%s` | %s | `%s` | %s | %s |\n",
					s.Name, s.wants(), literal(s, s.Default), flagged(s), s.Counts)
			}
		}
	}
	b.WriteString(pageKeys)
	return b.String()
}

func flagged(s Setting) string {
	if s.Flag == "" {
		return s.Help
	}
	return s.Help + " Flag `--" + s.Flag + "`."
}
