package tui

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// dropped is one thing of this machine whose path was pasted, or dropped on the terminal.
type dropped struct {
	dir   string
	entry vfs.Entry
}

// pastedMsg tells which of the pasted paths there are.
type pastedMsg struct {
	at    place // the folder that was shown
	found []dropped
	err   error // why one of them is none
}

// pasted takes a text that was pasted outside of all fields: the paths of local files, perhaps.
func (m *Model) pasted(text string) tea.Cmd {
	at, local := m.here(), m.deps.Local
	if local == nil || !m.focused().isPane() || at.dir == "" {
		return m.say(plain, "There is no field here for what was pasted.")
	}
	home := m.deps.Home
	return func() tea.Msg {
		found, err := findPasted(m.ctx, local, text, home)
		return pastedMsg{at, found, err}
	}
}

// errNoPath says that a text is no path.
var errNoPath = errors.New("no path")

// findPasted reads a text as one path, or as several, quoted as for a shell or as file URLs, and looks at each.
func findPasted(ctx context.Context, local vfs.FS, text, home string) (all []dropped, err error) {
	err = vfs.Do(ctx, local, vfs.Browse, func(s vfs.Session) error {
		if one, err := lookAtPasted(ctx, local, s, strings.TrimSpace(text), home); err == nil {
			all = append(all, one)
			return nil
		}
		for _, word := range shellWords(text) {
			one, err := lookAtPasted(ctx, local, s, word, home)
			if err != nil {
				return err
			}
			all = append(all, one)
		}
		return nil
	})
	if err == nil && len(all) == 0 {
		err = errNoPath
	}
	return all, err
}

func lookAtPasted(ctx context.Context, local vfs.FS, s vfs.Session, word, home string) (dropped, error) {
	path := word
	if rest, is := strings.CutPrefix(word, "file://"); is {
		rest = strings.TrimPrefix(rest, "localhost")
		plain, err := url.PathUnescape(rest)
		if err != nil {
			return dropped{}, errNoPath
		}
		path = plain
	} else if rest, is := strings.CutPrefix(word, "~/"); is && home != "" {
		path = local.Join(home, rest)
	}
	if !filepath.IsAbs(path) || strings.ContainsAny(path, "\n\r\x00") {
		return dropped{}, errNoPath
	}
	path = filepath.Clean(path)
	e, err := s.Stat(ctx, path)
	return dropped{local.Parent(path), e}, err
}

// pastedCame offers to bring what was pasted into the folder that was shown.
func (m *Model) pastedCame(msg pastedMsg) tea.Cmd {
	m.dirty = true
	switch {
	case errors.Is(msg.err, errNoPath):
		return m.say(plain, "What was pasted is no path of this machine, and there is no field here for it.")
	case msg.err != nil:
		return m.say(bad, "Pasted: "+prose.Sentence(msg.err))
	}
	local := m.deps.Local
	var entries []vfs.Entry
	for _, d := range msg.found {
		if isLocal(msg.at.fs) && d.dir == msg.at.dir {
			continue
		}
		entries = append(entries, d.entry)
	}
	if len(entries) == 0 {
		return m.say(plain, "What was pasted is in this folder already.")
	}
	verb := "Upload"
	if isLocal(msg.at.fs) {
		verb = "Copy"
	}
	d := &dialog.Choice{
		Theme: m.deps.Theme, Title: verb + " what was pasted", Foot: "Enter " + strings.ToLower(verb) + " · Esc cancel",
		Buttons: []dialog.Button{
			{Label: verb, Do: func() tea.Cmd { return m.bringPasted(msg, local) }},
			{Label: "Cancel"},
		},
		Escape: 1,
	}
	d.Lines = append(d.Lines, dialog.Line{Text: count(entries) + " of this machine"})
	d.Lines = append(d.Lines, names(local, entries)...)
	d.Lines = append(d.Lines, dialog.Line{
		Role: theme.Dim, Text: "to " + displayDir(msg.at) + " on " + where(msg.at.fs),
	})
	m.openUnasked(d)
	return nil
}

// bringPasted queues what was pasted, one request for each folder that it comes from.
func (m *Model) bringPasted(msg pastedMsg, local vfs.FS) tea.Cmd {
	var requests []queue.Request
	queued := 0
	for _, d := range msg.found {
		if isLocal(msg.at.fs) && d.dir == msg.at.dir {
			continue
		}
		i := slices.IndexFunc(requests, func(r queue.Request) bool { return r.FromDir == d.dir })
		if i < 0 {
			i = len(requests)
			requests = append(requests, queue.Request{
				From: local, To: msg.at.fs, FromDir: d.dir, ToDir: msg.at.dir, Recursive: true, OnConflict: queue.RuleAsk,
			})
		}
		requests[i].Sources = append(requests[i].Sources, queue.Source{Entry: d.entry})
		queued++
	}
	for _, r := range requests {
		if _, err := m.deps.Queue.Add(r); err != nil {
			return m.say(bad, prose.Sentence(err))
		}
	}
	return m.say(good, "queued "+figure.Plural(queued, "item")+" → "+displayDir(msg.at))
}
