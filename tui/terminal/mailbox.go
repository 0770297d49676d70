package terminal

import (
	"sync"

	tea "github.com/charmbracelet/bubbletea"
)

// Mailbox takes messages for the program from anywhere. Post never blocks, not even while the terminal stands still or
// an editor has it: what happened is told later, in its order. What is told often and grows old, such as progress,
// does not belong here. The zero Mailbox is ready.
type Mailbox struct {
	mu     sync.Mutex
	wake   *sync.Cond
	queued []tea.Msg
	closed bool
}

// Post leaves a message. After the end of Run it does nothing.
func (m *Mailbox) Post(msg tea.Msg) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return
	}
	m.queued = append(m.queued, msg)
	m.signal().Signal()
}

// signal needs the lock.
func (m *Mailbox) signal() *sync.Cond {
	if m.wake == nil {
		m.wake = sync.NewCond(&m.mu)
	}
	return m.wake
}

// deliver hands the messages to send, which may block, until close.
func (m *Mailbox) deliver(send func(tea.Msg)) {
	for {
		batch := m.wait()
		if batch == nil {
			return
		}
		for _, msg := range batch {
			send(msg)
		}
	}
}

func (m *Mailbox) wait() []tea.Msg {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.queued) == 0 && !m.closed {
		m.signal().Wait()
	}
	batch := m.queued
	m.queued = nil
	if m.closed {
		return nil
	}
	return batch
}

func (m *Mailbox) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed, m.queued = true, nil
	m.signal().Broadcast()
}
