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
		return false, &changedError{address: address, shown: c.Fingerprint(), before: ftpclient.Fingerprint(before)}
	}
	return found, nil
}

// changedError says that a server shows another certificate than the person has trusted there.
type changedError struct {
	address       string
	shown, before string    // fingerprints
	since         time.Time // zero: the one before was trusted in this run
}

func (e *changedError) Error() string {
	if e.since.IsZero() {
		return fmt.Sprintf("it is another one than you trusted in this run, SHA-256 %s now, %s before", e.shown, e.before)
	}
	return fmt.Sprintf("it is another one than you have trusted since %s, SHA-256 %s now, %s before. "+
		"If the server's operator says that it was changed, 'ferry trust rm %s' forgets the old one",
		e.since.Local().Format(time.DateOnly), e.shown, e.before, e.address)
}

func (t *trusted) accept(address string, c ftpclient.Certificate) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.accepted == nil {
		t.accepted = map[string][32]byte{}
	}
	t.accepted[address] = c.SHA256
}

// forget forgets a certificate that was accepted at a server.
func (t *trusted) forget(address, fingerprint string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if before, found := t.accepted[address]; found && ftpclient.Fingerprint(before) == fingerprint {
		delete(t.accepted, address)
	}
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
		known, err := p.known(address, c)
		if err != nil {
			err = p.forgetChanged(ctx, c, err)
		}
		if known || err != nil {
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

// forgetChanged lets the person on the screen forget the certificate that a server has shown before. Else the error
// stays as it was.
func (p *program) forgetChanged(ctx context.Context, c ftpclient.Certificate, err error) error {
	var changed *changedError
	if !errors.As(err, &changed) || !p.interrupts.toScreen.Load() {
		return err
	}
	answer := p.questions.AskChanged(ctx, changed.address, c, tui.Trusted{SHA256: changed.before, Since: changed.since})
	switch {
	case errors.Is(answer, tui.ErrDistrusted):
		return errors.New("it has changed, and you did not forget the one before")
	case answer != nil:
		return answer
	}
	return p.forgetPin(ctx, changed)
}

// forgetPin forgets the certificate before, unless another connection has done that and the new one is trusted already.
func (p *program) forgetPin(ctx context.Context, changed *changedError) error {
	p.trusted.forget(changed.address, changed.before)
	pin, found, err := p.kept.pins.Find(changed.address)
	if hash, _ := pin.Hash(); err == nil && found && ftpclient.Fingerprint(hash) == changed.before {
		err = p.kept.pins.Remove(ctx, changed.address)
	}
	if err != nil && !errors.Is(err, trust.ErrUnknown) {
		return p.pinFailure("change", err)
	}
	return nil
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
		return false, &changedError{address, c.Fingerprint(), ftpclient.Fingerprint(before), pin.Since}
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
	if !p.hasTerminal() {
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
