package tui

import (
	"net/url"
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/figure"
)

// copyAddress puts on the clipboard where what is selected is to be found: its URL on a server, its path on this
// machine. With other it is the path on the server, or a file URL.
func (m *Model) copyAddress(other bool) tea.Cmd {
	at := m.here()
	asURL, what := isLocal(at.fs) == other, "path"
	if asURL {
		what = "URL"
	}
	var lines []string
	for _, path := range m.selectedPaths(at) {
		if asURL {
			lines = append(lines, urlOf(at.fs, path))
		} else {
			lines = append(lines, plainPath(at.fs, path))
		}
	}
	voice, text := m.deps.Terminal.Voice, strings.Join(lines, "\n")
	send := func() tea.Msg {
		voice.Copy(text)
		return nil
	}
	said := what + " sent to the clipboard of the terminal: " + termtext.Display(lines[0])
	if len(lines) > 1 {
		said = figure.Plural(len(lines), what) + " sent to the clipboard of the terminal"
	}
	return tea.Batch(send, m.say(good, said))
}

// selectedPaths gives the paths of what is selected, or that of the folder.
func (m *Model) selectedPaths(at place) []string {
	var all []string
	for _, e := range m.active().Selection() {
		all = append(all, at.fs.Join(at.dir, e.Name))
	}
	if len(all) == 0 {
		all = append(all, at.dir)
	}
	return all
}

// urlOf gives the URL of an absolute path, as every command of ferry takes it. An ID holds no password.
func urlOf(f vfs.FS, path string) string {
	escaped := (&url.URL{Path: path}).EscapedPath()
	if isLocal(f) {
		return "file://" + escaped
	}
	base := f.ID()
	if strings.HasPrefix(base, "ftp://") {
		base = strings.TrimSuffix(base, ":21")
	}
	return base + "/" + escaped
}

// plainPath gives a path as people write it. One that holds control characters, which a shell might obey, is made
// visible instead.
func plainPath(f vfs.FS, path string) string {
	path = vfs.DisplayName(f, path)
	if strings.ContainsFunc(path, unicode.IsControl) {
		return termtext.Display(path)
	}
	return path
}
