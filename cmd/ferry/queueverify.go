package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"ferry/queue"
	"ferry/queue/journal"
	"ferry/tui/figure"

	"github.com/spf13/cobra"
)

func newQueueVerify(p *program) *cobra.Command {
	return &cobra.Command{
		Use: "verify [ID...]", Short: "Compare the hashes of both sides of what is done",
		Long: "Compare the hashes of both sides of transfers that are done, of all that were not compared yet if none is\n" +
			"named. Nothing is fetched for that: a server that tells no hashes is named, and the transfer keeps its grade.\n" +
			"Where the two differ the transfer has failed, and 'queue retry' copies it again.",
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := p.items(cmd.Context(), args)
			if err != nil {
				return err
			}
			return p.withJournal(cmd.Context(), true, func(j *journal.Journal) error {
				return p.verify(cmd.Context(), j, len(args) == 0, ids)
			})
		},
	}
}

// verify checks items and tells how each fared.
func (p *program) verify(ctx context.Context, j *journal.Journal, all bool, ids []queue.ItemID) error {
	before, _, err := queue.Look(ctx, j)
	if err != nil {
		return localFailure("read the queue in "+j.Path(), err)
	}
	wanted := map[queue.ItemID]bool{}
	for _, it := range before {
		checkable := it.State == queue.Done && !it.Folder
		switch named := slices.Contains(ids, it.ID); {
		case checkable && (all && it.Proof != queue.ProofHash || named && !all):
			wanted[it.ID] = true
		case named && !all:
			return usagef("%s is %s; only what is done can be verified", it.ID, it.State)
		}
	}
	if len(wanted) == 0 {
		p.console.Say("Nothing is left to verify.")
		return nil
	}
	if err := p.runErrand(ctx, j, wanted); err != nil {
		return err
	}
	return p.tellVerified(context.WithoutCancel(ctx), j, wanted)
}

// runErrand runs a queue that does nothing but verify.
func (p *program) runErrand(ctx context.Context, j *journal.Journal, wanted map[queue.ItemID]bool) error {
	q := queue.New(queue.Options{Journal: j, Part: queue.PartErrand, Open: p.openShore, Retries: p.retries()})
	for id := range wanted {
		q.Verify(id)
	}
	q.Close()
	var failed error
	var ended sync.WaitGroup
	ended.Go(func() { failed = q.Run(ctx) })
	var err error
	for !errors.Is(err, queue.ErrClosed) {
		_, err = q.Next(context.WithoutCancel(ctx))
	}
	ended.Wait()
	return failed
}

func (p *program) tellVerified(ctx context.Context, j *journal.Journal, wanted map[queue.ItemID]bool) error {
	after, shared, err := queue.Look(ctx, j)
	if err != nil {
		return localFailure("read the queue in "+j.Path(), err)
	}
	var v verdict
	unproven := 0
	out, flush := p.results()
	for _, it := range after {
		if !wanted[it.ID] {
			continue
		}
		err := tellResult(p, out, it, p.queuedRecord, p.queuedLine)
		switch {
		case err != nil:
			return err
		case it.State == queue.Failed:
			p.note(&v, it.Reason)
		case it.Proof != queue.ProofHash:
			unproven++
			v.add(&toldError{exitSome})
		}
	}
	if unproven > 0 {
		p.console.Complain(fmt.Errorf("%s could not be verified; 'ferry queue ls' tells why",
			figure.Plural(unproven, "transfer")))
	}
	if shared.Held {
		p.console.Warn("everything is paused, so nothing was verified; 'ferry queue resume' lets it go on")
	}
	if err := flush(); err != nil {
		return err
	}
	return told(v.ofCommand())
}
