package listing

import (
	"bytes"
)

const (
	sampleLines  = 64
	sampleOctets = 64 << 10

	entryScore   = 3
	undatedScore = 2
	headingScore = 1
)

// sample holds the first lines of a listing until its dialect is known.
type sample struct {
	text []byte
	ends []int
	seen int // how many lines there were when it was last looked at
}

func (s *sample) add(line []byte) {
	s.text = append(s.text, line...)
	s.ends = append(s.ends, len(s.text))
}

func (s *sample) full() bool { return len(s.ends) >= sampleLines || len(s.text) >= sampleOctets }

func (s *sample) clear() { s.text, s.ends, s.seen = s.text[:0], s.ends[:0], 0 }

// grown reports whether there are more lines than when it was last asked.
func (s *sample) grown() bool {
	seen := s.seen
	s.seen = len(s.ends)
	return s.seen > seen
}

// each calls what for each line, until one fails.
func (s *sample) each(what func([]byte) error) error {
	from := 0
	for _, to := range s.ends {
		if err := what(s.text[from:to:to]); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// endings gives how many CRs end the lines. Some servers end each line by CR CR LF; but a single such line may be a
// name that ends in CR, which Mac folders with an icon have. -1: more lines are needed to tell.
func (s *sample) endings() int {
	doubled, single := 0, 0
	_ = s.each(func(line []byte) error {
		switch {
		case bytes.HasSuffix(line, []byte("\r\r")):
			doubled++
		case len(trim(line)) > 0:
			single++
		}
		return nil
	})
	switch {
	case doubled == 0 || single > 0:
		return 1
	case doubled == 1:
		return -1
	}
	return 2
}

// recognise gives the dialect that reads most of the sample, and its score.
func (p *parser) recognise() (best maker, score int) {
	best = p.candidates[0]
	for _, candidate := range p.candidates {
		got, all := p.score(candidate)
		if got > score {
			best, score = candidate, got
		}
		if all && got >= entryScore {
			break
		}
	}
	return best, score
}

// score reads the sample in one dialect. all: there was nothing that it could not read.
func (p *parser) score(candidate maker) (score int, all bool) {
	d := candidate.begin(p.setting)
	all = true
	_ = p.sample.each(func(line []byte) error {
		line = trimEnd(line, p.endings)
		switch p.read(d, line) {
		case entry, partial:
			score += entryScore
		case undated:
			score += undatedScore
		case harmless:
			score += headingOf(line)
		case unread:
			all = false
		}
		return nil
	})
	return score, all
}

// headingOf gives what a line is worth that a dialect only passes over: blank ones tell nothing.
func headingOf(line []byte) int {
	if len(trim(line)) == 0 {
		return 0
	}
	return headingScore
}
