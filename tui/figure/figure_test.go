package figure_test

import (
	"math"
	"testing"
	"time"
	"unicode/utf8"

	"ferry/internal/vfs"
	"ferry/tui/figure"
)

func TestSize(t *testing.T) {
	for octets, want := range map[int64]string{
		vfs.SizeUnknown: "?", 0: "0", 120: "120", 999: "999", 1000: "1.0K", 18637: "18.2K", 319488: "312K",
		1023 * 1024: "1.0M", 4404019: "4.2M", 102348: "99.9K", 102400: "100K", 1288490189: "1.2G",
		671088640: "640M", math.MaxInt64: "8.0E",
	} {
		if got := figure.Size(octets); got != want {
			t.Errorf("Size(%d) = %q, want %q", octets, got, want)
		}
	}
}

func FuzzSizeIsShort(f *testing.F) {
	f.Add(int64(1 << 40))
	f.Fuzz(func(t *testing.T, octets int64) {
		if got := figure.Size(octets); len(got) > 5 {
			t.Errorf("Size(%d) = %q is too long for its column", octets, got)
		}
	})
}

func TestOf(t *testing.T) {
	for _, c := range []struct {
		moved, size int64
		want        string
	}{
		{1288490189, 2469606195, "1.2/2.3G"},
		{107520, 319488, "105/312K"},
		{500, 319488, "500/312K"},
		{102760448, 1288490189, "98.0M/1.2G"},
		{77, vfs.SizeUnknown, "77/?"},
		{0, 0, "0/0"},
	} {
		if got := figure.Of(c.moved, c.size); got != c.want {
			t.Errorf("Of(%d, %d) = %q, want %q", c.moved, c.size, got, c.want)
		}
	}
}

func TestLeft(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-1: "--:--", 0: "00:00", 47 * time.Second: "00:47", 59*time.Minute + 59*time.Second: "59:59",
		62 * time.Minute: "1h02m", 100 * time.Hour: "4d04h", math.MaxInt64: "999d23h",
	} {
		if got := figure.Left(d); got != want {
			t.Errorf("Left(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestDate(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.FixedZone("ICT", 7*3600))
	for _, c := range []struct {
		at   time.Time
		p    vfs.Precision
		want string
	}{
		{time.Date(2026, 11, 20, 2, 12, 0, 0, time.UTC), vfs.PrecisionSecond, "11-20 09:12"},
		{time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), vfs.PrecisionDay, "11-20      "},
		{time.Date(2025, 8, 1, 0, 0, 0, 0, time.UTC), vfs.PrecisionDay, "2025-08-01 "},
		{time.Date(2025, 12, 31, 20, 0, 0, 0, time.UTC), vfs.PrecisionMinute, "01-01 03:00"},
		{time.Time{}, vfs.PrecisionSecond, "           "},
		{time.Date(20250, 1, 1, 0, 0, 0, 0, time.UTC), vfs.PrecisionSecond, "9999-01-01 "},
	} {
		got := string(figure.AppendDate(nil, c.at, c.p, now))
		if got != c.want || len(got) != figure.DateWidth {
			t.Errorf("date of %v = %q, want %q", c.at, got, c.want)
		}
	}
}

func TestBarTellsTheTruth(t *testing.T) {
	for _, c := range []struct {
		moved, size int64
		want        string
	}{
		{0, 100, ""},
		{1, 100, "╸"},
		{50, 100, "━━"},
		{60, 100, "━━"},
		{99, 100, "━━━╸"},
		{100, 100, "━━━━"},
		{0, 0, "━━━━"},
		{10, vfs.SizeUnknown, ""},
	} {
		bar, cells := figure.AppendBarDone(nil, c.moved, c.size, 4)
		if got := string(bar); got != c.want || cells != utf8.RuneCountInString(got) {
			t.Errorf("bar of %d/%d = %q (%d cells), want %q", c.moved, c.size, got, cells, c.want)
		}
	}
}

func TestSparkKeepsTheLastSamples(t *testing.T) {
	var s figure.Spark
	if got := string(s.Append(nil, 4)); got != "    " {
		t.Errorf("empty spark = %q", got)
	}
	for i := range 20 {
		s.Add(float64(i))
	}
	if got := string(s.Append(nil, 3)); got != "▆▇▇" {
		t.Errorf("spark = %q", got)
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 files", 1: "1 file", 999: "999 files", 1234567: "1,234,567 files"} {
		if got := figure.Plural(n, "file"); got != want {
			t.Errorf("Plural(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestLimit(t *testing.T) {
	for want, c := range map[string][2]int64{
		"": {}, "↑1.0M/s": {1 << 20, 0}, "↓500/s": {0, 500}, "↑1.0K/s ↓5.0M/s": {1024, 5 << 20},
	} {
		if got := figure.Limit(c[0], c[1]); got != want {
			t.Errorf("%v: %q, want %q", c, got, want)
		}
	}
}
