package queue_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ferry/queue"
)

// died gives the queue as it is at this moment, left behind by processes that have died.
func (o *house) died() *house {
	o.t.Helper()
	left := newHouse(o.t)
	if err := os.MkdirAll(filepath.Dir(left.path), 0o700); err != nil {
		o.t.Fatal(err)
	}
	o.exec(o.path, "VACUUM INTO ?", left.path)
	const nobody = 1 << 30 // above all numbers that Linux gives
	o.exec(left.path, "UPDATE processes SET pid = ?", nobody)
	return left
}

func (o *house) exec(path, statement string, args ...any) {
	o.t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err == nil {
		_, err = db.ExecContext(o.t.Context(), statement, args...)
		_ = db.Close() // what matters is written
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

// count asks the journal for one number.
func (o *house) count(question string) (n int) {
	o.t.Helper()
	db, err := sql.Open("sqlite", "file:"+o.path+"?_pragma=busy_timeout(5000)")
	if err == nil {
		err = db.QueryRowContext(o.t.Context(), question).Scan(&n)
		_ = db.Close() // it was read only
	}
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

// blocked lets all calls of one kind wait until the function that it gives is called.
func blocked(r *remote, which string) (release func()) {
	let := make(chan struct{})
	r.before = func(ctx context.Context, call, _ string) error {
		if call != which {
			return nil
		}
		select {
		case <-let:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return func() { close(let) }
}

// TestDiedBeforeItWasNoted: files got their names, and the process died before it wrote that down, or even that it had
// found them. Nobody brings them a second time, whatever the rule is.
func TestDiedBeforeItWasNoted(t *testing.T) {
	files := map[string]string{"large": long(200_000), "small": long(1000), "empty": ""}
	for _, c := range []struct {
		rule queue.Rule
		old  map[string]string
		want map[string]string
	}{
		{queue.RuleFail, nil, files},
		{queue.RuleSkip, nil, files},
		{queue.RuleResume, nil, files},
		{queue.RuleOverwrite, map[string]string{"large": "old", "small": "old"}, files},
		{queue.RuleSize, map[string]string{"large": "old", "small": "old"}, files},
		{
			queue.RuleRename,
			map[string]string{"large": "old", "small": "old"},
			map[string]string{
				"large": "old", "small": "old", "empty": "", "large (2)": files["large"], "small (2)": files["small"],
			},
		},
	} {
		for _, moment := range []string{"List", "Open"} {
			t.Run(c.rule.String()+" "+moment, func(t *testing.T) {
				from, to, o := tree(t, map[string]string{}), t.TempDir(), newHouse(t)
				for name, text := range files {
					grow(t, from, "d/"+name, text)
				}
				for name, text := range c.old {
					grow(t, to, "d/"+name, text)
				}
				release := blocked(o.r, moment)
				h := o.enter(queue.Options{Workers: 4})
				req := down(t, o.r, from, to)
				req.OnConflict = c.rule
				h.add(req)
				if moment == "Open" {
					h.until("all is found", func() bool { return len(h.items) == 3 && h.last.Totals.Planning == 0 })
				}
				await(t, func() bool {
					return o.count("SELECT count(*) FROM items") == len(h.items) && o.count("SELECT count(*) FROM batches") == 1
				})
				left := o.died()
				release()
				h.until("the end", func() bool { return h.last.Totals.Done == 3 && h.last.Totals.Idle() })
				h.leave()
				before := infos(t, to, c.want)

				left.r = o.r
				again := left.enter(queue.Options{Workers: 4})
				again.until("the end", func() bool { return len(again.items) == 3 && again.last.Totals.Idle() })
				if again.last.Totals.Done != 3 {
					t.Errorf("%v", again.states())
				}
				again.leave()
				for name, is := range infos(t, to, c.want) {
					if !os.SameFile(is, before[name]) {
						t.Errorf("%s was brought a second time", name)
					}
				}
				want := map[string]string{}
				for name, text := range c.want {
					want["d/"+name] = text
				}
				sameTree(t, grown(t, to), want)
			})
		}
	}
}

func infos(t *testing.T, dir string, names map[string]string) map[string]os.FileInfo {
	t.Helper()
	all := map[string]os.FileInfo{}
	for name := range names {
		info, err := os.Stat(filepath.Join(dir, "d", name))
		if err != nil {
			t.Fatal(err)
		}
		all[name] = info
	}
	return all
}

// await looks again and again until something holds.
func await(t *testing.T, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) { // between two looks
		if time.Now().After(deadline) {
			t.Fatal("waited in vain")
		}
	}
}

// TestDiedAndSomebodyElseCame: a file of the same size that somebody put under the name is not taken for the copy.
func TestDiedAndSomebodyElseCame(t *testing.T) {
	from, to, o := tree(t, map[string]string{"a": long(100_000), "b": "b"}), t.TempDir(), newHouse(t)
	release := blocked(o.r, "Open")
	h := o.enter(queue.Options{Workers: 1})
	h.add(down(t, o.r, from, to))
	h.until("all is found", func() bool { return len(h.items) == 2 && h.last.Totals.Planning == 0 })
	await(t, func() bool { return o.count("SELECT count(*) FROM items") == 2 })
	left := o.died()
	h.q.CancelAll()
	h.leave()
	release()
	others := map[string]string{"a": long(99_999) + "x", "b": "B"}
	for name, text := range others {
		grow(t, to, name, text)
	}
	left.r = newRemote()
	again := left.enter(queue.Options{})
	again.until("the end", func() bool { return len(again.items) == 2 && again.last.Totals.Idle() })
	again.expect("a:failed", "b:failed")
	again.leave()
	sameTree(t, grown(t, to), others)
}
