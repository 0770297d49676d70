package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func newGet(p *program) *cobra.Command {
	m := &mover{program: p}
	var output string
	cmd := &cobra.Command{
		Use: "get TARGET...", Short: "Copy files and folders from a server", Args: cobra.MinimumNArgs(1),
		Long: "Copy files and folders from a server into the working folder, or to the place that -o names.\n" +
			"A file shows under its name only when it is whole. What a transfer that broke left is gone on with.",
		Example: "  ferry get ftp://ftp.example.org/pub/README\n" +
			"  ferry get -r -o backup/ ftp://alice@ftp.example.org/www",
		RunE: func(cmd *cobra.Command, args []string) error { return m.get(cmd.Context(), args, output) },
	}
	m.register(cmd)
	m.registerSegments(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", "", "where to: a file's name, or a folder (with / at its end)")
	return cmd
}

func (m *mover) get(ctx context.Context, args []string, output string) error {
	if output == "-" {
		return usagef("-o - is not known; ferry cat writes files to standard output")
	}
	goal, err := newGoal(output)
	if err != nil {
		return err
	}
	if !goal.folder && len(args) > 1 {
		return usagef("%s is no folder; for several targets -o names one, with / at its end", output)
	}
	if m.filter, err = m.filters.filter(time.Now()); err != nil {
		return err
	}
	targets, err := m.program.open(ctx, args)
	if err != nil {
		return err
	}
	m.report = newReport(m, targets)
	return m.move(ctx, func(ctx context.Context) {
		for _, at := range targets {
			m.getTarget(ctx, at, goal)
		}
	})
}

// goal is where on the local disk something goes.
type goal struct {
	path   string // absolute
	folder bool   // things go into it; else it is the new name
}

func newGoal(output string) (goal, error) {
	path, err := filepath.Abs(output) // "" is the working folder
	if err != nil {
		return goal{}, localFailure("find the working folder", err)
	}
	info, err := os.Stat(path)
	return goal{path, err == nil && info.IsDir() || strings.HasSuffix(output, "/") ||
		strings.HasSuffix(output, string(filepath.Separator))}, nil
}

// getTarget finds what a target means and queues it.
func (m *mover) getTarget(ctx context.Context, at place, to goal) {
	found, err := m.program.find(ctx, at)
	if err == nil && len(found) > 1 && !to.folder {
		err = usagef("%s matches several files; for them -o names a folder, with / at its end", at.url())
	}
	if err != nil {
		m.report.notBegun(ctx, [2]string{at.url(), to.path}, err)
		return
	}
	for _, one := range found {
		m.copy(ctx, m.download(ctx, one, to))
	}
}

func (m *mover) download(ctx context.Context, at place, to goal) job {
	j := job{
		from: at.client, to: m.program.shores.disk(), path: at.path, entry: followed(ctx, at), toDir: to.path,
		make: to.folder, contents: !at.target.named(), shown: [2]string{at.url(), to.path},
	}
	switch {
	case j.contents:
		j.make = true
	case !to.folder:
		j.toDir, j.as = filepath.Dir(to.path), filepath.Base(to.path)
	}
	return j
}
