package tui

import (
	"strconv"
	"strings"

	"ferry/ftpclient"
	"ferry/internal/termtext"
	"ferry/tui/cell"
	"ferry/tui/figure"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

// remoteState is what a pane's connection was last seen to be; the zero remoteState is that of the local side.
type remoteState struct {
	remote    bool
	id        string // safe to draw
	connected bool
	mode      ftpclient.Mode
	choice    ftpclient.MethodChoice
	tls       string // the version; "" in the clear
	said      string // the features, separated by blanks, safe to draw
}

// sampleRemotes looks at the connections of the panes.
func (m *Model) sampleRemotes() {
	for i, p := range m.panes {
		s := remoteState{}
		if r, ok := p.FS().(Remote); ok {
			s = remoteState{
				remote: true, id: termtext.Display(p.FS().ID()), connected: r.Connected(), mode: r.Mode(),
				choice: r.DataChoice(), tls: r.Security(), said: termtext.Display(strings.Join(r.Features(), " ")),
			}
		}
		m.dirty = m.dirty || s != m.remotes[i]
		m.notePresence(i, m.remotes[i], s)
		m.remotes[i] = s
	}
}

func (s remoteState) role() theme.Role {
	if s.mode == ftpclient.ModeActive || s.mode == ftpclient.ModeAuto && s.choice.Method.Active() {
		return theme.BadgeActive
	}
	return theme.BadgePassive
}

// encrypted gives the word for the security of the connection, "" while there is none.
func (s remoteState) encrypted() (string, theme.Role) {
	switch {
	case s.tls != "":
		return strings.ReplaceAll(s.tls, " ", ""), theme.BadgeTLS
	case !s.connected:
		return "", theme.Header
	}
	return "PLAIN", theme.BadgePlain
}

// strip collects painted pieces of a line above one background and counts their cells.
type strip struct {
	theme *theme.Theme
	back  theme.Role
	b     []byte
	cells int
}

func (s *strip) add(r theme.Role, text string) {
	s.b = s.theme.AppendOn(append(s.b, theme.Off...), s.back)
	if r != s.back {
		s.b = s.theme.AppendOn(s.b, r)
	}
	s.b = append(s.b, text...)
	s.cells += termtext.Width(text)
}

// finish puts right at the end of w cells, if there is room, and ends the line.
func (s *strip) finish(r theme.Role, right string, w int) []byte {
	room := w - s.cells
	if room < termtext.Width(right)+1 {
		right = ""
	}
	s.add(s.back, "")
	s.b = cell.Blanks(s.b, room-termtext.Width(right))
	s.add(r, right)
	return append(s.b, theme.Off...)
}

// appendHeader appends the first line: the connection, how it stands, and the sums of the queue.
func (m *Model) appendHeader(b []byte) []byte {
	i, ok := m.headerPane()
	m.header.badge = rect{}
	s := strip{theme: m.deps.Theme, back: theme.Header, b: b}
	s.add(theme.DialogTitle, " ferry  ")
	if wait := m.countdown(); wait != "" {
		s.add(theme.Warn, wait)
		s.add(theme.Header, " ")
	}
	right := m.sums()
	room := m.w - s.cells - termtext.Width(right)
	if !ok {
		s.add(theme.Header, termtext.Truncate("no connection · "+m.key(keymap.Connect)+" connects", room))
		return s.finish(theme.Header, right, m.w)
	}
	if key := (headerKey{i, room, m.remotes[i]}); m.header.key != key {
		m.header.key, m.header.parts = key, m.headerParts(i, room)
	}
	mode := " " + m.remotes[i].modeWord()
	for _, p := range m.header.parts {
		if strings.HasPrefix(p.text, mode) {
			m.header.badge = rect{s.cells, 0, termtext.Width(p.text), 1}
		}
		s.add(p.role, p.text)
	}
	return s.finish(theme.Header, right, m.w)
}

// headerPane chooses the connection that the header tells about: that of the active pane, else the other's.
func (m *Model) headerPane() (int, bool) {
	for _, i := range []int{m.chosen.active, 1 - m.chosen.active} {
		if m.remotes[i].remote {
			return i, true
		}
	}
	return 0, false
}

// headerKey is all that the parts of the header depend on; they are kept until that changes.
type headerKey struct {
	pane, room int
	state      remoteState
}

type part struct {
	role theme.Role
	text string
}

// headerParts tells about a connection in the room there is: what matters least is left out first.
func (m *Model) headerParts(i, room int) []part {
	r := m.remotes[i]
	word, role := r.encrypted()
	state, stateRole := "● connected", theme.Good
	if !r.connected {
		state, stateRole = "○ not connected", theme.Warn
	}
	sign, badge := string([]rune(state)[:1]), r.badge()
	if room < minID+termtext.Width(badge)+roomAround {
		badge = r.modeWord()
	}
	with := func(id, state, gap, word string) []part {
		return []part{
			{theme.Header, strconv.Itoa(i+1) + " " + id + gap},
			{stateRole, state},
			{theme.Header, " "},
			{r.role(), " " + badge + " "},
			{theme.Header, " "},
			{role, word},
		}
	}
	long, parts := with(r.id, state, "  ", word), with(r.id, sign, " ", word)
	why := "  " + r.why()
	if word == "" {
		why = why[1:] // not connected yet, or no more
	}
	switch left := room - termtext.Width(why); {
	case cells(long) < left:
		return r.told(long, why, room)
	case cells(parts) < left && r.connected:
		return r.told(parts, why, room)
	case cells(long) < room:
		return long
	}
	if cells(parts)-termtext.Width(r.id)+minID > room {
		word = ""
	}
	fixed := cells(with("", sign, " ", word))
	return with(termtext.Middle(r.id, max(room-fixed-1, 0)), sign, " ", word)
}

// told adds how the mode was chosen, and what else there is room for.
func (s remoteState) told(parts []part, why string, room int) []part {
	parts = append(parts, part{theme.Header, why})
	return append(parts, part{theme.Header, s.features(room - cells(parts) - 2)})
}

// roomAround is what the header needs beside the name of the connection and the badge.
const roomAround = 8

// minID is how many cells of a connection's name are worth more than a word about its security.
const minID = 12

// features gives the method of the data connections and as many features as fit.
func (s remoteState) features(room int) string {
	words := strings.Fields(s.said)
	if method := s.methodWord(); method != "" {
		words = append([]string{method}, words...)
	}
	line := ""
	for _, w := range words {
		if len(line)+2+len(w) > room {
			break
		}
		if line == "" {
			line = " "
		}
		line += " " + w
	}
	return line
}

func cells(parts []part) int {
	n := 0
	for _, p := range parts {
		n += termtext.Width(p.text)
	}
	return n
}

// sums gives speeds and counts of the queue: "↑ 47.9M/s  ↓ 0  2 active 3 wait 1 fail ".
func (m *Model) sums() string {
	t := m.transfers.Totals()
	if m.w < allColumnsFrom {
		return tightSums(t.UpSpeed, t.DownSpeed, t.Running, t.Waiting, t.Failed)
	}
	var words []string
	for _, c := range []struct {
		n    int
		word string
	}{{t.Running, "active"}, {t.Waiting, "wait"}, {t.Failed, "fail"}} {
		if c.n > 0 {
			words = append(words, figure.Count(c.n)+" "+c.word)
		}
	}
	s := "↑ " + figure.Speed(t.UpSpeed) + "  ↓ " + figure.Speed(t.DownSpeed) + " "
	if len(words) > 0 {
		s += " " + strings.Join(words, " ") + " "
	}
	return s
}

func tightSums(up, down float64, running, waiting, failed int) string {
	s := ""
	if up >= 1 || down < 1 && running > 0 {
		s += "↑" + figure.Speed(up) + " "
	}
	if down >= 1 {
		s += "↓" + figure.Speed(down) + " "
	}
	if running+waiting > 0 {
		s += strconv.Itoa(running) + "+" + strconv.Itoa(waiting) + " "
	}
	if failed > 0 {
		s += "!" + strconv.Itoa(failed) + " "
	}
	return s
}

func percent(moved, size int64) string { return strconv.Itoa(figure.Percent(moved, size)) + "%" }
