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

func newQueueLs(p *program) *cobra.Command {
	return &cobra.Command{
		Use: "ls", Short: "List the transfers", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withJournal(cmd.Context(), false, func(j *journal.Journal) error {
				return p.listQueue(cmd.Context(), j)
			})
		},
	}
}

// queuedRecord is a transfer of the queue in JSON. What is not known is absent.
type queuedRecord struct {
	ID     string  `json:"id"`
	State  string  `json:"state"`
	From   string  `json:"from"`
	To     string  `json:"to"`
	Bytes  int64   `json:"bytes"`
	Size   *int64  `json:"size,omitempty"`
	Speed  float64 `json:"speed,omitempty"` // octets a second
	Until  string  `json:"until,omitempty"` // it is not begun before
	Tries  int     `json:"tries"`
	Proof  string  `json:"proof,omitempty"`
	Reason string  `json:"reason,omitempty"`
	Note   string  `json:"note,omitempty"`
}

func (p *program) listQueue(ctx context.Context, j *journal.Journal) error {
	items, shared, err := queue.Look(ctx, j)
	if err != nil {
		return localFailure("read the queue in "+j.Path(), err)
	}
	out, flush := p.results()
	for _, it := range items {
		if err := tellResult(p, out, it, p.queuedRecord, p.queuedLine); err != nil {
			return err
		}
	}
	if shared.Held {
		p.console.Say("Everything is paused; 'ferry queue resume' lets it go on.")
	}
	if words := figure.Limit(shared.Limit.Up, shared.Limit.Down); words != "" {
		p.console.Say("Limited to " + words + " in each ferry; 'ferry queue limit none' ends that.")
	}
	return flush()
}

func (p *program) queuedRecord(it queue.Item) queuedRecord {
	r := queuedRecord{
		ID: it.ID.String(), State: it.State.String(), From: p.shown(it.FromID, it.From), To: p.shown(it.ToID, it.To),
		Bytes: it.Moved, Speed: it.Speed, Tries: it.Tries, Note: it.Note,
	}
	if it.Size >= 0 {
		r.Size = &it.Size
	}
	if !it.Until.IsZero() {
		r.Until = it.Until.UTC().Format(time.RFC3339)
	}
	if it.State == queue.Done {
		r.Proof = it.Proof.String()
	}
	if it.Reason != nil {
		r.Reason = oneLine(it.Reason.Error())
	}
	return r
}

// queuedLine tells a transfer in one line.
func (p *program) queuedLine(it queue.Item) string {
	arrow := [...]string{queue.Across: "→", queue.Up: "↑", queue.Down: "↓"}[it.Direction]
	line := termtext.Pad(it.ID.String(), 8) + " " + termtext.Pad(it.State.String(), 9) + " " +
		termtext.PadLeft(figure.Of(it.Moved, it.Size), 14) + " " + arrow + " " +
		termtext.DisplayName(p.shown(it.FromID, it.From)) + " → " + termtext.DisplayName(p.shown(it.ToID, it.To))
	switch {
	case !it.Until.IsZero():
		line += ", at " + it.Until.Local().Format("2006-01-02 15:04:05")
	case it.State == queue.Running && it.Speed > 0:
		line += ", " + figure.Speed(it.Speed)
	case it.State == queue.Done:
		line += ", " + it.Proof.String()
	}
	if it.Reason != nil {
		line += ": " + termtext.Display(oneLine(it.Reason.Error()))
	}
	return line
}
