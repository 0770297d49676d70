package tui

import (
	"fmt"
	"strings"
	"testing"

	"ferry/internal/vfs"
	"ferry/tui/theme"
)

// viewed is the file of the pictures.
const viewed = `<!-- The landing page -->
<!DOCTYPE html>
<html lang="vi">
<head>
	<title>Đà Lạt — 漢字</title>
	<link rel="stylesheet" href="css/site.css">
</head>
<body class="start">
	<p>A line that is long enough to be wrapped at eighty columns, because it says much about very little indeed.</p>
</body>
</html>
`

func withPage(h *harness, d *Deps) {
	h.local.data["/home/alice/projects/site/index.html"] = []byte(viewed)
	e := h.local.entries["/home/alice/projects/site/index.html"]
	e.Size = int64(len(viewed))
	h.local.entries["/home/alice/projects/site/index.html"] = e
}

// toFile moves the cursor to an entry.
func (h *harness) toFile(name string) {
	h.t.Helper()
	for range 40 {
		if e, _ := h.m.active().Current(); e.Name == name {
			return
		}
		h.press("j")
	}
	h.t.Fatalf("there is no %s", name)
}

func TestFramesOfTheViewer(t *testing.T) {
	for _, size := range [][2]int{{200, 60}, {120, 36}, {80, 24}, {60, 20}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1], withPage).ready()
			h.toFile("index.html")
			h.press("f3")
			h.shows("The landing page")
			h.until("the colours", func() bool {
				return strings.Contains(h.m.View(), h.m.deps.Theme.Paint(theme.Good, `"vi"`))
			})
			h.frame("view")
			h.press("x")
			h.shows("3c 21 2d 2d")
			h.frame("view-hex")
			h.press("q")
			h.gone("The landing page")
		})
	}
}

func TestEnterShowsAFileAndTheWayOutIsEsc(t *testing.T) {
	h := start(t, 120, 36, withPage).ready()
	h.toFile("index.html")
	h.press("enter")
	h.shows("stylesheet")
	h.press("esc")
	h.gone("stylesheet")
}

func TestOnlyFilesAreViewed(t *testing.T) {
	h := start(t, 120, 36, func(h *harness, d *Deps) {
		h.local.put("/home/alice/projects/site/pipe", vfs.Entry{Type: vfs.Other})
	}).ready()
	h.press("f3")
	h.shows("A folder is entered, not viewed")
	h.toFile("pipe")
	h.press("f3")
	h.shows("neither a file nor a folder")
}

func TestMovingRightNeverOpensAFile(t *testing.T) {
	h := start(t, 120, 36, withPage).ready()
	h.toFile("index.html")
	h.press("l")
	h.shows("This is no folder; Enter shows what is in the file.")
	h.press("right")
	if len(h.m.dialogs) != 0 {
		t.Error("a file was opened")
	}
	h.press("home", "j", "right")
	h.until("the folder", func() bool { return strings.HasSuffix(h.dir(0), "/assets") })
}
