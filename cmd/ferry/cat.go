package main

import (
	"bufio"
	"context"
	"errors"
	"io"

	"ferry/internal/termtext"
	"ferry/internal/vfs"

	"github.com/spf13/cobra"
)

func newCat(p *program) *cobra.Command {
	return &cobra.Command{
		Use: "cat TARGET...", Short: "Write files from a server to standard output", Args: cobra.MinimumNArgs(1),
		Long: "Write files from a server to standard output, as they are; on a terminal control characters are made visible.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if p.flags.json {
				return usagef("cat writes files as they are; --json does not go with it")
			}
			return p.cat(cmd.Context(), args)
		},
	}
}

func (p *program) cat(ctx context.Context, args []string) error {
	targets, err := p.openNamed(ctx, args)
	if err != nil {
		return err
	}
	return p.each(ctx, targets, func(at place) error { return p.catTarget(ctx, at) })
}

func (p *program) catTarget(ctx context.Context, at place) error {
	if err := at.locate(ctx); err != nil {
		return err
	}
	all := []place{at}
	if at.target.pattern != "" {
		found, err := p.find(ctx, at)
		if err != nil {
			return err
		}
		all = found
	}
	return p.each(ctx, all, func(at place) error {
		return vfs.Do(ctx, at.client, vfs.Browse, func(s vfs.Session) error { return p.catFile(ctx, s, at.path) })
	})
}

func (p *program) catFile(ctx context.Context, s vfs.Session, path string) error {
	r, err := s.Open(ctx, path, 0)
	if err != nil {
		return err
	}
	err = p.pour(touched{r})
	closed := r.Close()
	if err == nil {
		err = closed
	}
	return err
}

// touched restarts the stall timer of a stream at each piece.
type touched struct{ vfs.Reader }

func (t touched) Read(p []byte) (int, error) {
	t.Touch()
	return t.Reader.Read(p)
}

// pour writes r to standard output: unchanged, or visible lines if that is a terminal, which the octets of a stranger
// must not steer.
func (p *program) pour(r io.Reader) error {
	out := output{p.stdout}
	if p.stdoutIsTTY {
		return pourVisible(out, r)
	}
	_, err := io.CopyBuffer(out, r, make([]byte, 128<<10))
	return err
}

// output turns what goes wrong with standard output into a failure of the local side.
type output struct{ io.Writer }

func (o output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	return n, outputFailure(err)
}

// longestLine bounds, in octets, what is made visible at once; longer lines are broken.
const longestLine = 64 << 10

func pourVisible(w io.Writer, r io.Reader) error {
	in := bufio.NewReaderSize(r, longestLine)
	out := bufio.NewWriter(w)
	for {
		line, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			err = nil // a letter that is cut here shows as its octets
		}
		for _, visible := range termtext.Lines(string(line)) {
			_, _ = out.WriteString(visible) // Flush tells
			_ = out.WriteByte('\n')
		}
		if len(line) == 1 && line[0] == '\n' {
			_ = out.WriteByte('\n')
		}
		if err != nil || in.Buffered() == 0 {
			if failed := out.Flush(); failed != nil {
				return failed
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
