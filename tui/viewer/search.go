package viewer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/theme"
)

const scanPiece = 1 << 20 // octets that a search looks at in one go

// find gives the place of a needle in a text: capitals count only if the needle has some.
func find(text, needle string) int {
	if needle == "" {
		return -1
	}
	if hasCapitals(needle) {
		return strings.Index(text, needle)
	}
	return strings.Index(asciiLower(text), needle)
}

func findLast(text, needle string) int {
	if hasCapitals(needle) {
		return strings.LastIndex(text, needle)
	}
	return strings.LastIndex(asciiLower(text), needle)
}

func hasCapitals(s string) bool { return asciiLower(s) != s }

// asciiLower changes no octet but A to Z, so that places stay what they are.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// foundMsg tells where a search ended.
type foundMsg struct {
	viewer *Viewer
	req    int
	at     int64 // negative: nowhere
	err    error
}

// Deliver goes where the text was found.
func (m foundMsg) Deliver() tea.Cmd {
	v := m.viewer
	if v.req != m.req {
		return nil
	}
	v.searching = false
	switch {
	case m.err != nil:
		v.problem = m.err
	case m.at < 0:
		v.remark = "Nothing more matches " + termtext.Display(v.needle) + "."
	default:
		v.hit = m.at
		return v.goTo(m.at)
	}
	return nil
}

// search looks for the needle from what was found last, or from the top of the screen: first in what is held, then
// through the rest of the file.
func (v *Viewer) search(direction int) tea.Cmd {
	if v.needle == "" {
		v.prompt = newPrompt()
		return nil
	}
	from := v.top
	if v.hit >= 0 && v.onScreen(v.hit) {
		from = v.hit + 1
		if direction < 0 {
			from = v.hit
		}
	}
	if at := v.searchHeld(from, direction); at >= 0 {
		v.hit = at
		return v.show(at)
	}
	if direction < 0 && v.win.off == 0 || direction > 0 && v.win.whole {
		v.remark = "Nothing more matches " + termtext.Display(v.needle) + "."
		return nil
	}
	return v.scan(direction)
}

// show moves only if the place is not on the screen.
func (v *Viewer) show(at int64) tea.Cmd {
	if v.onScreen(at) {
		return nil
	}
	return v.goTo(at)
}

func (v *Viewer) onScreen(at int64) bool {
	if at < v.top {
		return false
	}
	if v.hex {
		return at < v.top+int64(v.rows)*hexColumns
	}
	return v.win.lineAt(at) < v.win.lineAt(v.top)+max(v.rows-1, 1)
}

func (v *Viewer) searchHeld(from int64, direction int) int64 {
	at := min(max(from-v.win.off, 0), int64(len(v.win.data)))
	if direction < 0 {
		return offset(v.win.off, findLast(string(v.win.data[:at]), v.needle))
	}
	return offset(v.win.off+at, find(string(v.win.data[at:]), v.needle))
}

func offset(base int64, i int) int64 {
	if i < 0 {
		return -1
	}
	return base + int64(i)
}

// scan searches beyond what is held, in a command.
func (v *Viewer) scan(direction int) tea.Cmd {
	from := max(v.win.end()-int64(len(v.needle)), 0)
	if direction < 0 {
		from = v.win.off + int64(len(v.needle))
	}
	v.stop()
	ctx, cancel := context.WithCancel(v.cfg.Context)
	v.cancel, v.searching, v.problem = cancel, true, nil
	msg, needle := foundMsg{viewer: v, req: v.req}, v.needle
	return func() tea.Msg {
		defer cancel()
		if direction < 0 {
			msg.at, msg.err = v.scanBack(ctx, from, needle)
		} else {
			msg.at, msg.err = v.scanOn(ctx, from, needle)
		}
		return msg
	}
}

// scanOn reads from an offset to the end of the file, in one go.
func (v *Viewer) scanOn(ctx context.Context, from int64, needle string) (found int64, err error) {
	found = -1
	err = vfs.Do(ctx, v.cfg.FS, vfs.Browse, func(s vfs.Session) error {
		r, err := s.Open(ctx, v.cfg.Path, from)
		if err != nil {
			return err
		}
		found, err = scanReader(r, from, needle)
		if cerr := r.Close(); err == nil {
			err = cerr
		}
		return err
	})
	return found, err
}

// scanReader keeps the end of each piece, since what is searched may lie across two.
func scanReader(r vfs.Reader, at int64, needle string) (int64, error) {
	buf, kept := make([]byte, scanPiece), 0
	for {
		n, err := touching{r}.Read(buf[kept:])
		n += kept
		if i := find(string(buf[:n]), needle); i >= 0 {
			return at + int64(i), nil
		}
		if errors.Is(err, io.EOF) {
			return -1, nil
		}
		if err != nil {
			return -1, err
		}
		kept = min(len(needle)-1, n)
		at += int64(n - kept)
		copy(buf, bytes.Clone(buf[n-kept:n]))
	}
}

// scanBack reads pieces from an offset to the beginning of the file.
func (v *Viewer) scanBack(ctx context.Context, to int64, needle string) (int64, error) {
	for to > 0 {
		from := max(to-scanPiece, 0)
		data, _, err := v.read(ctx, from, int(to-from))
		if err != nil {
			return -1, err
		}
		if i := findLast(string(data), needle); i >= 0 {
			return from + int64(i), nil
		}
		if from == 0 {
			break
		}
		to = from + int64(len(needle)) - 1
	}
	return -1, nil
}

// prompt is the line in which a text to search is typed.
type prompt struct{ text []rune }

func newPrompt() *prompt { return &prompt{} }

// typed takes a key into the prompt.
func (v *Viewer) typed(key tea.KeyMsg) tea.Cmd {
	switch key.Type {
	case tea.KeyEnter:
		v.needle, v.hit = string(v.prompt.text), -1
		v.prompt = nil
		if v.needle == "" {
			return nil
		}
		return v.search(1)
	case tea.KeyEsc, tea.KeyCtrlC, tea.KeyCtrlG:
		v.prompt = nil
	case tea.KeyBackspace:
		v.prompt.text = v.prompt.text[:max(len(v.prompt.text)-1, 0)]
	case tea.KeyCtrlU:
		v.prompt.text = nil
	case tea.KeyRunes, tea.KeySpace:
		v.prompt.text = append(v.prompt.text, key.Runes...)
	}
	return nil
}

func (p *prompt) draw(t *theme.Theme, w int) string {
	text := termtext.Display(string(p.text))
	line := t.Paint(theme.Key, " /") + t.Paint(theme.FieldFocused, text) + "\x1b[7m " + theme.Off
	return fit(line, w)
}
