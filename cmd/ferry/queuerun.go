package main

import (
	"context"
	"fmt"

	"ferry/queue"
	"ferry/queue/journal"
	"ferry/tui/figure"

	"github.com/spf13/cobra"
)

func newQueueRun(p *program) *cobra.Command {
	m := &mover{program: p, part: queue.PartShared, jobs: defaultJobs}
	cmd := &cobra.Command{
		Use: "run", Short: "Do what is in the queue, and end", Args: cobra.NoArgs,
		Long: "Do what is in the queue and end when nothing is left that goes on by itself. What another ferry is doing\n" +
			"is left to it; what is to begin later is waited for; what is paused or needs an answer stays.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			m.report = newReport(m, nil)
			m.report.name = p.shown
			return m.move(cmd.Context(), func(context.Context) {})
		},
	}
	cmd.Flags().VarP(&m.jobs, "jobs", "j", "transfers at a time")
	return cmd
}

// leftOver tells what stays in the queue after a run, and gives the code of what cannot go on.
func (m *mover) leftOver(ctx context.Context, j *journal.Journal) error {
	if m.part != queue.PartShared || j == nil {
		return nil
	}
	items, shared, err := queue.Look(context.WithoutCancel(ctx), j)
	if err != nil {
		return localFailure("read the queue in "+j.Path(), err)
	}
	var v verdict
	waiting, asking, paused := 0, 0, 0
	for _, it := range items {
		switch {
		case it.Elsewhere:
		case it.State == queue.Asking:
			asking++
		case it.State == queue.Paused:
			paused++
		case it.State == queue.Waiting && it.Reason != nil:
			m.program.note(&v, it.Reason)
		case !it.State.Final():
			waiting++
		}
	}
	console := m.program.console
	if shared.Held && waiting > 0 {
		console.Warn(fmt.Sprintf("everything is paused, %s with it; 'ferry queue resume' lets it go on",
			figure.Plural(waiting, "transfer")))
		v.add(&toldError{exitSome})
	}
	if asking > 0 {
		console.Warn(figure.Plural(asking, "transfer") + " cannot go on without an answer; the screen asks")
		v.add(&toldError{exitSome})
	}
	if paused > 0 {
		console.Warn(figure.Plural(paused, "transfer") + " paused")
	}
	return told(v.ofCommand())
}
