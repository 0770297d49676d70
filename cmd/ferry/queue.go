package main

import (
	"context"
	"slices"
	"strings"

	"ferry/queue"
	"ferry/queue/journal"

	"github.com/spf13/cobra"
)

func newQueue(p *program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "queue", Short: "The transfers of all ferries on this machine: look, add, run, give orders",
		Long: "The queue outlives ferry: what the screen or 'queue add' put into it is done by the next ferry that has\n" +
			"a screen, or by 'queue run'. Orders reach also what another ferry is doing just now.\n" +
			"What get and put do is in it as long as it is not done; if it broke, 'queue retry' goes on with it.",
		Example: "  ferry queue add -r --at 22:30 ftp://ftp.example.org/pub/iso .\n  ferry queue run\n  ferry queue ls",
	}
	cmd.AddCommand(
		newQueueLs(p), newQueueAdd(p), newQueueRun(p), newQueueHistory(p),
		newOrder(p, "pause [ID...]", "Pause transfers, or everything", (*queue.Queue).Pause, (*queue.Queue).PauseAll),
		newOrder(p, "resume [ID...]", "Let paused transfers, or everything, go on",
			(*queue.Queue).Resume, (*queue.Queue).ResumeAll),
		newOrder(p, "retry [ID...]", "Try transfers again, or all that failed",
			(*queue.Queue).Retry, (*queue.Queue).RetryFailed),
		newOrder(p, "top ID...", "Let transfers have their turn first", func(q *queue.Queue, ids ...queue.ItemID) {
			q.Move(queue.MoveTop, ids...)
		}, nil),
		newQueueVerify(p), newCancel(p), newClear(p), newQueueLimit(p),
	)
	return cmd
}

// newOrder makes a command that gives one order to items, or without any to all.
func newOrder(
	p *program, use, short string, some func(*queue.Queue, ...queue.ItemID), all func(*queue.Queue),
) *cobra.Command {
	args := cobra.ArbitraryArgs
	if all == nil {
		args = cobra.MinimumNArgs(1)
	}
	return &cobra.Command{
		Use: use, Short: short, Args: args,
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := p.items(cmd.Context(), args)
			if err != nil {
				return err
			}
			return p.still(cmd.Context(), func(q *queue.Queue) {
				if len(args) > 0 {
					some(q, ids...)
				} else {
					all(q)
				}
			})
		},
	}
}

func newCancel(p *program) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use: "cancel ID... | --all", Short: "Give up transfers",
		RunE: func(cmd *cobra.Command, args []string) error {
			if all == (len(args) > 0) {
				return usagef("either the IDs of transfers are given, or --all")
			}
			ids, err := p.items(cmd.Context(), args)
			if err != nil {
				return err
			}
			return p.still(cmd.Context(), func(q *queue.Queue) { q.Cancel(ids...) })
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "all that is not done")
	return cmd
}

func newClear(p *program) *cobra.Command {
	var answers bool
	cmd := &cobra.Command{
		Use: "clear [ID...]", Short: "Forget what has ended; history still tells of it",
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := p.items(cmd.Context(), args)
			if err != nil {
				return err
			}
			return p.still(cmd.Context(), func(q *queue.Queue) {
				switch {
				case answers:
					q.AskAgain()
				case len(args) > 0:
					q.Clear(ids...)
				default:
					q.ClearFinal()
				}
			})
		},
	}
	cmd.Flags().BoolVar(&answers, "answers", false, "instead, what was answered to be done always with files that exist")
	return cmd
}

// items reads IDs and looks whether there are such transfers. Without any it gives all that are not final, for
// cancel; other commands have another order for all.
func (p *program) items(ctx context.Context, args []string) (ids []queue.ItemID, err error) {
	for _, arg := range args {
		id, err := queue.ParseItemID(arg)
		if err != nil {
			return nil, usagef("%v; 'ferry queue ls' shows them", err)
		}
		ids = append(ids, id)
	}
	err = p.withJournal(ctx, false, func(j *journal.Journal) error {
		all, _, err := queue.Look(ctx, j)
		known := map[queue.ItemID]bool{}
		for _, it := range all {
			known[it.ID] = true
			if len(args) == 0 && !it.State.Final() {
				ids = append(ids, it.ID)
			}
		}
		var missing []string
		for _, id := range ids {
			if !known[id] {
				missing = append(missing, id.String())
			}
		}
		if err == nil && len(missing) > 0 {
			return usagef("the queue has no transfer %s; 'ferry queue ls' shows them", strings.Join(missing, ", "))
		}
		return err
	})
	return slices.Compact(ids), err
}
