package localfs

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// TestWhatComesTogetherIsFlushedTogether: while one is flushed others gather, and then take one flush.
func TestWhatComesTogetherIsFlushedTogether(t *testing.T) {
	begun, goOn := make(chan []string), make(chan struct{})
	bad := errors.New("bad")
	g := &gathering[string]{flush: func(things []string) []error {
		begun <- slices.Clone(things)
		<-goOn
		errs := make([]error, len(things))
		if i := slices.Index(things, "bad"); i >= 0 {
			errs[i] = bad
		}
		return errs
	}}
	var done sync.WaitGroup
	join := func(name string) {
		done.Go(func() {
			if err := g.join(name); (err != nil) != (name == "bad") {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	join("first")
	if got := <-begun; !slices.Equal(got, []string{"first"}) {
		t.Errorf("flushed %q", got)
	}
	for _, name := range []string{"a", "bad", "c"} {
		join(name)
	}
	deadline := time.Now().Add(30 * time.Second)
	for gathered := 0; gathered < 3; {
		g.mu.Lock()
		if g.next != nil {
			gathered = len(g.next.things)
		}
		g.mu.Unlock()
		time.Sleep(time.Millisecond) // between two looks
		if time.Now().After(deadline) {
			t.Fatal("they do not gather")
		}
	}
	goOn <- struct{}{}
	got := <-begun
	if slices.Sort(got); !slices.Equal(got, []string{"a", "bad", "c"}) {
		t.Errorf("flushed %q", got)
	}
	goOn <- struct{}{}
	done.Wait()
}

func TestFoldersAreFlushed(t *testing.T) {
	dir := t.TempDir()
	// What cannot be opened may still be written to.
	if errs := flushFolders([]string{dir, dir, filepath.Join(dir, "gone")}); !slices.Equal(errs, make([]error, 3)) {
		t.Errorf("got %v", errs)
	}
}

func TestLongFilesAreBegunEarly(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "x"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	e := earlyWriter{f: f, end: 5, begun: 5}
	e.moved(earlyPiece - 1)
	if e.begun != 5 {
		t.Errorf("begun up to %d after less than a piece", e.begun)
	}
	e.moved(2)
	if e.begun != earlyPiece+6 {
		t.Errorf("begun up to %d of %d", e.begun, e.end)
	}
}
