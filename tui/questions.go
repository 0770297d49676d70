package tui

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"ferry/ftpclient"
)

// ErrDistrusted is what a person says who does not trust a certificate.
var ErrDistrusted = errors.New("you did not trust it")

// ErrNoAnswer is what a person says who does not tell a secret.
var ErrNoAnswer = errors.New("no password was given")

// Questions is a mailbox between connections that are being made, which wait for an answer, and the screen, which asks
// the person. The zero Questions is not ready; use NewQuestions. It is safe for concurrent use.
type Questions struct {
	news chan struct{} // holds at most one wake-up

	mu   sync.Mutex
	open []*question // in the order in which they came up
}

// question is about one certificate of one server, however many connections have met it, or asks for one secret or one
// consent.
type question struct {
	address string // host:port
	cert    ftpclient.Certificate
	before  Trusted // what was trusted there before; its zero value for a server that is met for the first time
	secret  string  // what is asked for; "" where it is about something else
	consent Consent // to what; its zero value where it is about something else

	asking int           // connections that wait for the answer
	done   chan struct{} // closed when answer holds
	answer answer
}

// answer is what a person says. Err is nil for a certificate that is trusted, a secret that is told, and for yes.
type answer struct {
	always bool // the certificate is trusted for good
	secret string
	err    error
}

// Trusted is a certificate that a person has trusted at a server that now shows another one.
type Trusted struct {
	SHA256 string    // in pairs of digits with colons between
	Since  time.Time // zero: in this run
}

// Consent is a question that is answered by yes or no.
type Consent struct {
	Title string
	Why   string // what one should know before answering
	Yes   string // what yes does, in a word or two; no is the default
}

// NewQuestions makes an empty Questions.
func NewQuestions() *Questions { return &Questions{news: make(chan struct{}, 1)} }

// Ask waits until the person has said what to think of a certificate that the server at address, host:port, has shown:
// nil trusts it, for good if always is set; ErrDistrusted does not. Where ctx ends before, it gives the cause.
// Everybody who asks about the same certificate of the same server gets the same answer.
func (q *Questions) Ask(ctx context.Context, address string, c ftpclient.Certificate) (always bool, err error) {
	a := q.wonder(ctx, &question{address: address, cert: c})
	return a.always, a.err
}

// AskChanged tells that the server at address shows another certificate than the person has trusted there, and waits:
// nil forgets the one before, so that the new one may be asked about; ErrDistrusted does not.
func (q *Questions) AskChanged(ctx context.Context, address string, c ftpclient.Certificate, before Trusted) error {
	return q.wonder(ctx, &question{address: address, cert: c, before: before}).err
}

// AskSecret waits until the person has typed what is asked for, or has refused to, which is ErrNoAnswer. Everybody who
// asks the same gets the same answer.
func (q *Questions) AskSecret(ctx context.Context, what string) (string, error) {
	a := q.wonder(ctx, &question{secret: what})
	return a.secret, a.err
}

// errNo is what a person says who does not consent.
var errNo = errors.New("you said no")

// AskConsent waits until the person has said yes or no. Where ctx ends before, that is no. Everybody who asks the same
// gets the same answer.
func (q *Questions) AskConsent(ctx context.Context, c Consent) bool {
	return q.wonder(ctx, &question{consent: c}).err == nil
}

func (q *Questions) wonder(ctx context.Context, fresh *question) answer {
	asked := q.join(fresh)
	defer q.leave(asked)
	select {
	case <-asked.done:
		return asked.answer
	case <-ctx.Done():
		return answer{err: context.Cause(ctx)}
	}
}

// join gives the same question if it is open, or opens it.
func (q *Questions) join(fresh *question) *question {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, o := range q.open {
		if o.address == fresh.address && o.cert.SHA256 == fresh.cert.SHA256 && o.secret == fresh.secret &&
			o.before == fresh.before && o.consent == fresh.consent {
			o.asking++
			return o
		}
	}
	fresh.asking, fresh.done = 1, make(chan struct{})
	q.open = append(q.open, fresh)
	q.wakeLocked()
	return fresh
}

// leave takes a question back when nobody waits for its answer any more.
func (q *Questions) leave(asked *question) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if asked.asking--; asked.asking == 0 {
		q.dropLocked(asked)
	}
}

// settle ends a question.
func (q *Questions) settle(asked *question, a answer) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if slices.Contains(q.open, asked) {
		asked.answer = a
		close(asked.done)
		q.dropLocked(asked)
	}
}

func (q *Questions) dropLocked(asked *question) {
	if i := slices.Index(q.open, asked); i >= 0 {
		q.open = slices.Delete(q.open, i, i+1)
		q.wakeLocked()
	}
}

func (q *Questions) wakeLocked() {
	select {
	case q.news <- struct{}{}:
	default:
	}
}

// wait blocks until a question has come up or was taken back since the last wait, or ctx has ended, whose cause it
// then returns.
func (q *Questions) wait(ctx context.Context) error {
	select {
	case <-q.news:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// oldest gives the question that has waited longest, nil where there is none.
func (q *Questions) oldest() *question {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.open) == 0 {
		return nil
	}
	return q.open[0]
}
