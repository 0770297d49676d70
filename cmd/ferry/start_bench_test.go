package main

import (
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// BenchmarkStart tells how long a command takes that does nothing: what is left is the start, of every library too.
// One of them once took 24 ms of it.
func BenchmarkStart(b *testing.B) {
	var spent time.Duration
	for b.Loop() {
		cmd := exec.Command(binary, "version")
		if err := cmd.Run(); err != nil {
			b.Fatal(err)
		}
		spent += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	b.ReportMetric(float64(spent.Microseconds())/float64(b.N)/1000, "cpu-ms/op")
}

// BenchmarkFirstFrame tells how long it takes from the start to the first frame in a terminal that answers nothing.
func BenchmarkFirstFrame(b *testing.B) {
	home := b.TempDir()
	var spent time.Duration
	for b.Loop() {
		cmd := exec.Command(binary, home)
		cmd.Env = []string{"HOME=" + home, "TERM=xterm-256color", "LC_ALL=C.UTF-8"}
		begun := time.Now()
		screen, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 36, Cols: 120})
		if err != nil {
			b.Fatal(err)
		}
		awaitText(b, screen, "Queue")
		spent += time.Since(begun)
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		_ = screen.Close()
	}
	b.ReportMetric(float64(spent.Microseconds())/float64(b.N)/1000, "ms-to-frame")
}

func awaitText(b *testing.B, from io.Reader, text string) {
	b.Helper()
	buf, all := make([]byte, 64<<10), ""
	for !strings.Contains(all, text) {
		n, err := from.Read(buf)
		if all += string(buf[:n]); err != nil {
			b.Fatalf("%q did not come: %v", text, err)
		}
	}
}
