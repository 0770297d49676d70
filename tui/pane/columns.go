package pane

import (
	"ferry/internal/termtext"
	"ferry/tui/cell"
	"ferry/tui/figure"
	"ferry/tui/theme"
)

// The cells of a row: mark, icon, name, size, date, permissions, and owner with group.
const (
	markCells  = 2
	iconCells  = 2
	sizeCells  = 7 // a blank between it and the name included
	dateCells  = figure.DateWidth + 1
	permCells  = 10
	ownerCells = 17
)

// The widths of a pane from which on a column is shown: the narrower it is, the more of them give way to the name.
const (
	sizeFrom  = 22
	dateFrom  = 34
	permFrom  = 49
	ownerFrom = 84
)

// columns says what a row tells beside the name.
type columns struct{ sign, icon, size, date, perm, owner bool }

func columnsFor(l *Look, owners, signs bool) columns {
	return columns{
		sign: signs, icon: l.Icons, size: l.W >= sizeFrom, date: l.W >= dateFrom, perm: l.W >= permFrom,
		owner: l.W >= ownerFrom && owners,
	}
}

// before gives the cells in front of the name, behind those behind it.
func (c columns) before() int { return markCells + given(c.sign, signCells) + given(c.icon, iconCells) }

func (c columns) behind() int {
	return given(c.size, sizeCells) + given(c.date, dateCells) + given(c.perm, permCells) + given(c.owner, ownerCells)
}

func given(shown bool, cells int) int {
	if shown {
		return cells
	}
	return 0
}

// appendOwner appends "alice:users".
func (p *Pane) appendOwner(b []byte, r *row) []byte {
	text := termtext.DisplayName(r.entry.Owner)
	if r.entry.Group != "" {
		text += ":" + termtext.DisplayName(r.entry.Group)
	}
	b = append(b, ' ')
	return cell.Field(b, termtext.Truncate(text, ownerCells-1), p.look.X+p.look.W-ownerCells+1, ownerCells-1)
}

// appendIcon appends the sign of a kind of file. Terminals differ in how wide they draw it.
func (p *Pane) appendIcon(b []byte, paint brush, r *row) []byte {
	icon, role := iconOf(r)
	b = cell.Erase(paint.begin(b, role), iconCells)
	b = append(append(b, icon...), ' ')
	return paint.end(cell.Column(b, p.look.X+p.columns().before()))
}

// iconOf gives a glyph of the fonts that programmers patch ("Nerd Fonts"); nil is the way up.
func iconOf(r *row) (string, theme.Role) {
	switch {
	case r == nil:
		return "\uf062", theme.Folder
	case r.entry.IsDir():
		return "\uf07b", theme.Folder
	case r.isLink():
		return "\uf0c1", theme.Link
	}
	if icon, ok := icons[extension(r.entry.Name)]; ok {
		return icon, theme.Dim
	}
	if r.executable() {
		return "\uf013", theme.Executable
	}
	return "\uf15b", theme.Dim
}

const (
	iconText, iconCode, iconImage   = "\uf15c", "\uf1c9", "\uf1c5"
	iconSound, iconFilm, iconPacked = "\uf1c7", "\uf1c8", "\uf1c6"
)

// icons is read only.
var icons = map[string]string{
	"txt": iconText, "md": iconText, "log": iconText, "pdf": "\uf1c1", "csv": "\uf1c3", "xlsx": "\uf1c3", "docx": "\uf1c2",
	"go": iconCode, "c": iconCode, "h": iconCode, "py": iconCode, "js": iconCode, "ts": iconCode, "rs": iconCode,
	"html": iconCode, "css": iconCode, "php": iconCode, "sh": iconCode, "json": iconCode, "xml": iconCode, "yml": iconCode,
	"jpg": iconImage, "jpeg": iconImage, "png": iconImage, "gif": iconImage, "webp": iconImage, "svg": iconImage,
	"mp3": iconSound, "flac": iconSound, "ogg": iconSound, "wav": iconSound, "mp4": iconFilm, "mkv": iconFilm,
	"mov": iconFilm, "webm": iconFilm, "zip": iconPacked, "gz": iconPacked, "xz": iconPacked, "zst": iconPacked,
	"bz2": iconPacked, "tar": iconPacked, "7z": iconPacked, "rar": iconPacked, "iso": iconPacked,
}
