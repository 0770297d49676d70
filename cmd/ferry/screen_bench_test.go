package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
	"ferry/tui/tuitest"
)

// BenchmarkScreen tells what the screen costs the processor, as a share of one core: 200x60, 100,000 rows in each
// pane, at rest and with 8 transfers running. It watches each once, however many rounds are asked for.
func BenchmarkScreen(b *testing.B) {
	const rows, watched = 100_000, 10 * time.Second
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		b.Skip("this machine has no /proc")
	}
	s := ftptest.Vsftpd(b)
	dir, home := b.TempDir(), b.TempDir()
	manyFiles(b, dir, rows)
	manyFiles(b, s.Path("many"), rows)
	for i := range 8 {
		s.WriteFile(b, fmt.Sprintf("many/0large%d", i), make([]byte, 64<<20))
	}
	pid := filepath.Join(home, "pid")
	writeFile(b, filepath.Join(home, ".config", "ferry", "config.toml"),
		[]byte("[transfers]\nparallel = 8\nlimit_rate = '4M'\n"))
	line := fmt.Sprintf("echo $$ >'%s'; HOME='%s' FERRY_PASSWORD='%s' exec '%s' '%s' 'ftp://%s@%s/%s'",
		pid, home, s.Password, binary, dir, s.User, s.Addr, strings.Trim(s.Home, "/")+"/many")
	m := tuitest.NewTmux(b, 200, 60, "sh", "-c", line)
	m.WaitFor(`100,010 lines read`)
	m.WaitFor(`> \.\.(.*\n)+`)
	for spent(b, pid, 3*time.Second) > 20*time.Millisecond {
		continue // what the listing left behind is being cleaned up
	}
	rest := spent(b, pid, watched)
	m.Keys("Tab", "g", "g", "j", "v", "j", "j", "j", "j", "j", "j", "j", "F5")
	m.WaitFor(`8 active`)
	busy := spent(b, pid, watched)
	per := watched.Seconds() / 100
	b.ReportMetric(rest.Seconds()/per, "%core-at-rest")
	b.ReportMetric(busy.Seconds()/per, "%core-with-8")
	b.ReportMetric(0, "ns/op")
}

func manyFiles(tb testing.TB, dir string, n int) {
	tb.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		tb.Fatal(err)
	}
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("file-%06d.txt", i)), nil, 0o666); err != nil {
			tb.Fatal(err)
		}
	}
}

// spent gives the processor time that a process takes while it is watched for so long.
func spent(tb testing.TB, pidFile string, watched time.Duration) time.Duration {
	tb.Helper()
	before := processorTime(tb, pidFile)
	time.Sleep(watched)
	return processorTime(tb, pidFile) - before
}

// processorTime gives what a process has taken so far, in user and system mode (proc(5): fields 14 and 15, in
// hundredths of a second).
func processorTime(tb testing.TB, pidFile string) time.Duration {
	tb.Helper()
	pid, err := os.ReadFile(pidFile)
	if err != nil {
		tb.Fatal(err)
	}
	stat, err := os.ReadFile(filepath.Join("/proc", strings.TrimSpace(string(pid)), "stat"))
	if err != nil {
		tb.Fatal(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')'):]))
	var sum time.Duration
	for _, f := range fields[12:14] {
		n, err := strconv.Atoi(f)
		if err != nil {
			tb.Fatal(err)
		}
		sum += time.Duration(n) * 10 * time.Millisecond
	}
	return sum
}
