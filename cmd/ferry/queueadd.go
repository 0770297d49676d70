package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"ferry/queue"

	"github.com/spf13/cobra"
)

func newQueueAdd(p *program) *cobra.Command {
	m := &mover{program: p, part: queue.PartStill, rule: ruleFlag{asks: true}}
	var at string
	cmd := &cobra.Command{
		Use: "add FROM... TO", Short: "Put transfers into the queue, to be done later", Args: cobra.MinimumNArgs(2),
		Long: "Put transfers into the queue: from a server into a local folder or file, from here to a server, or from\n" +
			"one server to another, through this machine. They are begun by 'ferry queue run', or by a ferry with a screen.",
		Example: "  ferry queue add -r ftp://ftp.example.org/pub/docs .\n" +
			"  ferry queue add --at 22:30 backup.tar ftp://alice@ftp.example.org/incoming/",
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if m.notBefore, err = parseStart(at, time.Now()); err != nil {
				return err
			}
			return m.addToQueue(cmd.Context(), args[:len(args)-1], args[len(args)-1])
		},
	}
	m.register(cmd)
	m.registerSegments(cmd)
	cmd.Flags().StringVar(&at, "at", "", "begin then and not before: 22:30, 2h, or 2026-01-31T12:00:00Z")
	return cmd
}

// addToQueue sees by its arguments which way it goes.
func (m *mover) addToQueue(ctx context.Context, from []string, to string) error {
	there := len(slices.DeleteFunc(slices.Clone(from), func(arg string) bool { return !isAddress(arg) }))
	switch {
	case !isAddress(to):
		return m.get(ctx, from, to)
	case there == 0:
		return m.put(ctx, from, to)
	case there == len(from):
		return m.across(ctx, from, to)
	}
	return usagef("some of what is to go to %s is here and some on servers; one command adds only one of both", scrub(to))
}

func isAddress(arg string) bool {
	_, _, isSite := cutSite(arg)
	return isSite || strings.Contains(arg, "://")
}

// parseStart reads when something is to begin: a time of day, the next one that comes, a time from now on, or a date
// with a time.
func parseStart(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if in, err := time.ParseDuration(s); err == nil && in > 0 {
		return now.Add(in), nil
	}
	if clock, err := time.ParseInLocation("15:04", s, now.Location()); err == nil {
		at := time.Date(now.Year(), now.Month(), now.Day(), clock.Hour(), clock.Minute(), 0, 0, now.Location())
		if !at.After(now) {
			at = at.AddDate(0, 0, 1)
		}
		return at, nil
	}
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at, nil
	}
	return time.Time{}, usagef("--at %s: that is no time such as 22:30, 2h or 2026-01-31T12:00:00Z", s)
}
