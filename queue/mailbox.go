package queue

import "sync"

// mailbox holds what the scheduler is asked to do. It has no bound, so that nobody who posts ever waits: neither a
// screen for the scheduler nor a worker that is still walking folders.
type mailbox struct {
	mu     sync.Mutex
	calls  []func(*scheduler)
	closed bool
	ready  chan struct{} // holds a token while there are calls
}

func newMailbox() *mailbox { return &mailbox{ready: make(chan struct{}, 1)} }

// post reports whether call will be made; it is not after the scheduler's end.
func (m *mailbox) post(call func(*scheduler)) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.calls = append(m.calls, call)
	select {
	case m.ready <- struct{}{}:
	default:
	}
	return true
}

func (m *mailbox) take() []func(*scheduler) {
	m.mu.Lock()
	defer m.mu.Unlock()
	calls := m.calls
	m.calls = nil
	return calls
}

// close refuses further calls and gives those that nobody has taken.
func (m *mailbox) close() []func(*scheduler) {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	return m.take()
}
