package viewer

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"ferry/internal/termtext"
	"ferry/tui/theme"
)

const hexColumns = 16 // octets in a row

// hexRows draws the rows of octets on the screen: their offset, their numbers, their letters.
func (v *Viewer) hexRows() []string {
	var out []string
	for off := v.top; off < v.win.end() && len(out) < v.rows; off += hexColumns {
		out = append(out, v.hexRow(off))
	}
	return out
}

func (v *Viewer) hexRow(off int64) string {
	t := v.cfg.Theme
	octets := v.win.octets(off, hexColumns)
	var numbers, letters strings.Builder
	for i := range hexColumns {
		if i == hexColumns/2 {
			numbers.WriteByte(' ')
		}
		if i >= len(octets) {
			numbers.WriteString("   ")
			continue
		}
		number, letter := fmt.Sprintf("%02x ", octets[i]), "."
		if octets[i] >= ' ' && octets[i] < 0x7f {
			letter = string(rune(octets[i]))
		}
		if v.isHit(off + int64(i)) {
			number, letter = t.Paint(theme.Found, number[:2])+" ", t.Paint(theme.Found, letter)
		}
		numbers.WriteString(number)
		letters.WriteString(letter)
	}
	row := t.Paint(theme.Dim, fmt.Sprintf("%08x  ", off)) + numbers.String() + " " + letters.String()
	return fit(row, v.w)
}

// isHit reports whether the octet belongs to what was found.
func (v *Viewer) isHit(off int64) bool {
	return v.hit >= 0 && off >= v.hit && off < v.hit+int64(len(v.needle))
}

// fit cuts or fills a painted row to w cells.
func fit(row string, w int) string {
	row = ansi.Truncate(row, w, "")
	return row + strings.Repeat(" ", max(w-termtext.Width(row), 0))
}
