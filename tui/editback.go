package tui

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/prose"
	"ferry/tui/theme"
	"ferry/tui/viewer"
)

// How a changed copy goes back to its server.

// upload says when a file is replaced.
type uploading int

const (
	uploadIfSame  uploading = iota // only if it is the one that was fetched
	uploadOver                     // whatever it is
	uploadNewName                  // never
)

// upload sends the copy. The server's file is replaced in one step, when all of it has arrived.
func (m *Model) upload(ed *editing, how uploading, path string) tea.Cmd {
	var there vfs.Entry
	job := &errand{
		at: []place{ed.at}, title: "Uploading " + nameOf(ed.at.fs, ed.entry), cursor: ed.at.fs.Base(path),
		did: func(int) string {
			return prose.Safe(vfs.DisplayName(ed.at.fs, ed.at.fs.Base(path))) + " uploaded, " + figure.Size(ed.mine)
		},
	}
	job.after = func(msg errandMsg) tea.Cmd {
		switch {
		case errors.Is(msg.err, errChangedThere):
			m.askChangedThere(ed, there)
		case msg.err != nil:
			m.askEdited(ed, prose.Sentence(msg.err))
		case msg.stopped:
			m.askEdited(ed, "Stopped; nothing was replaced.")
		default:
			ed.path = path
			return tea.Batch(m.done(ed), m.tellErrand(msg))
		}
		return nil
	}
	return m.run(job, func(ctx context.Context, s vfs.Session) error {
		if how == uploadIfSame {
			now, same, err := ed.isSame(ctx, s)
			there = now
			if err != nil {
				return err
			}
			if !same {
				return errChangedThere
			}
		}
		return job.whole(ctx, path, ed.send(ctx, s, path, how != uploadNewName))
	})
}

// isSame reports whether the file on the server is still the one that was fetched: by its size, by its time, and where
// the time is another one by its octets.
func (ed *editing) isSame(ctx context.Context, s vfs.Session) (vfs.Entry, bool, error) {
	now, err := s.Stat(ctx, ed.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return vfs.Entry{Type: vfs.Other, Size: vfs.SizeUnknown}, false, nil
	case err != nil:
		return now, false, err
	case now.Size != ed.entry.Size:
		return now, false, nil
	case !now.ModTime.IsZero() && now.ModTime.Equal(ed.entry.ModTime) && now.Precision == vfs.PrecisionSecond:
		return now, true, nil
	}
	sum, err := readInto(ctx, s, ed.path, io.Discard)
	return now, sum == ed.sum, err
}

// send writes the copy to the server, proves by its size that all has come, and gives it its name.
func (ed *editing) send(ctx context.Context, s vfs.Session, path string, over bool) error {
	text, err := os.ReadFile(ed.copy)
	if err != nil {
		return told("read the copy "+ed.copy, err)
	}
	w, err := s.Create(ctx, path, vfs.Create{
		Size: int64(len(text)), Mode: ed.entry.Mode, KeepMode: ed.entry.ModeKnown, Overwrite: over,
	})
	if err != nil {
		return err
	}
	for rest := text; len(rest) > 0 && err == nil; {
		w.Touch()
		piece := rest[:min(len(rest), 64<<10)]
		rest = rest[len(piece):]
		_, err = w.Write(piece)
	}
	if err == nil {
		err = proven(ctx, w, int64(len(text)), path)
	}
	if err != nil {
		_ = w.Abort(false) // err tells more
		return err
	}
	if err := w.Commit(ctx); err != nil {
		return err
	}
	ed.sum = sha256.Sum256(text)
	if now, err := s.Stat(ctx, path); err == nil {
		ed.entry.Size, ed.entry.ModTime, ed.entry.Precision = now.Size, now.ModTime, now.Precision
	}
	return nil
}

func proven(ctx context.Context, w vfs.Writer, size int64, path string) error {
	written, err := w.Finish(ctx)
	if err == nil && written.Size >= 0 && written.Size != size {
		return &vfs.Failure{Step: "write all of " + path, Said: "the server has another size", Kind: vfs.ErrIncomplete}
	}
	return err
}

// askChangedThere shows both files and asks which shall be.
func (m *Model) askChangedThere(ed *editing, there vfs.Entry) {
	mine := vfs.Entry{Type: vfs.File, Size: ed.mine, ModTime: m.now, Precision: vfs.PrecisionMinute}
	d := &dialog.Choice{
		Theme: m.deps.Theme, Wide: true, Title: nameOf(ed.at.fs, ed.entry) + " has changed on the server meanwhile",
		Foot: "a o v x choose · Esc keeps the copy",
		Lines: []dialog.Line{
			m.version("when it was fetched", ed.entry), m.version("on the server now", there), m.version("your copy", mine),
		},
		Buttons: []dialog.Button{
			{Label: "Save as", Key: "a", Do: func() tea.Cmd { return m.saveEditAs(ed) }},
			{Label: "Overwrite", Key: "o", Do: func() tea.Cmd { return m.upload(ed, uploadOver, ed.path) }},
			{Label: "View theirs", Key: "v", Do: func() tea.Cmd { return m.viewTheirs(ed, there) }},
			{Label: "Discard mine", Key: "x", Do: func() tea.Cmd { return m.discardEdit(ed) }},
			{Label: "Later", Do: func() tea.Cmd { return m.keepEdit(ed) }},
		},
		Escape: 4,
	}
	if there.Type == vfs.Other {
		d.Lines[1] = dialog.Line{Text: termtext.Pad("on the server now", 21) + "it is gone", Role: theme.Warn}
	}
	m.openUnasked(d)
}

func (m *Model) version(which string, e vfs.Entry) dialog.Line {
	return dialog.Line{Text: termtext.Pad(which, 21) + m.sizeAndDate(e), Cut: true}
}

// viewTheirs shows the server's file; the question comes again below it.
func (m *Model) viewTheirs(ed *editing, there vfs.Entry) tea.Cmd {
	m.askChangedThere(ed, there)
	v, cmd := viewer.Open(viewer.Config{
		Context: m.ctx, Theme: m.deps.Theme, FS: ed.at.fs, Path: ed.path, Entry: there,
	})
	m.open(v)
	return cmd
}

// saveEditAs asks for another name.
func (m *Model) saveEditAs(ed *editing) tea.Cmd {
	form := &dialog.Form{
		Theme: m.deps.Theme, Title: "Save your copy as", Intro: m.in(ed.at), Submit: "Save", Now: m.deps.Now,
		Fields: []dialog.Field{dialog.Text("Name", vfs.DisplayName(ed.at.fs, ed.entry.Name)+".mine")},
		Check:  checkName(ed.at.fs),
		Leave:  func() { m.askEdited(ed, "") },
	}
	form.Do = func(values []string) tea.Cmd {
		name, _ := vfs.WireName(ed.at.fs, values[0]) // checked before
		m.close(form)
		return m.upload(ed, uploadNewName, ed.at.fs.Join(ed.at.dir, name))
	}
	m.open(form)
	return nil
}
