package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
)

// TestSegments fetches one file over several connections.
func TestSegments(t *testing.T) {
	s := ftptest.Vsftpd(t)
	content := bytes.Repeat([]byte("0123456789abcde"), 1<<19)
	s.WriteFile(t, "big", content)
	sh := forServer(t, s)
	if out := sh.ok("get", "--segments", "4", at(s, "big")); !strings.Contains(out, "4 connections") {
		t.Errorf("it says %q", out)
	}
	if got, err := os.ReadFile(filepath.Join(sh.dir, "big")); err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d octets came of %d, %v", len(got), len(content), err)
	}
	sh.fails(exitUsage, []string{"get", "--segments", "many", at(s, "big")}, "neither auto nor off")
	for _, text := range []string{"auto", "off", "7"} {
		var f segmentsFlag
		if err := f.Set(text); err != nil || f.String() != text {
			t.Errorf("%s becomes %s, %v", text, f.String(), err)
		}
	}
}

// TestSegmentsSurviveAKill kills the program without a warning while all segments are on their way.
func TestSegmentsSurviveAKill(t *testing.T) {
	s := ftptest.Proftpd(t)
	content := bytes.Repeat([]byte("0123456789abcde"), 3<<20) // much more than may have come when it is killed
	s.WriteFile(t, "big", content)
	sh := forServer(t, s)
	cmd := sh.command("get", "--segments", "4", "--limit-rate", "3M", at(s, "big"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	came := func() (octets int64) {
		var notes struct{ Spans []struct{ Start, Pos int64 } }
		text, err := os.ReadFile(filepath.Join(sh.dir, ".big~spans.ferrypart"))
		if err != nil || json.Unmarshal(text, &notes) != nil {
			return 0
		}
		for _, one := range notes.Spans {
			octets += one.Pos - one.Start
		}
		return octets
	}
	for deadline := time.Now().Add(patience); came() < 3<<20; time.Sleep(10 * time.Millisecond) { // between two looks
		if time.Now().After(deadline) {
			t.Fatal("nothing came")
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	if exists(filepath.Join(sh.dir, "big")) {
		t.Error("what is not whole has its name")
	}
	sh.ok("queue", "run") // what a command left is not this one's, and no failure of it
	if states, _ := sh.queued(); states["big"] != "cancelled" {
		t.Errorf("the queue has %v", states)
	}
	if out := sh.ok("get", "--segments", "4", at(s, "big")); !strings.Contains(out, "resumed with") {
		t.Errorf("it says %q", out)
	}
	if got, err := os.ReadFile(filepath.Join(sh.dir, "big")); err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d octets came of %d, %v", len(got), len(content), err)
	}
	if left, _ := filepath.Glob(filepath.Join(sh.dir, ".*")); len(left) > 0 {
		t.Errorf("%q is left", left)
	}
}
