package pane

import (
	"errors"

	"ferry/internal/vfs"
)

// connected is what a file system on a server tells without waiting.
type connected interface{ Connected() bool }

// isLost reports whether an error means that the connection is gone, so that the rows are only what was last seen.
func (p *Pane) isLost(err error) bool {
	c, remote := p.fs.(connected)
	return !p.local && (errors.Is(err, vfs.ErrLost) || remote && !c.Connected())
}

// Lost tells the pane that its connection is gone. It keeps its path and its rows, and is offline until a listing has
// come. A listing under way will tell itself how it ended.
func (p *Pane) Lost() {
	if p.offline || p.dir == "" || p.reading != nil {
		return
	}
	p.offline = true
	p.notice = notice{
		text: "The connection is lost. These rows are what was last seen.", hint: "R connects again", bad: true,
	}
	p.changed()
	p.scroll()
}

// Offline reports whether the rows are only what was last seen before the connection was lost.
func (p *Pane) Offline() bool { return p.offline }
