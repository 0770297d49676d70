package figure

import "strings"

// AppendBarDone appends the filled part of a progress bar of width cells, and gives how many cells it takes. A
// transfer that has begun shows something, one that is not complete never shows a full bar.
func AppendBarDone(b []byte, moved, size int64, width int) ([]byte, int) {
	if width <= 0 || size < 0 || (moved <= 0 && size > 0) {
		return b, 0
	}
	halves := 2 * width
	if size > 0 && moved < size {
		halves = min(max(int(float64(moved)/float64(size)*float64(halves)), 1), halves-1)
	}
	for range halves / 2 {
		b = append(b, "━"...)
	}
	if halves%2 == 1 {
		b = append(b, "╸"...)
	}
	return b, (halves + 1) / 2
}

// AppendLine appends a thin line: the part of a bar that is still to come, or a border.
func AppendLine(b []byte, cells int) []byte {
	for ; cells > 0; cells-- {
		b = append(b, "─"...)
	}
	return b
}

// Line gives what AppendLine appends.
func Line(cells int) string { return strings.Repeat("─", max(cells, 0)) }

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

const steps = "▁▂▃▄▅▆▇" // of three bytes each

// Append appends the last samples as columns whose height is relative to the highest, blanks behind them, width
// cells in all.
func (s *Spark) Append(b []byte, width int) []byte {
	last := s.samples[max(s.n-width, 0):s.n]
	top := float32(1)
	for _, v := range last {
		top = max(top, v)
	}
	for _, v := range last {
		i := 3 * int(v/top*float32(len(steps)/3-1)+0.5)
		b = append(b, steps[i:i+3]...)
	}
	for range width - len(last) {
		b = append(b, ' ')
	}
	return b
}
