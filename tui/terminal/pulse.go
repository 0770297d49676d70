package terminal

import (
	"cmp"
	"reflect"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// The pulse of Bubble Tea's renderer: a tick at which it writes the frame, if that has changed.
const (
	quickPulse = time.Second / 60
	slowPulse  = time.Second            // while nothing happens
	restAfter  = 200 * time.Millisecond // from the latest frame to the slow pulse
)

// pulse slows Bubble Tea's renderer down while nothing happens. By itself it ticks sixty times a second for ever, which
// is about one percent of a core for a screen that stands still, and there is no option for that.
type pulse struct {
	program *tea.Program

	mu     sync.Mutex
	ticker *time.Ticker // nil where it cannot be had: the renderer then ticks as ever
	rest   *time.Timer
	until  time.Time // the quick pulse lasts that long
}

// quicken is to be called for every frame, before the renderer gets it: frames are written at once while there are any.
func (p *pulse) quicken() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rest == nil {
		p.ticker = cmp.Or(p.ticker, tickerOf(p.program))
		p.rest = time.AfterFunc(restAfter, p.slowDown)
	}
	if p.ticker == nil {
		return
	}
	now := time.Now()
	if now.After(p.until) {
		p.ticker.Reset(quickPulse)
		p.rest.Reset(restAfter)
	}
	p.until = now.Add(restAfter)
}

// slowDown is the end of restAfter. Frames that came meanwhile prolong it.
func (p *pulse) slowDown() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if left := time.Until(p.until); left > 0 {
		p.rest.Reset(left)
		return
	}
	if p.ticker != nil {
		p.ticker.Reset(slowPulse)
	}
}

// stop ends it.
func (p *pulse) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ticker = nil
	if p.rest != nil {
		p.rest.Stop()
	}
}

// tickerOf gives the ticker of the program's renderer, nil if there is none. It is a private field; a test tells when
// another version of Bubble Tea has it elsewhere.
func tickerOf(program *tea.Program) *time.Ticker {
	if program == nil {
		return nil
	}
	renderer := reflect.ValueOf(program).Elem().FieldByName("renderer")
	for renderer.IsValid() && (renderer.Kind() == reflect.Interface || renderer.Kind() == reflect.Pointer) {
		renderer = renderer.Elem()
	}
	if !renderer.IsValid() || renderer.Kind() != reflect.Struct {
		return nil
	}
	ticker := renderer.FieldByName("ticker")
	if !ticker.IsValid() || ticker.Type() != reflect.TypeFor[*time.Ticker]() {
		return nil
	}
	return (*time.Ticker)(ticker.UnsafePointer())
}
