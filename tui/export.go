package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/tui/dialog"
	"ferry/tui/theme"
)

// The fields of the dialog that exports, and their options.
const (
	exportFormat = iota
	exportPasswords
)

const withPasswords = "readable in it"

// exportSites asks how all sites are to be written for another machine or program.
func (m *Model) exportSites() tea.Cmd {
	form := &dialog.Form{
		Theme: m.deps.Theme, Title: "Export all sites", Submit: "Export", Now: m.deps.Now,
		Intro: []dialog.Line{
			{Role: theme.Dim, Text: "A new file in the folder in which ferry was started, which only you can read."},
		},
		Fields: []dialog.Field{
			dialog.Radio("Format", ExportFormats(), 0),
			dialog.Radio("Passwords", []string{"left out", withPasswords}, 0),
		},
	}
	form.Do = func(values []string) tea.Cmd {
		m.close(form)
		return m.readBook(func(ctx context.Context) (string, error) {
			return m.deps.Sites.Export(ctx, values[exportFormat], values[exportPasswords] == withPasswords)
		})
	}
	m.open(form)
	return nil
}

// ExportFormats are the formats in which sites can be written.
func ExportFormats() []string { return []string{"toml", "filezilla"} }
