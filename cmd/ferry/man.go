package main

import (
	"fmt"
	"strings"

	"ferry/internal/config"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newMan(p *program) *cobra.Command {
	return &cobra.Command{
		Use: "man", Short: "Print the manual page", Args: cobra.NoArgs,
		Example: "  ferry man > /usr/local/share/man/man1/ferry.1",
		RunE:    func(cmd *cobra.Command, _ []string) error { return p.print(manual(cmd.Root(), thisBuild().Version)) },
	}
}

// manual makes the manual page, in the macros of man(7), from the commands themselves.
func manual(root *cobra.Command, version string) string {
	m := &page{}
	m.macro("TH", "FERRY", "1", "", "ferry "+version, "User Commands")
	m.macro("SH", "NAME")
	m.line("ferry - " + lowerFirst(root.Short))
	m.macro("SH", "SYNOPSIS")
	m.command(root.UseLine())
	for _, c := range commandsOf(root) {
		m.command(c.UseLine())
	}
	m.macro("SH", "DESCRIPTION")
	m.prose(root.Long)
	m.macro("SH", "COMMANDS")
	for _, c := range commandsOf(root) {
		m.about(c)
	}
	m.macro("SH", "OPTIONS OF ALL COMMANDS")
	m.flags(root.PersistentFlags())
	m.environment()
	m.macro("SH", "FILES")
	m.term("~/.config/ferry/config.toml", "The settings; see ferry settings.")
	m.term("~/.netrc", "Passwords by host and user.")
	m.macro("SH", "EXIT STATUS")
	for _, code := range exitWords() {
		m.term(fmt.Sprint(code.code), code.words)
	}
	return m.text.String()
}

// commandsOf gives the commands below one that people use, and those below them.
func commandsOf(root *cobra.Command) []*cobra.Command {
	var all []*cobra.Command
	for _, c := range root.Commands() {
		if c.Hidden || c.Name() == "help" {
			continue
		}
		if c.Runnable() {
			all = append(all, c)
		}
		all = append(all, commandsOf(c)...)
	}
	return all
}

// page collects the lines of a manual page.
type page struct{ text strings.Builder }

func (m *page) macro(name string, arguments ...string) {
	m.text.WriteString("." + name)
	for _, a := range arguments {
		m.text.WriteString(` "` + strings.ReplaceAll(roff(a), `"`, `""`) + `"`)
	}
	m.text.WriteByte('\n')
}

func (m *page) line(text string) {
	text = roff(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text // it is no macro
	}
	m.text.WriteString(text + "\n")
}

// roff keeps what means something to the formatter from doing so, and hyphens from becoming dashes.
func roff(text string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
}

// command writes a usage line in bold.
func (m *page) command(usage string) {
	m.macro("PP")
	m.macro("B", usage)
}

// term writes a word and what it means.
func (m *page) term(word, meaning string) {
	m.macro("TP")
	m.macro("B", word)
	m.line(meaning)
}

// prose writes paragraphs. Indented lines stay as they are.
func (m *page) prose(text string) {
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		m.macro("PP")
		for line := range strings.SplitSeq(paragraph, "\n") {
			m.line(line)
		}
	}
}

func (m *page) about(c *cobra.Command) {
	m.macro("SS", strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" "))
	m.prose(c.Short + ".")
	if c.Long != "" && c.Parent().Name() != "completion" { // cobra's own tell how to install them
		m.prose(c.Long)
	}
	m.flags(c.NonInheritedFlags())
	if c.Example != "" {
		m.macro("PP")
		m.macro("EX")
		for line := range strings.SplitSeq(c.Example, "\n") {
			m.line(line)
		}
		m.macro("EE")
	}
}

func (m *page) flags(flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		kind, usage := pflag.UnquoteUsage(f)
		word := "--" + f.Name
		if f.Shorthand != "" {
			word = "-" + f.Shorthand + ", " + word
		}
		if kind != "" {
			word += " " + kind
		}
		m.term(word, usage)
	})
}

func (m *page) environment() {
	m.macro("SH", "ENVIRONMENT")
	for _, name := range variables {
		m.term(variableOf(name), "Stands for --"+name+".")
	}
	m.term("FERRY_PASSWORD", "The password for the one account that is named.")
	m.term("NO_COLOR", "The screen has no colours.")
	m.macro("SH", "SETTINGS")
	for _, s := range config.Table() {
		m.term(s.Key(), s.Help)
	}
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
