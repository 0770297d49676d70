package tui

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// mostEdited is how large a file on a server may be that is fetched to be edited.
const mostEdited = 64 << 20

// editing is a file of a server that is being edited here. Its copy lies in a folder that only the person can enter,
// until it is uploaded or discarded.
type editing struct {
	at     place
	entry  vfs.Entry // as it was when it was fetched
	path   string    // on the server
	folder string    // here
	copy   string
	sum    [sha256.Size]byte // of what was fetched, and later of what was uploaded
	mine   int64             // octets of the copy

	began  time.Time // when the editor got it
	seen   stamp     // how a watched copy looked the last time, see editwatch.go
	asked  stamp     // and how when somebody was asked about it
	asking bool      // somebody is being asked
}

// edit lets the person edit the file under the cursor: in place on this machine, by a copy on a server.
func (m *Model) edit() tea.Cmd {
	at := m.here()
	e, _ := m.active().Current()
	path := at.fs.Join(at.dir, e.Name)
	if isLocal(at.fs) {
		return m.deps.Editor.start(path, func(err error) tea.Msg { return editedHereMsg{at, e.Name, err} })
	}
	ed := &editing{at: at, entry: e, path: path}
	job := &errand{at: []place{at}, title: "Fetching " + nameOf(at.fs, e), reads: true}
	job.did = func(int) string { return "fetched" }
	job.after = func(msg errandMsg) tea.Cmd {
		if msg.stopped || msg.err != nil {
			return tea.Batch(ed.forget, m.tellErrand(msg))
		}
		return m.openEditor(ed)
	}
	return m.run(job, func(ctx context.Context, s vfs.Session) error {
		return job.whole(ctx, path, ed.fetch(ctx, s))
	})
}

// notEditable says why the file under the cursor cannot be edited.
func (m *Model) notEditable() string {
	e, ok := m.active().Current()
	switch {
	case !ok || e.IsDir():
		return "A folder is entered, not edited: move to a file."
	case e.Type == vfs.Other:
		return "This is neither a file nor a folder, so there is nothing to edit."
	case m.active().Local():
		return ""
	case e.Size > mostEdited:
		return "It is larger than " + figure.Size(mostEdited) + ": copy it here to edit it."
	}
	return m.errandWhy()
}

// whole notes an errand's only step.
func (e *errand) whole(ctx context.Context, path string, err error) error {
	if err == nil {
		e.try(ctx, path, nil)
	}
	return err
}

// editedHereMsg tells that the editor has ended which had a file of this machine.
type editedHereMsg struct {
	at   place
	name string
	err  error
}

func (m *Model) editedHere(msg editedHereMsg) tea.Cmd {
	reload := m.reloadAll(msg.at, msg.name)
	if said := exitSaid(msg.err); said != "" {
		return tea.Batch(reload, m.say(bad, said))
	}
	return reload
}

// fetch brings the file here.
func (ed *editing) fetch(ctx context.Context, s vfs.Session) error {
	if now, err := s.Stat(ctx, ed.path); err == nil && now.Type == vfs.File {
		now.Mode, now.ModeKnown = ed.entry.Mode, ed.entry.ModeKnown // a listing tells more of that
		ed.entry = now
	}
	folder, err := os.MkdirTemp("", "ferry-edit-")
	if err != nil {
		return told("make a folder for the copy", err)
	}
	ed.folder, ed.copy = folder, filepath.Join(folder, copyName(ed.at.fs, ed.entry.Name))
	f, err := os.OpenFile(ed.copy, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return told("write the copy", err)
	}
	ed.sum, err = readInto(ctx, s, ed.path, f)
	if cerr := f.Close(); err == nil {
		err = told("write the copy", cerr)
	}
	return err
}

// copyName is the file's own name where this machine can hold it as it is.
func copyName(f vfs.FS, name string) string {
	name = vfs.DisplayName(f, name)
	if name != filepath.Base(name) || termtext.Display(name) != name || name == "." || name == ".." {
		return "copy"
	}
	return name
}

// readInto copies a file of a server, and gives the hash of it.
func readInto(ctx context.Context, s vfs.Session, path string, to io.Writer) (sum [sha256.Size]byte, err error) {
	r, err := s.Open(ctx, path, 0)
	if err != nil {
		return sum, err
	}
	hash := sha256.New()
	_, err = io.Copy(io.MultiWriter(to, hash), touching{r})
	if cerr := r.Close(); err == nil {
		err = cerr
	}
	return [sha256.Size]byte(hash.Sum(nil)), told("read "+path, err)
}

// touching restarts the stall timer at each reading: what is slow has not stalled.
type touching struct{ vfs.Reader }

func (t touching) Read(p []byte) (int, error) {
	t.Touch()
	return t.Reader.Read(p)
}

// openEditor gives the copy to the editor.
func (m *Model) openEditor(ed *editing) tea.Cmd {
	ed.began, ed.asking = m.deps.Now(), true
	return m.deps.Editor.start(ed.copy, func(err error) tea.Msg { return ed.looked(err) })
}

// editedMsg tells that the editor has ended.
type editedMsg struct {
	editing *editing
	changed bool
	err     error // of the editor
	lost    error // why the copy cannot be read
}

// looked looks whether the copy has been changed.
func (ed *editing) looked(err error) editedMsg {
	msg := editedMsg{editing: ed, err: err}
	f, ferr := os.Open(ed.copy)
	if ferr != nil {
		msg.lost = told("read the copy "+ed.copy, ferr)
		return msg
	}
	hash := sha256.New()
	ed.mine, ferr = io.Copy(hash, f)
	_ = f.Close() // it was only read
	msg.lost = told("read the copy "+ed.copy, ferr)
	msg.changed = [sha256.Size]byte(hash.Sum(nil)) != ed.sum
	return msg
}

func (m *Model) edited(msg editedMsg) tea.Cmd {
	ed := msg.editing
	m.dirty, ed.asking = true, msg.changed
	background := slices.Contains(m.copies, ed)
	switch said := exitSaid(msg.err); {
	case msg.lost != nil:
		m.fail("Nothing was uploaded", []error{msg.lost}, 0)
		return m.drop(ed)
	case msg.changed:
		m.askEdited(ed, said)
	case said != "":
		return tea.Batch(m.done(ed), m.say(bad, said))
	case background:
		return nil // saved as it was
	case m.deps.Now().Sub(ed.began) < tooSoon:
		return m.watchCopy(ed)
	default:
		return tea.Batch(ed.forget, m.say(plain, nameOf(ed.at.fs, ed.entry)+" was not changed."))
	}
	return nil
}

// askEdited asks what is to become of the changed copy. said is shown first; it may be empty.
func (m *Model) askEdited(ed *editing, said string) {
	d := &dialog.Choice{
		Theme: m.deps.Theme, Title: nameOf(ed.at.fs, ed.entry) + " was changed",
		Foot: "u upload · e edit on · x discard · Esc keeps it",
		Buttons: []dialog.Button{
			{Label: "Upload", Key: "u", Do: func() tea.Cmd { return m.upload(ed, uploadIfSame, ed.path) }},
			{Label: "Edit on", Key: "e", Do: func() tea.Cmd { return m.openEditor(ed) }},
			{Label: "Discard", Key: "x", Do: func() tea.Cmd { return m.discardEdit(ed) }},
			{Label: "Later", Do: func() tea.Cmd { return m.keepEdit(ed) }},
		},
		Escape: 3,
	}
	if slices.Contains(m.copies, ed) { // it comes by itself
		d.Now = m.deps.Now
	}
	if said != "" {
		d.Lines = append(d.Lines, dialog.Line{Role: theme.Bad, Text: "! " + said})
	}
	d.Lines = append(d.Lines, dialog.Line{
		Text: "Upload it to " + displayDir(ed.at) + " on " + where(ed.at.fs) + "? It has " +
			figure.Plural(int(ed.mine), "octet") + " now.",
	})
	m.openUnasked(d)
}

func (m *Model) discardEdit(ed *editing) tea.Cmd {
	return tea.Batch(m.drop(ed), m.say(plain, "The changes are discarded; the server has what it had."))
}

func (m *Model) keepEdit(ed *editing) tea.Cmd {
	ed.asking = false
	return m.say(plain, "Not uploaded. The copy stays in "+prose.Safe(ed.copy))
}

// forget removes the copy.
func (ed *editing) forget() tea.Msg {
	if ed.folder != "" {
		_ = os.RemoveAll(ed.folder) // a folder for temporary files
	}
	return nil
}

// errChangedThere says that the file on the server is not the one that was fetched.
var errChangedThere = errors.New("it has changed on the server meanwhile")
