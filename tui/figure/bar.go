package figure

import "strings"

// BarDone gives the filled part of a progress bar of width cells, and how many cells it takes. A transfer that has
// begun shows something, one that is not complete never shows a full bar.
func BarDone(moved, size int64, width int) (string, int) {
	if width <= 0 || size < 0 || (moved <= 0 && size > 0) {
		return "", 0
	}
	halves := 2 * width
	if size > 0 && moved < size {
		halves = min(max(int(float64(moved)/float64(size)*float64(halves)), 1), halves-1)
	}
	done := strings.Repeat("━", halves/2)
	if halves%2 == 1 {
		done += "╸"
	}
	return done, (halves + 1) / 2
}

// BarRest gives the part of a bar that is still to come.
func BarRest(cells int) string { return strings.Repeat("─", max(cells, 0)) }

// SparkCells is how many samples a Spark holds.
const SparkCells = 11

// Spark is a short history of a speed. The zero Spark is empty.
type Spark struct {
	samples [SparkCells]float32
	n       int
}

// Add puts a sample at the end and forgets the oldest if there are too many.
func (s *Spark) Add(v float64) {
	if s.n == SparkCells {
		copy(s.samples[:], s.samples[1:])
		s.n--
	}
	s.samples[s.n] = float32(max(v, 0))
	s.n++
}

var steps = []rune("▁▂▃▄▅▆▇")

// Append appends the last samples as columns whose height is relative to the highest, blanks behind them, width
// cells in all.
func (s *Spark) Append(b []byte, width int) []byte {
	last := s.samples[max(s.n-width, 0):s.n]
	top := float32(1)
	for _, v := range last {
		top = max(top, v)
	}
	for _, v := range last {
		b = append(b, string(steps[int(v/top*float32(len(steps)-1)+0.5)])...)
	}
	for range width - len(last) {
		b = append(b, ' ')
	}
	return b
}
