package wire

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/tui/cell"
	"ferry/tui/figure"
	"ferry/tui/keymap"
	"ferry/tui/theme"
)

// Typing reports whether keys are letters of the filter.
func (p *Panel) Typing() bool { return p.typing }

// mostTyped bounds the text of a filter.
const mostTyped = 60

// Type takes a key while the filter is typed. The lines follow each letter.
func (p *Panel) Type(key tea.KeyMsg) {
	f := p.lines.kept
	switch key.Type {
	case tea.KeyEnter:
		p.typing = false
		return
	case tea.KeyEsc, tea.KeyCtrlC, tea.KeyCtrlG:
		p.typing, f.text = false, ""
	case tea.KeyCtrlU:
		f.text = ""
	case tea.KeyBackspace:
		_, n := utf8.DecodeLastRuneInString(f.text)
		f.text = f.text[:len(f.text)-n]
	case tea.KeyRunes, tea.KeySpace:
		for _, r := range key.Runes {
			if unicode.IsPrint(r) && len(f.text) < mostTyped {
				f.text += string(r)
			}
		}
	default:
		return
	}
	p.lines.filter(f)
}

const headName = " 4 Wire "

// appendHead appends "─ 4 Wire ── 2 control · 1 data ─────── AUTO→EPSV remembered ── v view · z zoom ─".
func (p *Panel) appendHead(b []byte) []byte {
	title, border, edge := theme.Title, theme.Border, "─"
	if p.look.Focused {
		title, border, edge = theme.TitleFocused, theme.BorderFocused, "▌"
	}
	room := max(p.look.W-1-len(headName), 0)
	b = cell.Paint(b, p.theme, border, edge)
	b = cell.Paint(b, p.theme, title, headName[:min(len(headName), max(p.look.W-1, 0))])
	badge, right := p.rightOfHead(room)
	middle, role := p.middleOfHead()
	used := termtext.Width(badge) + termtext.Width(right)
	dashes := min(2, room-used)
	middle = termtext.Truncate(middle, room-used-dashes)
	b = cell.Paint(b, p.theme, theme.Border, figure.Line(dashes))
	b = p.theme.AppendOn(b, role)
	b = append(append(b, middle...), theme.Off...)
	rest := room - used - dashes - termtext.Width(middle)
	b = figure.AppendLine(p.theme.AppendOn(b, theme.Border), rest)
	b = append(b, theme.Off...)
	b = cell.Paint(b, p.theme, p.look.Role, badge)
	return p.appendHints(b, right)
}

// appendHints appends words in a border.
func (p *Panel) appendHints(b []byte, hints string) []byte {
	for hints != "" {
		words, rest, line := strings.Cut(hints, "─")
		b = cell.Paint(b, p.theme, theme.Dim, words)
		if line {
			b = cell.Paint(b, p.theme, theme.Border, "─")
		}
		hints = rest
	}
	return b
}

// middleOfHead says what is shown: how many connections, or which lines.
func (p *Panel) middleOfHead() (string, theme.Role) {
	t := &p.lines
	switch {
	case p.typing:
		return " / " + termtext.Display(t.kept.text) + "▏ Enter keeps · Esc drops ", theme.Key
	case !t.kept.all():
		words := " only"
		if t.kept.of != (name{}) {
			words += " connection " + t.label(t.kept.of)
		}
		if t.kept.text != "" {
			words += " “" + termtext.Display(t.kept.text) + "”"
		}
		return words + " · Esc shows all ", theme.Warn
	case t.back > 0:
		return " " + figure.Count(t.back) + " newer lines below · G goes there ", theme.Warn
	}
	controls, datas := p.wires.board.count()
	if controls == 0 {
		return " nothing is connected ", theme.Dim
	}
	words := " " + figure.Count(controls) + " control"
	if datas > 0 {
		words += " · " + figure.Count(datas) + " data"
	}
	return words + " ", theme.Dim
}

// rightOfHead gives the badge and the keys, as far as there is room for them.
func (p *Panel) rightOfHead(room int) (badge, right string) {
	if p.look.Badge != "" {
		badge = " " + p.look.Badge + " "
	}
	why := " "
	if p.look.Why != "" {
		why = " " + p.look.Why + " "
	}
	least, need := p.worthOfMiddle()
	for _, c := range []struct {
		right string
		room  int // that the middle keeps
	}{
		{why + "── v view · / filter · f connection · z zoom ─", least},
		{why + "── v view · z zoom ─", least},
		{why + "─", need},
		{"─", need},
	} {
		if termtext.Width(badge)+termtext.Width(c.right)+c.room <= room {
			return badge, c.right
		}
	}
	return "", ""
}

// worthOfMiddle gives how many cells the middle of the head is worth beside hints, and beside the badge. Counts of
// connections are worth the same whatever they are, so that hints do not come and go with them.
func (p *Panel) worthOfMiddle() (least, need int) {
	const counts = 24
	words, _ := p.middleOfHead()
	need = termtext.Width(words) + 2
	if p.typing || !p.lines.kept.all() || p.lines.back > 0 {
		return max(counts, need), need
	}
	return counts, min(counts, need)
}

// ClickHead tells what lies at a column of the head: the badge of the data mode, or the hint of a key.
func (p *Panel) ClickHead(x int) (badge bool, key tea.KeyMsg, ok bool) {
	mark, right := p.rightOfHead(max(p.look.W-1-len(headName), 0))
	from := p.look.W - termtext.Width(right)
	if x >= from {
		key, ok = keymap.HintAt(right, x-from)
		return false, key, ok
	}
	return x >= from-termtext.Width(mark), key, false
}

// count counts the connections that stand.
func (b *board) count() (controls, datas int) {
	for _, cl := range b.clients {
		for _, c := range cl.conns {
			if c.state == closed || c.state == dialling {
				continue
			}
			controls++
			if c.data != nil {
				datas++
			}
		}
	}
	return controls, datas
}
