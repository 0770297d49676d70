package tui

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/queue"
	"ferry/tui/dialog"
	"ferry/tui/figure"
	"ferry/tui/theme"
)

// limitSpeed asks how fast all transfers together may be.
func (m *Model) limitSpeed() tea.Cmd {
	form := &dialog.Form{
		Theme: m.deps.Theme, Title: "Speed limit", Submit: "Set", Now: m.deps.Now,
		Intro: []dialog.Line{{
			Role: theme.Dim, Text: "Octets a second, over all transfers: 500K, 1.5M, or none. It holds at once.",
		}},
		Fields: []dialog.Field{
			dialog.Text("Up ↑", limitWord(m.limits.Total.Up)), dialog.Text("Down ↓", limitWord(m.limits.Total.Down)),
		},
		Check: func(values []string) (int, string) {
			for i, v := range values {
				if _, ok := figure.ParseSize(v); !ok {
					return i, "This is no speed: 500K, 1.5M or none is."
				}
			}
			return 0, ""
		},
	}
	form.Do = func(values []string) tea.Cmd {
		up, _ := figure.ParseSize(values[0])
		down, _ := figure.ParseSize(values[1])
		m.limits.Total = queue.Speed{Up: up, Down: down}
		m.deps.Queue.SetLimits(m.limits)
		m.close(form)
		if words := m.limitWords(); words != "" {
			return m.say(good, "limited to "+words)
		}
		return m.say(good, "no limit any more")
	}
	m.open(form)
	return nil
}

func limitWord(n int64) string {
	if n <= 0 {
		return "none"
	}
	return figure.Size(n)
}

// limitWords tells the limits in force, "" for none: the tighter of this screen's and of those that all processes have.
func (m *Model) limitWords() string {
	own, shared := m.limits.Total, m.transfers.Totals().Limit
	return figure.Limit(tighter(own.Up, shared.Up), tighter(own.Down, shared.Down))
}

// tighter gives the smaller of two limits, of which 0 is none.
func tighter(a, b int64) int64 {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// delayItems asks before what time transfers are not to begin.
func (m *Model) delayItems(ids []queue.ItemID, what string) tea.Cmd {
	form := &dialog.Form{
		Theme: m.deps.Theme, Title: "Not before a time", Submit: "Set", Now: m.deps.Now,
		Intro: []dialog.Line{
			{Text: what, Cut: true}, {Role: theme.Dim, Text: "In 10m, in 2h30m, or at 23:00; now takes it back."},
		},
		Fields: []dialog.Field{dialog.Text("When", "")},
		Check: func(values []string) (int, string) {
			if _, ok := moment(values[0], m.deps.Now()); !ok {
				return 0, "This is no time: 10m, 2h30m, 23:00 or now is."
			}
			return 0, ""
		},
	}
	form.Do = func(values []string) tea.Cmd {
		at, _ := moment(values[0], m.deps.Now())
		m.deps.Queue.Delay(at, ids...)
		m.transfers.Unmark()
		m.close(form)
		if !at.After(m.deps.Now()) {
			return m.say(good, what+agree(ids, " waits for its turn", " wait for their turns"))
		}
		return m.say(good, what+agree(ids, " begins at ", " begin at ")+at.Format("15:04"))
	}
	m.open(form)
	return nil
}

// moment reads a time from now on: a span, or the next time of day.
func moment(text string, now time.Time) (time.Time, bool) {
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "in "))
	if text == "now" {
		return now, true
	}
	if d, err := time.ParseDuration(text); err == nil {
		return now.Add(d), d > 0
	}
	of, err := time.Parse("15:04", text)
	if err != nil {
		return time.Time{}, false
	}
	at := time.Date(now.Year(), now.Month(), now.Day(), of.Hour(), of.Minute(), 0, 0, now.Location())
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at, true
}
