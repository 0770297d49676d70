package transfers

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"ferry/internal/vfs"
	"ferry/queue"
	"ferry/tui/keymap"
	"ferry/tui/theme"
	"ferry/tui/tuitest"
)

var noon = time.Date(2026, 11, 21, 12, 4, 31, 0, time.UTC)

// sample is a queue with an item in each state.
func sample() queue.News {
	var items []queue.Item
	add := func(d queue.Direction, name string, s queue.State, moved, size int64) *queue.Item {
		it := queue.Item{
			ID: queue.ItemID(len(items) + 1), Batch: 1, Direction: d, FromID: "local", ToID: "ftp://alice@ftp.example.org",
			Name: name, State: s, Moved: moved, Size: size, Left: -1, Place: int64(len(items)),
		}
		if d == queue.Down {
			it.FromID, it.ToID = it.ToID, it.FromID
		}
		items = append(items, it)
		return &items[len(items)-1]
	}
	hero := add(queue.Up, "img/hero-4k.mov", queue.Running, 1288490189, 2469606195)
	hero.Speed, hero.Left = 24.1*(1<<20), 46*time.Second
	backup := add(queue.Up, "数据备份-2026.tar.gz", queue.Running, 102760448, 1288490189)
	backup.Speed, backup.Left = 23.8*(1<<20), 47*time.Second
	add(queue.Down, "logs/access.log.1", queue.Running, 0, 4096).Elsewhere = true
	add(queue.Up, "index.html", queue.Asking, 0, 18637)
	denied := add(queue.Up, "main.js", queue.Failed, 107520, 319488)
	denied.Reason = &vfs.Failure{
		Step: "write /www/site/main.js", On: "ftp.example.org:21", Said: "550 Permission denied.", Kind: fs.ErrPermission,
	}
	add(queue.Up, "css/site.css", queue.Waiting, 0, 2202009)
	add(queue.Up, "css/print.css", queue.Paused, 600, 1200)
	lost := add(queue.Down, "logs/access.log.2", queue.Retrying, 4096, 92274688)
	lost.Reason, lost.Until = vfs.ErrLost, noon.Add(12*time.Second)
	add(queue.Up, "later.bin", queue.Waiting, 0, 1<<30).Until = noon.Add(2 * time.Hour)
	add(queue.Down, "logs/access.log.3", queue.Done, 92274688, 92274688).Proof = queue.ProofHash
	add(queue.Down, "logs/access.log.4", queue.Done, 92274688, 92274688).Proof = queue.ProofSize
	add(queue.Across, "old.txt", queue.Skipped, 0, 120).Reason = fs.ErrExist
	add(queue.Up, "gone.txt", queue.Cancelled, 0, 120)
	return queue.News{Items: items, Totals: queue.Totals{
		Waiting: 2, Running: 3, Paused: 1, Retrying: 1, Asking: 1, Done: 2, Failed: 1, Skipped: 1, Cancelled: 1,
		Moved: 1483525321, Size: 3845775769, UpSpeed: 47.9 * (1 << 20), Left: 47 * time.Second,
	}}
}

// busy gives a panel in which things have happened for some minutes.
func busy(w, h int, focused bool) *Panel {
	p := New(theme.New(termenv.TrueColor, true))
	look := Look{
		W: w, H: h, Focused: focused, Now: noon, Hint: "F5 copies.", Limit: "↑50M/s",
		Route: func(queue.Item) string { return "1→2" },
	}
	p.SetLook(look)
	for i := range 240 {
		news := sample()
		factor := 0.3 + 0.7*float64((i*7)%40)/40
		news.Items[0].Speed *= factor
		news.Items[1].Speed *= 1.3 - factor
		news.Totals.UpSpeed *= factor
		p.Apply(news, noon.Add(time.Duration(i-240)*time.Second))
	}
	p.Apply(sample(), noon)
	return p
}

func frame(p *Panel) string {
	lines := make([]string, p.look.H)
	for i := range lines {
		lines[i] = string(p.Append(nil, i))
	}
	return strings.Join(lines, "\n")
}

func TestFrames(t *testing.T) {
	for _, size := range [][2]int{{200, 60}, {120, 36}, {80, 24}, {60, 20}} {
		for name, keys := range map[string][]keymap.Action{
			"all":     nil,
			"active":  {keymap.QueueNextTab},
			"waiting": {keymap.QueueNextTab, keymap.QueueNextTab, keymap.QueueMark, keymap.QueueMark},
			"failed":  {keymap.QueueNextTab, keymap.QueueNextTab, keymap.QueueNextTab},
			"done":    {keymap.QueuePrevTab},
		} {
			shoot(t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), busy(size[0], size[1]-2, true), keys)
		}
		docked := busy(size[0], 6, false)
		shoot(t, fmt.Sprintf("docked-%dx%d", size[0], size[1]), docked, nil)
		held := busy(size[0], 6, true)
		news := sample()
		news.Totals.Held, news.Totals.UpSpeed = true, 0
		held.Apply(news, noon)
		shoot(t, fmt.Sprintf("held-%dx%d", size[0], size[1]), held, nil)
		empty := New(theme.New(termenv.TrueColor, true))
		empty.SetLook(Look{W: size[0], H: 6, Focused: true, Now: noon, Hint: "F5 copies."})
		shoot(t, fmt.Sprintf("empty-%dx%d", size[0], size[1]), empty, nil)
	}
}

func shoot(t *testing.T, name string, p *Panel, keys []keymap.Action) {
	t.Run(name, func(t *testing.T) {
		for _, k := range keys {
			if !p.Act(k) {
				t.Fatalf("%s is for nobody", k)
			}
		}
		got := frame(p)
		for i, l := range strings.Split(got, "\n") {
			if w := ansi.StringWidth(l); w != p.look.W {
				t.Fatalf("line %d has %d cells, not %d: %q", i, w, p.look.W, ansi.Strip(l))
			}
		}
		if dir := os.Getenv("FERRY_FRAMES"); dir != "" {
			_ = os.WriteFile(dir+"/queue-"+name+".ansi", []byte(got), 0o600)
		}
		tuitest.Golden(t, name, got)
	})
}
