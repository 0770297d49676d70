package tui

import (
	"context"
	"fmt"
	"io/fs"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/dustin/go-humanize"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// properties shows all that is known of the entry under the cursor.
func (m *Model) properties() tea.Cmd {
	at := m.here()
	e, ok := m.active().Current()
	if !ok {
		return nil
	}
	d := &dialog.Choice{
		Theme: m.deps.Theme, Title: nameOf(at.fs, e), Wide: true, Foot: "Esc closes",
		Lines:   m.propertyLines(at, e),
		Buttons: []dialog.Button{{Label: "Close"}},
	}
	if e.Type == vfs.File {
		d.Foot = "h hash · Esc closes"
		d.Buttons = append(d.Buttons, dialog.Button{Label: "Hash", Key: "h", Do: func() tea.Cmd { return m.hash(d, at, e) }})
	}
	m.open(d)
	return nil
}

func property(name, value string) dialog.Line {
	if value == "" {
		value = "not told"
	}
	return dialog.Line{Text: termtext.Pad(name, 10) + value}
}

func (m *Model) propertyLines(at place, e vfs.Entry) []dialog.Line {
	path := at.fs.Join(at.dir, e.Name)
	lines := []dialog.Line{property("type", typeWords(e))}
	if e.Type == vfs.Link {
		lines = append(lines, property("leads to", prose.Safe(vfs.DisplayName(at.fs, e.Target))))
	}
	if e.Type == vfs.File {
		lines = append(lines, property("size", sizeWords(e.Size)))
	}
	lines = append(lines,
		property("modified", m.timeWords(e)),
		property("mode", permWords(e)),
		property("owner", prose.Safe(e.Owner)),
		property("group", prose.Safe(e.Group)),
		dialog.Line{},
		property("path", prose.Safe(vfs.DisplayName(at.fs, path))),
		property("URL", prose.Safe(urlOf(at.fs, path))),
	)
	if raw := termtext.Display(e.Name); raw != prose.Safe(vfs.DisplayName(at.fs, e.Name)) {
		lines = append(lines, property("as sent", raw))
	}
	return lines
}

func typeWords(e vfs.Entry) string {
	return [...]string{vfs.Other: "neither file nor folder", vfs.File: "file", vfs.Dir: "folder", vfs.Link: "link"}[e.Type]
}

func sizeWords(size int64) string {
	if size < 0 {
		return ""
	}
	return humanize.Comma(size) + " octets (" + figure.Size(size) + ")"
}

// timeWords gives a time as exactly as it is known, in the screen's zone.
func (m *Model) timeWords(e vfs.Entry) string {
	t := e.ModTime.In(m.now.Location())
	switch {
	case e.ModTime.IsZero():
		return ""
	case e.Precision == vfs.PrecisionSecond:
		return t.Format("2006-01-02 15:04:05 MST")
	case e.Precision == vfs.PrecisionMinute:
		return t.Format("2006-01-02 15:04 MST") + " (seconds are not known)"
	}
	return e.ModTime.Format("2006-01-02") + " (only the day is known)"
}

func permWords(e vfs.Entry) string {
	if !e.ModeKnown {
		return ""
	}
	bits := uint32(e.Mode.Perm())
	for _, special := range []struct {
		bit   fs.FileMode
		octal uint32
	}{{fs.ModeSetuid, 0o4000}, {fs.ModeSetgid, 0o2000}, {fs.ModeSticky, 0o1000}} {
		if e.Mode&special.bit != 0 {
			bits |= special.octal
		}
	}
	return fmt.Sprintf("%04o  %s", bits, e.Mode.Perm().String()[1:])
}

// hashedMsg brings the hash of a file.
type hashedMsg struct {
	dialog *dialog.Choice
	kind   vfs.HashKind
	sum    string
	err    error
}

// hash asks the side where a file is for its hash; the dialog stays.
func (m *Model) hash(d *dialog.Choice, at place, e vfs.Entry) tea.Cmd {
	ctx, cancel := context.WithCancel(m.ctx)
	d.Buttons = []dialog.Button{{Label: "Stop", Do: func() tea.Cmd { cancel(); return nil }}}
	d.Focus, d.Foot = 0, "hashing… Esc stops"
	m.open(d)
	return func() tea.Msg {
		defer cancel()
		msg := hashedMsg{dialog: d}
		msg.err = vfs.Do(ctx, at.fs, vfs.Browse, func(s vfs.Session) (err error) {
			msg.kind, msg.sum, err = hashBy(ctx, s, at.fs.Join(at.dir, e.Name))
			return err
		})
		return msg
	}
}

// hashBy takes the best kind that a side offers, and the usual one where it offers all.
func hashBy(ctx context.Context, s vfs.Session, path string) (vfs.HashKind, string, error) {
	h, can := s.(vfs.Hasher)
	for can {
		kinds := h.HashKinds()
		if len(kinds) == 0 {
			break
		}
		kind := kinds[0]
		for _, k := range kinds {
			if k == vfs.SHA256 {
				kind = k
			}
		}
		sum, err := h.Hash(ctx, path, kind)
		if err == nil || len(h.HashKinds()) == len(kinds) {
			return kind, sum, err
		}
	}
	return "", "", &vfs.Failure{
		Step: "hash " + path, Said: "the server has no command for that", Kind: vfs.ErrNotSupported,
		Hint: "Copy the file here to hash it.",
	}
}

// hashed shows the hash, if the dialog is still there.
func (m *Model) hashed(msg hashedMsg) {
	d := msg.dialog
	d.Buttons, d.Foot, m.dirty = []dialog.Button{{Label: "Close"}}, "Esc closes", true
	line := dialog.Line{Role: theme.Bad, Text: "! " + prose.Sentence(msg.err)}
	if msg.err == nil {
		line = property(string(msg.kind), msg.sum)
	}
	d.Lines = append(d.Lines, dialog.Line{}, line)
}
