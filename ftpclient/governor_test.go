package ftpclient

import (
	"context"
	"errors"
	"io"
	"syscall"
	"testing"
	"time"

	"ferry/internal/vfs"
)

func TestGovernorLearnsTheCap(t *testing.T) {
	now := time.Now()
	g := governor{most: 9, spare: true}
	if g.limit(now) != 9 || g.room(now) != 8 {
		t.Fatalf("unasked, it allows %d, %d for transfers", g.limit(now), g.room(now))
	}
	g.grown(1)
	if !g.refused(1, true, now) || g.limit(now) != 1 || g.room(now) != 1 {
		t.Errorf("after one was welcome and the next refused, it allows %d, %d for transfers", g.limit(now), g.room(now))
	}
	if !g.grown(3) || g.limit(now) != 3 || g.room(now) != 2 {
		t.Errorf("three that were asked for at once came to be, and it allows %d, %d", g.limit(now), g.room(now))
	}
	if g.grown(3) {
		t.Error("it learned the same again")
	}
	g.spare = false
	if g.room(now) != 3 {
		t.Errorf("without a spare one transfers may have %d", g.room(now))
	}
}

// TestGovernorForgivesAfterALoss has a connection die: the server counts it still when a new one is asked for.
func TestGovernorForgivesAfterALoss(t *testing.T) {
	now := time.Now()
	g := governor{most: 9}
	g.grown(4)
	if g.refused(3, true, now) || g.limit(now) != 3 {
		t.Fatalf("it takes a passing refusal for the cap, or ignores it: %d", g.limit(now))
	}
	if p := g.pause(now); p != firstLow || g.limit(now.Add(p)) != 9 {
		t.Errorf("after %v it allows %d", p, g.limit(now.Add(p)))
	}
	if g.refused(3, true, now) || g.pause(now) != 2*firstLow {
		t.Errorf("the second pause is %v", g.pause(now))
	}
	for range 20 {
		g.refused(3, true, now)
	}
	if g.pause(now) != longestLow {
		t.Errorf("the last pause is %v", g.pause(now))
	}
	if g.grown(5); g.limit(now) != 9 || g.pause(now) != 0 {
		t.Errorf("a connection came to be, and it still allows only %d", g.limit(now))
	}
}

// TestGovernorDoubtsSilence needs two refusals without a word to believe in a cap.
func TestGovernorDoubtsSilence(t *testing.T) {
	now := time.Now()
	g := governor{most: 9}
	g.grown(2)
	if g.refused(2, false, now) || g.limit(now) != 2 || g.limit(now.Add(firstLow)) != 9 {
		t.Errorf("one silence is taken for a cap of %d", g.cap)
	}
	if !g.refused(2, false, now.Add(firstLow)) || g.limit(now.Add(time.Hour)) != 2 {
		t.Errorf("two silences are no cap: %d", g.limit(now))
	}
}

func TestTurnedAway(t *testing.T) {
	for _, err := range []error{
		syscall.ECONNREFUSED, syscall.ECONNRESET, io.EOF, vfs.ErrTimeout, context.DeadlineExceeded,
	} {
		if !isTurnedAway(err) {
			t.Errorf("%v is no way to be turned away", err)
		}
	}
	for _, err := range []error{
		&ReplyError{Verb: "PASS", Code: 530, Text: "Login incorrect"}, vfs.ErrTLS, errors.New("no such host"),
	} {
		if isTurnedAway(err) {
			t.Errorf("%v is taken for a cap", err)
		}
	}
}

// TestTransientIsToldFromPermanent judges refusals: what is 4yz may pass and is tried again, what is 5yz is not.
func TestTransientIsToldFromPermanent(t *testing.T) {
	cl := New(Config{Host: "example.org"})
	for code, passes := range map[int]bool{
		421: true, 425: true, 426: true, 450: true, 451: true,
		500: false, 501: false, 502: false, 503: false, 504: false, 532: false, 550: false, 551: false, 552: false,
		553: false,
	} {
		err := cl.failure("try", &ReplyError{Verb: "RETR", Code: code, Text: "no"})
		if vfs.Temporary(err) != passes {
			t.Errorf("%d may pass: %t, want %t (%v)", code, !passes, passes, err)
		}
	}
}
