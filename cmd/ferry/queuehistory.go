package main

import (
	"context"
	"time"

	"ferry/internal/termtext"
	"ferry/queue"
	"ferry/queue/journal"
	"ferry/tui/figure"

	"github.com/spf13/cobra"
)

// historyLines is how much of history is told unless more is asked for.
const historyLines = 50

func newQueueHistory(p *program) *cobra.Command {
	var since, state string
	var most int
	cmd := &cobra.Command{
		Use: "history [TEXT]", Short: "What went where, when, how fast, with which proof", Args: cobra.MaximumNArgs(1),
		Long: "Tell what ended, the latest first. TEXT is a part of a path or of a server's address.",
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := historyFilter(since, state, most, time.Now())
			if err != nil {
				return err
			}
			if len(args) > 0 {
				f.Text = args[0]
			}
			return p.withJournal(cmd.Context(), false, func(j *journal.Journal) error {
				return p.history(cmd.Context(), j, f)
			})
		},
	}
	cmd.Flags().StringVar(&since, "since", "", "what ended after that: 24h, 2026-01-31, or 2026-01-31T12:00:00Z")
	cmd.Flags().StringVar(&state, "state", "", "what ended like that: done, failed, skipped or cancelled")
	cmd.Flags().IntVarP(&most, "lines", "n", historyLines, "how many at most, 0 for all")
	return cmd
}

func historyFilter(since, state string, most int, now time.Time) (journal.Filter, error) {
	f := journal.Filter{Most: max(most, 0)}
	if state != "" {
		s, err := queue.ParseState(state)
		if err != nil || !s.Final() {
			return f, usagef("--state %s: what ended is done, failed, skipped or cancelled", state)
		}
		f.State = state
	}
	if since == "" {
		return f, nil
	}
	if ago, err := time.ParseDuration(since); err == nil {
		f.Since = now.Add(-ago).UnixMicro()
		return f, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.ParseInLocation(layout, since, time.Local); err == nil {
			f.Since = at.UnixMicro()
			return f, nil
		}
	}
	return f, usagef("--since %s: that is no time such as 24h or 2026-01-31", since)
}

// pastRecord is a line of history in JSON.
type pastRecord struct {
	ID      string  `json:"id"`
	State   string  `json:"state"`
	Started string  `json:"started,omitempty"`
	Ended   string  `json:"ended"`
	From    string  `json:"from"`
	To      string  `json:"to"`
	Size    *int64  `json:"size,omitempty"`
	Bytes   int64   `json:"bytes"` // moved by the last try
	Seconds float64 `json:"seconds,omitempty"`
	Tries   int     `json:"tries"`
	Proof   string  `json:"proof,omitempty"`
	Reason  string  `json:"reason,omitempty"`
	Note    string  `json:"note,omitempty"`
}

func (p *program) history(ctx context.Context, j *journal.Journal, f journal.Filter) error {
	all, err := j.History(ctx, f)
	if err != nil {
		return localFailure("read the history in "+j.Path(), err)
	}
	out, flush := p.results()
	for _, past := range all {
		if err := tellResult(p, out, past, p.pastRecord, p.pastLine); err != nil {
			return err
		}
	}
	return flush()
}

// lasted is how long the last try took; 0 if there was none.
func lasted(past journal.Past) time.Duration {
	if past.Started == 0 {
		return 0
	}
	return time.Duration(past.Ended-past.Started) * time.Microsecond
}

func (p *program) pastRecord(past journal.Past) pastRecord {
	r := pastRecord{
		ID: queue.ItemID(past.Item).String(), State: past.State, //nolint:gosec // it was made from one
		Ended: time.UnixMicro(past.Ended).UTC().Format(time.RFC3339),
		From:  p.shown(past.FromID, past.From), To: p.shown(past.ToID, past.To), Bytes: past.Walked,
		Seconds: lasted(past).Seconds(), Tries: past.Tries, Reason: oneLine(past.Reason), Note: past.Note,
	}
	if past.Started != 0 {
		r.Started = time.UnixMicro(past.Started).UTC().Format(time.RFC3339)
	}
	if past.Size >= 0 {
		r.Size = &past.Size
	}
	if past.State == queue.Done.String() {
		r.Proof = past.Proof
	}
	return r
}

func (p *program) pastLine(past journal.Past) string {
	line := time.UnixMicro(past.Ended).Local().Format("2006-01-02 15:04:05") + " " + termtext.Pad(past.State, 9) + " " +
		termtext.PadLeft(figure.Size(past.Size), 8) + " " + termtext.DisplayName(p.shown(past.FromID, past.From)) +
		" → " + termtext.DisplayName(p.shown(past.ToID, past.To))
	if past.State == queue.Done.String() {
		if took := lasted(past).Seconds(); took > 0 {
			line += ", " + figure.Speed(float64(past.Walked)/took)
		}
		line += ", " + past.Proof
	}
	for _, more := range []string{past.Reason, past.Note} {
		if more != "" {
			line += ": " + termtext.Display(oneLine(more))
		}
	}
	return line
}
