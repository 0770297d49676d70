package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ferry/queue"

	"github.com/spf13/pflag"
)

// filterFlags say which files take part in a copy.
type filterFlags struct {
	include, exclude []string
	hidden           bool
	newer, older     whenFlag
	least, most      amountFlag
	follow           bool
}

func (f *filterFlags) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.include, "include", nil, "copy only files that match a GLOB, such as '*.jpg' or 'docs/**'")
	flags.StringArrayVar(&f.exclude, "exclude", nil, "leave out files and folders that match a GLOB")
	flags.BoolVar(&f.hidden, "hidden", true, "copy names that begin with a dot, too")
	flags.Var(&f.newer, "newer-than", "only files changed since: 7d, 12h, 2026-01-31, 2026-01-31T12:00:00Z")
	flags.Var(&f.older, "older-than", "only files not changed since")
	flags.Var(&f.least, "min-size", "only files of at least that many octets, such as 10K")
	flags.Var(&f.most, "max-size", "only files of at most that many octets")
	flags.BoolVar(&f.follow, "follow-links", false, "copy what links lead to, instead of skipping them")
}

// filter gives the flags as the queue wants them, for a run that begins now.
func (f *filterFlags) filter(now time.Time) (queue.Filter, error) {
	filter := queue.Filter{
		Include: f.include, Exclude: f.exclude, SkipHidden: !f.hidden, NewerThan: f.newer.at(now),
		OlderThan: f.older.at(now), MinSize: int64(f.least), MaxSize: int64(f.most),
	}
	if err := filter.Check(); err != nil {
		return filter, usagef("%v", err)
	}
	return filter, nil
}

// whenFlag is a pflag.Value: a moment, or how long it is ago.
type whenFlag struct {
	text   string
	moment time.Time
	ago    time.Duration
}

func (*whenFlag) Type() string     { return "WHEN" }
func (w *whenFlag) String() string { return w.text }

func (w *whenFlag) Set(s string) error {
	if ago, err := parseAgo(s); err == nil {
		*w = whenFlag{text: s, ago: ago}
		return nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, s, time.Local); err == nil {
			*w = whenFlag{text: s, moment: t}
			return nil
		}
	}
	return fmt.Errorf("%q is neither an age such as 7d or 12h nor a day such as 2026-01-31", s)
}

// parseAgo reads "7d", "2w" and what Go takes for a duration.
func parseAgo(s string) (time.Duration, error) {
	for unit, length := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		if number, found := strings.CutSuffix(s, unit); found {
			n, err := strconv.ParseUint(number, 10, 16)
			return time.Duration(n) * length, err //nolint:gosec // of 16 bits
		}
	}
	d, err := time.ParseDuration(s)
	if err == nil && d < 0 {
		err = fmt.Errorf("%s lies ahead", s)
	}
	return d, err
}

// at gives the moment; the zero time where the flag was not given.
func (w *whenFlag) at(now time.Time) time.Time {
	if w.text == "" || !w.moment.IsZero() {
		return w.moment
	}
	return now.Add(-w.ago)
}

// amountFlag is a pflag.Value: octets.
type amountFlag int64

func (*amountFlag) Type() string { return "SIZE" }

func (a *amountFlag) String() string {
	if *a == 0 {
		return ""
	}
	return formatAmount(int64(*a))
}

func (a *amountFlag) Set(s string) error {
	n, err := parseAmount(s)
	*a = amountFlag(n)
	return err
}
