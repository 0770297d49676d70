package queue_test

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"ferry/internal/vfs"
	"ferry/queue"
)

// TestResume puts something of a file at its target and tells what a copy makes of it. Both directions.
func TestResume(t *testing.T) {
	text := long(300_000)
	other := strings.Repeat("#", 200_000)
	const part, final = ".x.ferrypart", "x"
	for _, c := range []struct {
		name  string
		rule  queue.Rule
		there map[string]string
		state queue.State
		left  map[string]string // nil: the file alone
		note  string
		calls map[string]int // of an upload
	}{
		{
			name: "a part", there: map[string]string{part: text[:200_000]}, state: queue.Done, note: "resumed at octet 200000",
			calls: map[string]int{"List": 1, "Partial": 1, "Open": 1, "Create": 1},
		},
		{name: "a small part", there: map[string]string{part: text[:10]}, state: queue.Done, note: "resumed at octet 10"},
		{name: "all of it", there: map[string]string{part: text}, state: queue.Done, note: "resumed at octet 300000"},
		{
			name: "another part", there: map[string]string{part: other}, state: queue.Done, note: "does not match",
			calls: map[string]int{"List": 1, "Partial": 1, "Open": 1, "Create": 1},
		},
		{name: "a part that is too long", there: map[string]string{part: text + "x"}, state: queue.Done, note: "longer"},
		{
			name: "a part, but anew", rule: queue.RuleOverwrite,
			there: map[string]string{part: text[:200_000]}, state: queue.Done,
			calls: map[string]int{"List": 1, "Create": 1},
		},
		{
			name: "a part and the file", there: map[string]string{part: text[:9], final: "y"}, state: queue.Failed,
			left: map[string]string{part: text[:9], final: "y"}, calls: map[string]int{"List": 1},
		},
		{
			name: "the file's beginning", rule: queue.RuleResume,
			there: map[string]string{final: text[:200_000]}, state: queue.Done,
			note:  "went on behind the end",
			calls: map[string]int{"List": 1, "Stat": 1, "Open": 1, "Rename": 1, "Create": 1},
		},
		{
			name: "no beginning", rule: queue.RuleResume, there: map[string]string{final: other}, state: queue.Failed,
			left: map[string]string{final: other},
		},
		{
			name: "a beginning and a part", rule: queue.RuleResume, there: map[string]string{final: text[:5], part: text[:6]},
			state: queue.Failed, left: map[string]string{final: text[:5], part: text[:6]},
		},
		{
			name: "the whole file", rule: queue.RuleResume, there: map[string]string{final: text}, state: queue.Skipped,
			calls: map[string]int{"List": 1},
		},
	} {
		for _, upload := range []bool{true, false} {
			from, to, r := tree(t, map[string]string{"x": text}), tree(t, c.there), newRemote()
			var opened []string
			r.reader = func(in vfs.Reader, _ context.Context, path string, _ int64) vfs.Reader {
				opened = append(opened, path)
				return in
			}
			req := down(t, r, from, to)
			if upload {
				req = up(t, r, from, to)
			}
			req.OnConflict = c.rule
			h := start(t, queue.Options{})
			h.add(req)
			h.idle()
			it := h.item("x")
			if it.State != c.state || !strings.Contains(it.Note, c.note) || c.note == "" && it.Note != "" {
				t.Errorf("%s, upload %t: %v, %q, %v", c.name, upload, it.State, it.Note, it.Reason)
			}
			if c.state == queue.Done && it.Moved != 300_000 {
				t.Errorf("%s: %d octets are told as moved", c.name, it.Moved)
			}
			if c.state == queue.Failed && !errors.Is(it.Reason, fs.ErrExist) {
				t.Errorf("%s: %v", c.name, it.Reason)
			}
			want := c.left
			if want == nil {
				want = map[string]string{"x": text}
			}
			sameTree(t, grown(t, to), want)
			if calls := r.asked(); upload && c.calls != nil && !maps.Equal(calls, c.calls) {
				t.Errorf("%s: the server was asked %v, want %v", c.name, calls, c.calls)
			}
			if !upload && c.state == queue.Done && len(opened) > 2 {
				t.Errorf("%s: the source was opened %d times", c.name, len(opened))
			}
		}
	}
}

// TestResumedFileIsGivenBack: somebody's shorter file was gone on with; when that is given up, it is there still.
func TestResumedFileIsGivenBack(t *testing.T) {
	text := long(300_000)
	for name, interrupt := range map[string]func(h *harness){
		"cancelled":   func(h *harness) { h.q.CancelAll() },
		"interrupted": func(h *harness) { h.stop(context.Canceled) },
	} {
		from, to, r := tree(t, map[string]string{"x": text}), tree(t, map[string]string{"x": text[:200_000]}), newRemote()
		r.reader = func(in vfs.Reader, ctx context.Context, _ string, _ int64) vfs.Reader {
			came := 0
			return &stream{Reader: in, read: func(p []byte) (int, error) {
				if came > 90_000 {
					<-ctx.Done()
					return 0, context.Cause(ctx)
				}
				n, err := in.Read(p[:min(len(p), 10_000)])
				came += n
				return n, err
			}}
		}
		h := start(t, queue.Options{})
		req := down(t, r, from, to)
		req.OnConflict = queue.RuleResume
		h.add(req)
		h.until("octets", func() bool { return len(h.items) == 1 && h.item("x").Moved > 220_000 })
		interrupt(h)
		h.idle()
		it := h.item("x")
		left := grown(t, to)
		if it.State != queue.Cancelled || len(left) != 1 || len(left["x"]) <= 200_000 || !strings.HasPrefix(text, left["x"]) {
			t.Errorf("%s: %+v, %d files, %d octets", name, it, len(left), len(left["x"]))
		}
	}
}

// TestNoRestart: a server that cannot begin in the middle gets the whole file anew.
func TestNoRestart(t *testing.T) {
	text := long(300_000)
	for _, upload := range []bool{true, false} {
		from, to := tree(t, map[string]string{"x": text}), tree(t, map[string]string{".x.ferrypart": text[:200_000]})
		r := newRemote()
		refusing := &refuser{remote: r}
		req := down(t, r, from, to)
		req.From = refusing
		if upload {
			req = up(t, r, from, to)
			req.To = refusing
		}
		h := start(t, queue.Options{})
		h.add(req)
		h.idle()
		if it := h.item("x"); it.State != queue.Done || !strings.Contains(it.Note, "begun anew") {
			t.Errorf("upload %t: %+v", upload, it)
		}
		sameTree(t, grown(t, to), map[string]string{"x": text})
	}
}

// refuser has no restart, in either direction, but lets the end of a part be read.
type refuser struct{ *remote }

func (r *refuser) Lease(ctx context.Context, why vfs.Purpose) (vfs.Session, error) {
	s, err := r.remote.Lease(ctx, why)
	return &refusing{s}, err
}

type refusing struct{ vfs.Session }

func (s *refusing) Open(ctx context.Context, path string, offset int64) (vfs.Reader, error) {
	if offset > 0 && !vfs.IsPartialName(filepath.Base(path)) {
		return nil, failure(vfs.ErrNotSupported)
	}
	return s.Session.Open(ctx, path, offset)
}

func (s *refusing) Create(ctx context.Context, path string, how vfs.Create) (vfs.Writer, error) {
	if how.Offset > 0 {
		return nil, failure(vfs.ErrNotSupported)
	}
	return s.Session.Create(ctx, path, how)
}

// TestPartThatCannotBeRead is no reason to fail, unless trying again may help.
func TestPartThatCannotBeRead(t *testing.T) {
	for _, kind := range []error{fs.ErrPermission, vfs.ErrBusy} {
		for _, call := range []string{"Open", "Partial"} {
			text := long(300_000)
			from, to := tree(t, map[string]string{"x": text}), tree(t, map[string]string{".x.ferrypart": text[:200_000]})
			synctest.Test(t, func(t *testing.T) {
				r, asked := newRemote(), 0
				r.before = func(_ context.Context, c, _ string) error {
					if c == call {
						if asked++; asked == 1 {
							return failure(kind)
						}
					}
					return nil
				}
				h := start(t, queue.Options{})
				h.add(up(t, r, from, to))
				h.idle()
				it := h.item("x")
				resumed := strings.Contains(it.Note, "resumed")
				if it.State != queue.Done || resumed != errors.Is(kind, vfs.ErrBusy) || resumed != (it.Tries == 2) {
					t.Errorf("%s, %v: %+v", call, kind, it)
				}
			})
			sameTree(t, grown(t, to), map[string]string{"x": text})
		}
	}
}

// TestTargetChangesBeforeItsTurn: a file to be gone on with is another one by then.
func TestTargetChangesBeforeItsTurn(t *testing.T) {
	text := long(1000)
	from, to, r := tree(t, map[string]string{"x": text}), tree(t, map[string]string{"x": text[:500]}), newRemote()
	r.before = func(_ context.Context, call, path string) error {
		if call == "Stat" {
			return os.WriteFile(path, []byte(text+text), 0o600)
		}
		return nil
	}
	h := start(t, queue.Options{})
	req := up(t, r, from, to)
	req.OnConflict = queue.RuleResume
	h.add(req)
	h.idle()
	h.expect("x:failed")
	sameTree(t, grown(t, to), map[string]string{"x": text + text})
}
