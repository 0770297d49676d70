package terminal

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"strings"
	"sync"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/termtext"
)

// Panic is what a Guard caught.
type Panic struct {
	Value any
	Stack []byte
}

// Error says it in one line.
func (p *Panic) Error() string {
	return "ferry failed by a fault of its own: " + termtext.Display(fmt.Sprint(p.Value))
}

// Report gives all that a bug report needs, as lines for standard error.
func (p *Panic) Report() string {
	return p.Error() + "\n\n" + strings.Join(termtext.Lines(string(p.Stack)), "\n") + "\n"
}

// Guard catches panics outside the main goroutine: left alone they end the process with the terminal in raw mode and
// the report on a screen that is gone. The first one ends the program, and Run returns it. The zero Guard is ready.
type Guard struct {
	mu     sync.Mutex
	caught *Panic
	stop   func()
	wg     sync.WaitGroup
}

// Go runs f in a goroutine. It is the only way in which the screen's rooms start one.
func (g *Guard) Go(f func()) {
	g.wg.Go(func() {
		defer g.recover()
		f()
	})
}

// Wait waits until all that Go began has ended.
func (g *Guard) Wait() { g.wg.Wait() }

// Caught gives the first panic, nil if there was none.
func (g *Guard) Caught() *Panic {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.caught
}

// Cmd wraps a command, and those that it returns in batches and sequences.
func (g *Guard) Cmd(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer g.recover()
		return g.inner(cmd())
	}
}

var cmdType = reflect.TypeFor[tea.Cmd]()

// inner wraps the commands inside a message. Bubble Tea keeps the type of sequences to itself.
func (g *Guard) inner(msg tea.Msg) tea.Msg {
	v := reflect.ValueOf(msg)
	if !v.IsValid() || v.Kind() != reflect.Slice || v.Type().Elem() != cmdType {
		return msg
	}
	wrapped := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	for i := range v.Len() {
		if cmd, _ := v.Index(i).Interface().(tea.Cmd); cmd != nil {
			wrapped.Index(i).Set(reflect.ValueOf(g.Cmd(cmd)))
		}
	}
	return wrapped.Interface()
}

// recover is to be deferred.
func (g *Guard) recover() {
	r := recover()
	if r == nil {
		return
	}
	g.mu.Lock()
	if g.caught == nil {
		g.caught = &Panic{Value: r, Stack: debug.Stack()}
	}
	stop := g.stop
	g.mu.Unlock()
	if stop != nil {
		stop()
	}
}

// attach says how the program is ended; at once if something was caught already.
func (g *Guard) attach(stop func()) {
	g.mu.Lock()
	g.stop = stop
	caught := g.caught
	g.mu.Unlock()
	if caught != nil {
		stop()
	}
}
