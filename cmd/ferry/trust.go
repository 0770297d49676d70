package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"ferry/ftpclient"
	"ferry/internal/termtext"
	"ferry/internal/trust"
	"ferry/tui"
)

// trusted remembers the certificates that a person has accepted, by host:port, until the program ends. The zero
// trusted is ready; it is safe for concurrent use.
type trusted struct {
	mu       sync.Mutex
	accepted map[string][32]byte
	asking   chan struct{} // holds a token while the shell asks: one question at a time
}

// known reports whether a certificate was accepted before. Another one than that is an error.
func (t *trusted) known(address string, c ftpclient.Certificate) (bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	before, found := t.accepted[address]
	if found && before != c.SHA256 {
		return false, fmt.Errorf("it is another one than you trusted in this run, SHA-256 %s now, %s before",
			c.Fingerprint(), ftpclient.Fingerprint(before))
	}
	return found, nil
}

func (t *trusted) accept(address string, c ftpclient.Certificate) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.accepted == nil {
		t.accepted = map[string][32]byte{}
	}
	t.accepted[address] = c.SHA256
}

// turn waits until no other question is open in the shell.
func (t *trusted) turn(ctx context.Context) (done func(), err error) {
	t.mu.Lock()
	if t.asking == nil {
		t.asking = make(chan struct{}, 1)
	}
	asking := t.asking
	t.mu.Unlock()
	select {
	case asking <- struct{}{}:
		return func() { <-asking }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// trust decides about certificates of the server at address, host:port: those accepted before are trusted, about others
// the person is asked, on the screen or in the shell. Where there is nobody to ask they are refused.
func (p *program) trust(address string) ftpclient.Trust {
	return func(ctx context.Context, c ftpclient.Certificate) error {
		if known, err := p.known(address, c); known || err != nil {
			return err
		}
		ask := p.askInShell
		if p.interrupts.toScreen.Load() {
			ask = p.questions.Ask
		}
		always, err := ask(ctx, address, c)
		if err != nil {
			return err
		}
		p.trusted.accept(address, c)
		if always {
			p.pin(ctx, address, c)
		}
		return nil
	}
}

// known reports whether a certificate is trusted for good, or in this run. Another one than that is an error.
func (p *program) known(address string, c ftpclient.Certificate) (bool, error) {
	pin, pinned, err := p.kept.pins.Find(address)
	if err != nil {
		return false, fmt.Errorf("%w (%s)", err, p.kept.pins.Path())
	}
	if before, ok := pin.Hash(); pinned && ok {
		if before == c.SHA256 {
			return true, nil
		}
		return false, fmt.Errorf("it is another one than you have trusted since %s, SHA-256 %s now, %s before. "+
			"If the server's operator says that it was changed, 'ferry trust rm %s' forgets the old one",
			pin.Since.Local().Format(time.DateOnly), c.Fingerprint(), ftpclient.Fingerprint(before), address)
	}
	return p.trusted.known(address, c)
}

// pin trusts a certificate for good. That it cannot be written stops nothing: it is trusted in this run.
func (p *program) pin(ctx context.Context, address string, c ftpclient.Certificate) {
	err := p.kept.pins.Add(ctx, trust.Pin{
		Address: address, SHA256: c.Fingerprint(), Subject: c.Leaf.Subject.String(), Until: c.Leaf.NotAfter.UTC(),
		Since: time.Now().UTC().Truncate(time.Second),
	})
	if err != nil {
		p.console.Warn("the certificate is trusted for this run only: " + err.Error())
	}
}

// askInShell asks on the terminal. The answer counts for all who have waited for it.
func (p *program) askInShell(ctx context.Context, address string, c ftpclient.Certificate) (always bool, err error) {
	if !isTerminal(p.stdin) || !isTerminal(os.Stderr) {
		return false, errors.New("its SHA-256 is " + c.Fingerprint() + ", and there is no terminal to ask on")
	}
	done, err := p.trusted.turn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	if known, err := p.trusted.known(address, c); known || err != nil {
		return false, err
	}
	p.console.Hold()
	defer p.console.Release()
	p.console.Ask(certificateFacts(address, c) + "Trust it? [y]es for this run, [a]lways, [N]o ")
	answer, err := readAnswer(ctx, p.stdin)
	if err != nil {
		p.console.Ask("\n")
		return false, err
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "a", "always":
		always = true
	case "y", "yes":
	default:
		return false, tui.ErrDistrusted
	}
	p.trusted.accept(address, c)
	return always, nil
}

// certificateFacts writes a certificate for people, in lines that are safe for a terminal.
func certificateFacts(address string, c ftpclient.Certificate) string {
	issuer := c.Leaf.Issuer.String()
	if c.SelfSigned() {
		issuer = "itself (self-signed)"
	}
	var b strings.Builder
	for _, line := range []string{
		"ferry: " + address + ": " + c.Why() + ".",
		"  subject  " + c.Leaf.Subject.String(),
		"  issuer   " + issuer,
		"  valid    " + c.Leaf.NotBefore.UTC().Format(time.DateOnly) + " to " + c.Leaf.NotAfter.UTC().Format(time.DateOnly),
		"  SHA-256  " + c.Fingerprint(),
		"Nothing has been sent yet, not even the user name.",
	} {
		b.WriteString(termtext.Display(oneLine(line)) + "\n")
	}
	return b.String()
}

// longestAnswer bounds what is read as an answer, in octets.
const longestAnswer = 100

// readAnswer reads a line from a terminal, and not an octet more: what follows may be for somebody else. When ctx ends
// the goroutine that reads ends with the program, as a read from a terminal cannot be given up.
func readAnswer(ctx context.Context, from *os.File) (string, error) {
	typed := make(chan string, 1)
	go func() {
		var line []byte
		one := make([]byte, 1)
		for len(line) < longestAnswer {
			if n, err := from.Read(one); n == 0 || err != nil || one[0] == '\n' {
				break
			}
			line = append(line, one[0])
		}
		typed <- string(line)
	}()
	select {
	case line := <-typed:
		return line, nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}
