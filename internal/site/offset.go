package site

import (
	"strings"
	"time"

	"ferry/ftpclient"
)

// WithOffset gives a memory that knows the zone of LIST's times from a person, not from the server.
func WithOffset(m ftpclient.Memory, offset time.Duration) ftpclient.Memory {
	return toldClock{m, int(offset / time.Minute)}
}

type toldClock struct {
	ftpclient.Memory
	minutes int
}

// Recall adds what the person said to what is known of an account.
func (t toldClock) Recall(key string) ftpclient.Learned {
	l := t.Memory.Recall(key)
	if strings.Contains(key, " ") && !strings.Contains(key, " from ") {
		l.Clock = &t.minutes
		if l.At.IsZero() {
			l.At = time.Now()
		}
	}
	return l
}
