package tui

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/ftpclient"
	"ferry/internal/termtext"
	"ferry/tui/figure"
	"ferry/tui/prose"
	"ferry/tui/wire"
)

// What the wire panel asks of the root: its look, the clipboard, a file.

// lookAtWire tells the wire panel where and how it is shown.
func (m *Model) lookAtWire() {
	r := m.layout.log
	look := wire.Look{
		X: r.X, W: r.W, H: r.H, Focused: m.focused() == panelLog, Zone: m.now.Location(), Now: m.now,
		Hint: m.wireHint, ModeKey: m.modeKey,
	}
	if i, ok := m.headerPane(); ok {
		look.Badge, look.Role, look.Why = m.remotes[i].badge(), m.remotes[i].role(), m.remotes[i].why()
	}
	m.log.SetLook(look)
}

// eventsCame shows what happened on the connections, and waits for more.
func (m *Model) eventsCame(msg eventsMsg) tea.Cmd {
	m.log.Add(msg.events, msg.lost)
	m.sampleRemotes()
	m.dirty = true
	return tea.Batch(m.nextEvents, m.noticeWaits(msg.events), m.revive())
}

// wireLives reports whether something is seen of the wire that changes with time alone.
func (m *Model) wireLives() bool { return !m.layout.log.empty() && m.log.Lively() }

// copyTranscript puts the lines that are shown on the clipboard.
func (m *Model) copyTranscript() tea.Cmd {
	text, lines := m.log.Text()
	return tea.Batch(m.toClipboard(text),
		m.say(good, figure.Plural(lines, "line")+" sent to the clipboard of the terminal"))
}

// toClipboard puts a text on the clipboard of the terminal, which does not say whether it took it.
func (m *Model) toClipboard(text string) tea.Cmd {
	voice := m.deps.Terminal.Voice
	return func() tea.Msg {
		voice.Copy(text)
		return nil
	}
}

// savedMsg tells where the transcript was saved, or why it was not.
type savedMsg struct {
	path  string
	lines int
	err   error
}

// saveTranscript writes the lines that are shown to a file.
func (m *Model) saveTranscript() tea.Cmd {
	text, lines := m.log.Text()
	name := "ferry-wire-" + m.now.Format("20060102-150405") + ".log"
	return func() tea.Msg {
		path, err := m.deps.Save(m.ctx, name, []byte(text))
		return savedMsg{path, lines, err}
	}
}

func (m *Model) saved(msg savedMsg) tea.Cmd {
	if msg.err != nil {
		return m.say(bad, prose.Sentence(msg.err))
	}
	return m.say(good, figure.Plural(msg.lines, "line")+" saved to "+termtext.Display(msg.path))
}

// Saver writes a file that the person asked for, under a name like the one given, and tells its path.
type Saver func(ctx context.Context, name string, content []byte) (path string, err error)

// badge gives the word for the data mode in force and the method that it came to, "" for the local side.
func (s remoteState) badge() string {
	if !s.remote {
		return ""
	}
	word := s.modeWord()
	if s.mode == ftpclient.ModeAuto && s.choice.Method != ftpclient.MethodNone {
		word += "→" + s.choice.Method.String()
	}
	return word
}

func (s remoteState) modeWord() string {
	return [...]string{
		ftpclient.ModeAuto: "AUTO", ftpclient.ModePassive: "PASV", ftpclient.ModeActive: "ACTV",
	}[s.mode]
}

// why tells in a few words how the way of data connections was chosen.
func (s remoteState) why() string {
	failed := &s.choice.Failed
	passive := failed[ftpclient.MethodEPSV] || failed[ftpclient.MethodPASV]
	switch m := s.choice.Method; {
	case !s.remote:
		return ""
	case s.mode != ftpclient.ModeAuto:
		return "as you chose"
	case m == ftpclient.MethodNone && slices.Contains(failed[:], true):
		return "nothing worked"
	case m == ftpclient.MethodNone:
		return "not tried yet"
	case failed[m]:
		return "fails now"
	case s.choice.Recalled:
		return "remembered"
	case m.Active() && passive:
		return "passive failed"
	case m == ftpclient.MethodPASV && failed[ftpclient.MethodEPSV]:
		return "EPSV failed"
	case m == ftpclient.MethodPORT && failed[ftpclient.MethodEPRT]:
		return "EPRT failed"
	}
	return "worked at once"
}

// methodWord names the method of data connections where the badge does not, "" where none of the mode has been made.
func (s remoteState) methodWord() string {
	m := s.choice.Method
	if s.mode == ftpclient.ModeAuto || m == ftpclient.MethodNone || m.Active() != (s.mode == ftpclient.ModeActive) {
		return ""
	}
	return m.String()
}
