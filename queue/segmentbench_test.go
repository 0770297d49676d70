package queue_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue"
)

// BenchmarkSegments fetches one large file over one connection, over as many as SegmentsAuto finds good, and over four,
// in turn: from a server that limits each connection, and from one that does not. It tells how long the latter two take
// compared with one connection, as medians of the rounds.
func BenchmarkSegments(b *testing.B) {
	b.Run("limited", func(b *testing.B) {
		compareSegments(b, ftptest.Embedded(b, ftptest.BytesPerSecond(16<<20)), 160<<20, 1)
	})
	b.Run("unlimited", func(b *testing.B) { compareSegments(b, ftptest.Vsftpd(b), 1<<30, 9) })
}

func compareSegments(b *testing.B, s *ftptest.Server, size int64, rounds int) {
	if err := os.WriteFile(s.Path("one"), nil, 0o644); err != nil {
		b.Fatal(err)
	}
	if err := os.Truncate(s.Path("one"), size); err != nil {
		b.Fatal(err)
	}
	s.Settle(b)
	var one, auto, four []float64
	for b.Loop() {
		for range rounds {
			alone := fetchOne(b, s, size, 1)
			one = append(one, alone)
			auto = append(auto, fetchOne(b, s, size, queue.SegmentsAuto)/alone)
			four = append(four, fetchOne(b, s, size, 4)/alone)
		}
	}
	b.ReportMetric(median(one), "s/one")
	b.ReportMetric(median(auto), "auto/one")
	b.ReportMetric(median(four), "four/one")
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

// fetchOne gives how many seconds it takes until the file has its name.
func fetchOne(b *testing.B, s *ftptest.Server, size int64, segments int) float64 {
	b.Helper()
	to, q := b.TempDir(), queue.New(queue.Options{})
	_, err := q.Add(queue.Request{
		From: account(b, s, nil), To: localfs.New(), FromDir: s.Home, ToDir: to, Segments: segments,
		Sources: []queue.Source{{Entry: vfs.Entry{Name: "one", Type: vfs.File, Size: size}}},
	})
	if err != nil {
		b.Fatal(err)
	}
	begun := time.Now()
	q.Close()
	if err := q.Run(b.Context()); err != nil {
		b.Fatal(err)
	}
	took := time.Since(begun).Seconds()
	info, err := os.Stat(filepath.Join(to, "one"))
	if err != nil || info.Size() != size {
		b.Fatal(info, err)
	}
	if err := os.RemoveAll(to); err != nil {
		b.Fatal(err)
	}
	return took
}
