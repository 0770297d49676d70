package terminal

import (
	"io"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

func TestPulseIsSlowWhileNothingHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pulse{ticker: time.NewTicker(quickPulse)}
		defer p.stop()
		ticks := func(d time.Duration) (n int) {
			for end := time.After(d); ; n++ {
				select {
				case <-p.ticker.C:
				case <-end:
					return n
				}
			}
		}
		p.quicken()
		if n := ticks(restAfter - time.Millisecond); n < 10 {
			t.Errorf("%d ticks after a frame", n)
		}
		time.Sleep(time.Millisecond) // it falls asleep
		select {
		case <-p.ticker.C: // the last one of before
		default:
		}
		if n := ticks(20 * time.Second); n > 20 {
			t.Errorf("%d ticks in 20 seconds of rest", n)
		}
		p.quicken()
		if n := ticks(2 * quickPulse); n < 1 {
			t.Error("the first frame after the rest waits")
		}
		for range 10 { // frames keep it awake
			p.quicken()
			if n := ticks(restAfter / 2); n < 5 {
				t.Errorf("%d ticks between frames", n)
			}
		}
	})
}

// pulsing ends the program at its first frame and keeps the ticker that it saw.
type pulsing struct {
	program *tea.Program
	ticker  *time.Ticker
}

func (p *pulsing) Init() tea.Cmd                       { return tea.Quit }
func (p *pulsing) Update(tea.Msg) (tea.Model, tea.Cmd) { return p, nil }
func (p *pulsing) View() string                        { p.ticker = tickerOf(p.program); return "" }

func TestBubbleTeaHasTheTickerWhereItIsSought(t *testing.T) {
	p := &pulsing{}
	p.program = tea.NewProgram(p, tea.WithInput(nil), tea.WithOutput(io.Discard), tea.WithoutSignalHandler())
	if _, err := p.program.Run(); err != nil {
		t.Fatal(err)
	}
	if p.ticker == nil {
		t.Error("it is not there: the renderer of this Bubble Tea ticks for ever")
	}
	if tickerOf(nil) != nil {
		t.Error("a ticker of no program")
	}
}
