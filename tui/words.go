package tui

import (
	"net/url"
	"strings"

	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui/dialog"
	"ferry/tui/figure"
)

func isLink(e vfs.Entry) bool { return e.Type == vfs.Link }

// nameOf gives an entry's name, safe to draw, with the sign of its type.
func nameOf(f vfs.FS, e vfs.Entry) string {
	n := termtext.DisplayName(vfs.DisplayName(f, e.Name))
	switch e.Type {
	case vfs.Dir:
		return n + "/"
	case vfs.Link:
		return n + "@"
	}
	return n
}

// count says what entries are: "3 files and 2 folders".
func count(entries []vfs.Entry) string {
	files, folders, links := 0, 0, 0
	for _, e := range entries {
		switch e.Type {
		case vfs.Dir:
			folders++
		case vfs.Link:
			links++
		default:
			files++
		}
	}
	var parts []string
	for _, c := range []struct {
		n    int
		word string
	}{{files, "file"}, {folders, "folder"}, {links, "link"}} {
		if c.n > 0 {
			parts = append(parts, figure.Plural(c.n, c.word))
		}
	}
	if len(parts) == 3 {
		return parts[0] + ", " + parts[1] + " and " + parts[2]
	}
	return strings.Join(parts, " and ")
}

// where names a file system in a sentence: the server's host, or this machine.
func where(f vfs.FS) string {
	if isLocal(f) {
		return "this machine"
	}
	if u, err := url.Parse(f.ID()); err == nil && u.Host != "" {
		return termtext.Display(u.Host)
	}
	return termtext.Display(f.ID())
}

// hostOf names the server of a file system as shortly as can be.
func hostOf(f vfs.FS) string {
	if u, err := url.Parse(f.ID()); err == nil && u.Hostname() != "" {
		return termtext.Display(u.Hostname())
	}
	return where(f)
}

// mostNames bounds the names that a dialog lists.
const mostNames = 6

// names gives lines with the names of entries, the first of them.
func names(f vfs.FS, entries []vfs.Entry) []dialog.Line {
	var lines []dialog.Line
	for i, e := range entries {
		if i == mostNames && len(entries) > mostNames+1 {
			return append(lines, dialog.Line{Text: "  … and " + figure.Count(len(entries)-i) + " more"})
		}
		lines = append(lines, dialog.Line{Text: "  " + termtext.Middle(nameOf(f, e), 50), Cut: true})
	}
	return lines
}
