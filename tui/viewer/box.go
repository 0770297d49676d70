package viewer

import (
	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/figure"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

const mostFoot = 3 // rows of a long sentence

// Box draws the viewer over the whole screen.
func (v *Viewer) Box(w, h int) []string {
	v.w = max(w, 1)
	foot := v.foot()
	v.rows = max(h-1-len(foot), 1)
	body := v.body()
	for len(body) < v.rows {
		body = append(body, v.beyond(len(body)))
	}
	all := append([]string{v.head()}, body[:v.rows]...)
	return append(all, foot...)[:h]
}

func (v *Viewer) body() []string {
	switch {
	case v.win.lines == nil || len(v.win.data) == 0:
		return nil
	case v.hex:
		return v.hexRows()
	}
	return v.textRows()
}

// beyond is a row where there is nothing to show, and the first of them says why.
func (v *Viewer) beyond(row int) string {
	text := "~"
	switch {
	case row > 0:
	case v.problem != nil && len(v.win.data) == 0:
		text = ""
	case v.fetching:
		text = "fetching…"
	case len(v.win.data) == 0:
		text = "The file is empty."
	}
	return v.line(theme.Dim, " "+text)
}

// head says what is shown, how it is shown, and where in it.
func (v *Viewer) head() string {
	where := v.where()
	name := termtext.DisplayName(vfs.DisplayName(v.cfg.FS, v.cfg.Path))
	room := v.w - termtext.Width(where) - 3
	if room < 8 {
		where, room = "", v.w-2
	}
	return v.line(theme.Header, " "+termtext.Pad(termtext.Middle(name, max(room, 0)), max(room, 0))+" "+where+" ")
}

func (v *Viewer) where() string {
	how := "text"
	switch {
	case v.hex:
		how = "hex"
	case !v.nowrap:
		how = "text, wrapped"
	}
	size := v.cfg.Entry.Size
	if v.win.whole {
		size = v.win.end()
	}
	if size < 0 {
		return how + "  at " + figure.Size(v.top)
	}
	return how + "  " + figure.Size(size) + "  " + figure.Count(v.percent(size)) + "%"
}

// percent tells how much of the file lies above the lower edge of the screen.
func (v *Viewer) percent(size int64) int {
	if size <= 0 {
		return 100
	}
	bottom := v.win.end()
	if v.hex {
		bottom = min(bottom, v.top+int64(v.rows)*hexColumns)
	} else if next := v.win.lineAt(v.top) + v.rows; next < len(v.win.lines) {
		bottom = v.win.lines[next]
	}
	return figure.Percent(min(bottom, size), size)
}

// foot is what is being typed, what is under way, what went wrong, or the keys.
func (v *Viewer) foot() []string {
	t := v.cfg.Theme
	role, text := theme.KeyLabel, keysText(v.w)
	switch {
	case v.prompt != nil:
		return []string{v.prompt.draw(t, v.w)}
	case v.problem != nil:
		return v.complaint()
	case v.searching:
		role, text = theme.Note, " searching… Esc stops"
	case v.fetching:
		role, text = theme.Note, " fetching… Esc stops"
	case v.remark != "":
		role, text = theme.Text, " "+v.remark
	}
	return []string{v.line(role, text)}
}

// complaint says what went wrong, on several rows if it must.
func (v *Viewer) complaint() []string {
	var rows []string
	for _, text := range prose.Wrap("! "+prose.Sentence(v.problem), v.w-1) {
		rows = append(rows, v.line(theme.Bad, " "+text))
	}
	return rows[:min(len(rows), mostFoot)]
}

// line is a row in one role.
func (v *Viewer) line(r theme.Role, text string) string {
	return v.cfg.Theme.Paint(r, termtext.Pad(termtext.Truncate(text, v.w), v.w))
}

func keysText(w int) string {
	if w < 78 {
		return " q close  / search  x hex  w wrap  g G ends"
	}
	return " q close   / search   n N next, before   x hex or text   w wrap   g G top, end"
}
