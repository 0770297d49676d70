package tui

import (
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/ftpclient"
	"ferry/tui/wire"
)

// noticeWaits begins to count down when a server has asked to be left alone for a while, and ends it when the
// connection goes on. Of two servers that ask at the same time the later one counts.
func (m *Model) noticeWaits(events []wire.Event) tea.Cmd {
	for _, e := range events {
		switch {
		case e.Wait > 0:
			m.waitsUntil = e.At.Add(e.Wait)
		case e.Kind == ftpclient.EventDialing, e.Kind == ftpclient.EventReady:
			m.waitsUntil = time.Time{}
		}
	}
	if m.waitLeft() > 0 {
		return m.tick()
	}
	return nil
}

// waitLeft is how long nothing will happen, since a server asked for that.
func (m *Model) waitLeft() time.Duration { return max(m.waitsUntil.Sub(m.now), 0) }

// countdown tells it for the header; "" while nobody is waited for.
func (m *Model) countdown() string {
	left := m.waitLeft()
	if left <= 0 {
		return ""
	}
	seconds := int((left + time.Second - 1) / time.Second)
	words := " server says wait "
	if m.w < allColumnsFrom {
		words = " wait "
	}
	return words + strconv.Itoa(seconds/60) + ":" + strconv.Itoa(seconds%60/10) + strconv.Itoa(seconds%10) + " "
}
