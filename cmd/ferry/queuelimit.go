package main

import (
	"strings"

	"ferry/queue"

	"github.com/spf13/cobra"
)

func newQueueLimit(p *program) *cobra.Command {
	return &cobra.Command{
		Use: "limit DOWN [UP]", Short: "Bound how fast octets move in every ferry, at once and from now on",
		Long: "Each ferry of this machine then fetches at most DOWN octets a second and sends at most UP; with one\n" +
			"number both are bound by it. What else bounds them (--limit-rate, sites, the screen) holds as well.\n" +
			"It counts at once, also for what runs, until another one is set; none takes it back.",
		Example: "  ferry queue limit 5M\n  ferry queue limit none 800K", Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			var rates [2]rateFlag
			for i := range rates {
				word := args[min(i, len(args)-1)]
				if strings.EqualFold(word, "none") {
					word = ""
				}
				if err := rates[i].Set(word); err != nil {
					return usagef("%v", err)
				}
			}
			to := queue.Speed{Down: int64(rates[0]), Up: int64(rates[1])}
			return p.still(cmd.Context(), func(q *queue.Queue) { q.LimitEverywhere(to) })
		},
	}
}
