package main

import (
	"io"
	"strings"
	"sync"

	"ferry/internal/termtext"
)

// console is standard error: what is told to people, with progress bars below it. All text passes through termtext.
// It is safe for concurrent use.
type console struct {
	mu     sync.Mutex
	out    io.Writer
	quiet  bool // only complaints are written
	bars   []string
	hidden bool // nothing more is drawn
	held   bool // the screen is shown: what is told waits
	kept   []string
}

// Say tells something that -q silences.
func (c *console) Say(text string) {
	if !c.quiet {
		c.write(termtext.Lines(text))
	}
}

// Trace tells what was asked for by -v, even with -q.
func (c *console) Trace(text string) { c.write(termtext.Lines(text)) }

// Report tells a fault of ferry itself, even with -q.
func (c *console) Report(text string) { c.write(termtext.Lines(text)) }

// Ask writes a question, without a line end.
func (c *console) Ask(question string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = io.WriteString(c.out, question) // there is nowhere to complain about standard error
}

// Complain tells why something failed, as one line.
func (c *console) Complain(err error) { c.write([]string{"ferry: " + sentence(err)}) }

// Warn tells in one line what may be wrong though the work goes on; -q silences it.
func (c *console) Warn(text string) { c.Say("ferry: " + oneLine(text)) }

// sentence gives an error in one line as people may see it.
func sentence(err error) string { return termtext.Display(oneLine(err.Error())) }

// oneLine joins the lines of a reply.
func oneLine(text string) string {
	if !strings.ContainsAny(text, "\r\n") {
		return text
	}
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}

// Bars draws these lines, made visible and cut already, in place of those drawn before.
func (c *console) Bars(lines []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hidden || c.held {
		return
	}
	var b strings.Builder
	c.erase(&b)
	c.bars = lines
	c.draw(&b)
	_, _ = io.WriteString(c.out, b.String()) // there is nowhere to complain about standard error
}

// Stop takes the bars away for good.
func (c *console) Stop() {
	c.Bars(nil)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hidden = true
}

// Abandon takes the bars away unless somebody is stuck in writing to the terminal.
func (c *console) Abandon() {
	if !c.mu.TryLock() {
		return
	}
	defer c.mu.Unlock()
	var b strings.Builder
	c.erase(&b)
	c.bars, c.hidden = nil, true
	_, _ = io.WriteString(c.out, b.String())
}

func (c *console) write(lines []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held {
		c.kept = append(c.kept, lines...)
		return
	}
	var b strings.Builder
	c.erase(&b)
	for _, line := range lines {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	c.draw(&b)
	_, _ = io.WriteString(c.out, b.String())
}

// Hold takes the bars away and keeps what is told from the terminal, which shows the screen or a question, until
// Release writes it.
func (c *console) Hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	var b strings.Builder
	c.erase(&b)
	c.bars, c.held = nil, true
	_, _ = io.WriteString(c.out, b.String())
}

// Release ends Hold.
func (c *console) Release() {
	c.mu.Lock()
	kept := c.kept
	c.held, c.kept = false, nil
	c.mu.Unlock()
	c.write(kept)
}

// erase goes to the first bar and clears the screen from there on.
func (c *console) erase(b *strings.Builder) {
	for range c.bars {
		b.WriteString("\x1b[A")
	}
	if len(c.bars) > 0 {
		b.WriteString("\r\x1b[J")
	}
}

func (c *console) draw(b *strings.Builder) {
	for _, line := range c.bars {
		b.WriteString(line)
		b.WriteByte('\n')
	}
}
