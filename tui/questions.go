package tui

import (
	"context"
	"errors"
	"slices"
	"sync"

	"ferry/ftpclient"
)

// ErrDistrusted is what a person says who does not trust a certificate.
var ErrDistrusted = errors.New("you did not trust it")

// Questions is a mailbox between connections that are being made, which wait for an answer, and the screen, which asks
// the person. The zero Questions is not ready; use NewQuestions. It is safe for concurrent use.
type Questions struct {
	news chan struct{} // holds at most one wake-up

	mu   sync.Mutex
	open []*question // in the order in which they came up
}

// question is about one certificate of one server, however many connections have met it.
type question struct {
	address string // host:port
	cert    ftpclient.Certificate
	asking  int           // connections that wait for the answer
	done    chan struct{} // closed when answer holds
	answer  error
}

// NewQuestions makes an empty Questions.
func NewQuestions() *Questions { return &Questions{news: make(chan struct{}, 1)} }

// Ask waits until the person has said what to think of a certificate that the server at address, host:port, has shown:
// nil trusts it, ErrDistrusted does not. Where ctx ends before, it gives the cause. Everybody who asks about the same
// certificate of the same server gets the same answer.
func (q *Questions) Ask(ctx context.Context, address string, c ftpclient.Certificate) error {
	asked := q.join(address, c)
	defer q.leave(asked)
	select {
	case <-asked.done:
		return asked.answer
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// join gives the question that is open about a certificate, or opens one.
func (q *Questions) join(address string, c ftpclient.Certificate) *question {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, o := range q.open {
		if o.address == address && o.cert.SHA256 == c.SHA256 {
			o.asking++
			return o
		}
	}
	asked := &question{address: address, cert: c, asking: 1, done: make(chan struct{})}
	q.open = append(q.open, asked)
	q.wakeLocked()
	return asked
}

// leave takes a question back when nobody waits for its answer any more.
func (q *Questions) leave(asked *question) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if asked.asking--; asked.asking == 0 {
		q.dropLocked(asked)
	}
}

// answer ends a question.
func (q *Questions) answer(asked *question, answer error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if slices.Contains(q.open, asked) {
		asked.answer = answer
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
