package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"ferry/internal/termtext"
	"ferry/queue"
	"ferry/tui/figure"

	"golang.org/x/term"
)

// redrawEvery is the least time between two pictures of the bars.
const redrawEvery = 100 * time.Millisecond

// bars shows running transfers, one line each, and a total below them, whenever the queue has news. It is not safe for
// concurrent use.
type bars struct {
	console *console
	running map[queue.ItemID]queue.Item
	size    func() (width, height int)
}

func newBars(c *console) *bars {
	return &bars{console: c, running: map[queue.ItemID]queue.Item{}, size: screenSize}
}

// screenSize gives the cells of the terminal behind standard error, 80x24 where it does not tell.
func screenSize() (width, height int) {
	width, height, err := term.GetSize(int(os.Stderr.Fd()))
	if err != nil || width <= 0 || height <= 0 {
		return 80, 24
	}
	return width, height
}

func (b *bars) show(n queue.News) {
	for _, it := range n.Items {
		if it.State == queue.Running {
			b.running[it.ID] = it
		} else {
			delete(b.running, it.ID)
		}
	}
	for _, id := range n.Removed {
		delete(b.running, id)
	}
	b.console.Bars(b.lines(n.Totals))
}

func (b *bars) end() { b.console.Bars(nil) }

// lines cuts all to the width of the terminal, less one cell, so that no terminal breaks a line.
func (b *bars) lines(t queue.Totals) []string {
	if t.Idle() {
		return nil
	}
	width, height := b.size()
	width--
	var lines []string
	for _, id := range slices.Sorted(maps.Keys(b.running)) {
		if len(lines) == max(height-2, 0) {
			break
		}
		lines = append(lines, termtext.Truncate(itemLine(b.running[id], width), width))
	}
	return append(lines, termtext.Truncate(totalLine(t), width))
}

const (
	barCells     = 20
	figuresCells = 1 + barCells + len(" 100%  1023K/1023K  1023K/s  00:00 ")
	shortestName = 12
)

func itemLine(it queue.Item, width int) string {
	sign := map[queue.Direction]string{queue.Up: "↑ ", queue.Down: "↓ "}[it.Direction]
	name := termtext.DisplayName(it.Name)
	cells := max(width-figuresCells-len("x "), shortestName)
	bar, filled := figure.AppendBarDone(nil, it.Moved, it.Size, barCells)
	return cmp.Or(sign, "→ ") + termtext.Pad(termtext.Middle(name, cells), cells) + " " + string(bar) +
		figure.Line(barCells-filled) + fmt.Sprintf(" %3d%%  %11s  %7s  %s", figure.Percent(it.Moved, it.Size),
		figure.Of(it.Moved, it.Size), figure.Speed(it.Speed), figure.Left(it.Left))
}

func totalLine(t queue.Totals) string {
	all := t.Waiting + t.Running + t.Done + t.Failed + t.Skipped + t.Cancelled
	text := fmt.Sprintf("%d of %s", t.Done, figure.Plural(all, "file"))
	if t.Planning > 0 {
		text += " so far"
	}
	text += fmt.Sprintf("  %s  %s  %s left", figure.Of(t.Moved, t.Size), figure.Speed(max(t.UpSpeed, t.DownSpeed)),
		figure.Left(t.Left))
	if t.Failed > 0 {
		text += fmt.Sprintf("  %d failed", t.Failed)
	}
	return text
}
