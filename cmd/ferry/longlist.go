package main

import (
	"io"
	"io/fs"
	"strconv"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
)

// writeLong writes entries as ls -l does: permissions, owner and group where one of them is known, size in octets,
// time in the local zone, name.
func writeLong(w io.Writer, entries []vfs.Entry) error {
	rows := make([][]string, len(entries))
	widths := make([]int, longColumns)
	for i, e := range entries {
		rows[i] = longRow(e)
		for c, cell := range rows[i] {
			widths[c] = max(widths[c], termtext.Width(cell))
		}
	}
	for i, e := range entries {
		if _, err := io.WriteString(w, alignLong(rows[i], widths)+longName(e)+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// The columns before the name.
const (
	columnMode = iota
	columnOwner
	columnGroup
	columnSize
	columnTime
	longColumns
)

func longRow(e vfs.Entry) []string {
	row := make([]string, longColumns)
	row[columnMode] = modeWord(e)
	row[columnOwner], row[columnGroup] = termtext.Display(e.Owner), termtext.Display(e.Group)
	row[columnSize], row[columnTime] = "-", timeWord(e)
	if e.Type == vfs.File && e.Size >= 0 {
		row[columnSize] = strconv.FormatInt(e.Size, 10)
	}
	return row
}

func alignLong(row []string, widths []int) string {
	line := ""
	for c, cell := range row {
		switch {
		case widths[c] == 0: // nobody's owner is known
		case c == columnSize:
			line += termtext.PadLeft(cell, widths[c]) + " "
		default:
			line += termtext.Pad(cell, widths[c]) + " "
		}
	}
	return line
}

func longName(e vfs.Entry) string {
	name := termtext.DisplayName(e.Name)
	if e.Type == vfs.Link && e.Target != "" {
		name += " -> " + termtext.DisplayName(e.Target)
	}
	return name
}

func timeWord(e vfs.Entry) string {
	switch {
	case e.ModTime.IsZero() || e.Precision == vfs.PrecisionNone:
		return "-"
	case e.Precision == vfs.PrecisionDay:
		return e.ModTime.Format("2006-01-02") // a day belongs to no zone
	}
	return e.ModTime.Local().Format("2006-01-02 15:04")
}

// modeWord gives "drwxr-xr-x"; permissions that are not known are question marks.
func modeWord(e vfs.Entry) string {
	kind := map[vfs.Type]string{vfs.File: "-", vfs.Dir: "d", vfs.Link: "l", vfs.Other: "?"}[e.Type]
	if !e.ModeKnown {
		return kind + "?????????"
	}
	word := []byte(kind + "rwxrwxrwx")
	bits := unixBits(e)
	for i := range 9 {
		if bits&(0o400>>i) == 0 {
			word[1+i] = '-'
		}
	}
	for _, special := range []struct {
		bit  uint32
		at   int
		sign byte
	}{{0o4000, 3, 's'}, {0o2000, 6, 's'}, {0o1000, 9, 't'}} {
		if bits&special.bit == 0 {
			continue
		}
		if word[special.at] == '-' {
			special.sign -= 'a' - 'A' // without the right to execute it is a capital
		}
		word[special.at] = special.sign
	}
	return string(word)
}

// unixBits gives the twelve bits of permissions as chmod writes them.
func unixBits(e vfs.Entry) uint32 {
	bits := uint32(e.Mode.Perm())
	if e.Mode&fs.ModeSetuid != 0 {
		bits |= 0o4000
	}
	if e.Mode&fs.ModeSetgid != 0 {
		bits |= 0o2000
	}
	if e.Mode&fs.ModeSticky != 0 {
		bits |= 0o1000
	}
	return bits
}
