package queue_test

import (
	"context"
	"fmt"
	"io"
	"testing"

	"ferry/internal/vfs"
	"ferry/queue"
)

// TestSkippedLeavesNoPart: somebody else takes the name while a copy is under way, and the rule skips what is there.
func TestSkippedLeavesNoPart(t *testing.T) {
	for _, size := range []int{100, 200_000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			from, to, r := tree(t, map[string]string{"x": long(size)}), t.TempDir(), newRemote()
			r.reader = func(in vfs.Reader, _ context.Context, _ string, _ int64) vfs.Reader {
				return &stream{Reader: in, read: func(p []byte) (int, error) {
					n, err := in.Read(p)
					if err == io.EOF {
						grow(t, to, "x", "somebody else's")
					}
					return n, err
				}}
			}
			h := start(t, queue.Options{})
			req := down(t, r, from, to)
			req.OnConflict = queue.RuleSkip
			h.add(req)
			h.idle()
			h.expect("x:skipped")
			sameTree(t, grown(t, to), map[string]string{"x": "somebody else's"})
		})
	}
}
