package ftptest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"
)

// Finals are names on disk that a test looks at all the time, and what each may hold.
type Finals map[string]*Final

// Final is what a name may hold: nothing or the old file, until it holds the new one as a whole, which then stays.
type Final struct {
	Old, Whole []byte // Old is nil where the name is free at first

	seen os.FileInfo
	done bool
}

// Watch looks at all names until the function that it gives is called, which looks for the last time and complains of
// those that do not hold the new.
func (all Finals) Watch(t testing.TB) (stop func()) {
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(3 * time.Millisecond)
		defer tick.Stop()
		for {
			all.look(t)
			select {
			case <-tick.C:
			case <-end:
				return
			}
		}
	}()
	return func() {
		t.Helper()
		close(end)
		<-ended
		all.look(t)
		for path, f := range all {
			if !f.done {
				t.Errorf("%s did not come", path)
			}
		}
	}
}

func (all Finals) look(t testing.TB) {
	for path, f := range all {
		if said := f.look(path); said != "" {
			t.Errorf("%s: %s", path, said)
		}
	}
}

// look tells what is wrong with what has the name now. A file that has not changed since the last look is not read.
func (f *Final) look(path string) string {
	file, err := os.Open(path)
	switch {
	case os.IsNotExist(err) && f.Old == nil && !f.done:
		return ""
	case err != nil:
		return err.Error()
	}
	defer func() { _ = file.Close() }() // it was read only
	info, err := file.Stat()
	if err != nil {
		return err.Error()
	}
	same := f.seen != nil && os.SameFile(info, f.seen)
	if same && info.Size() == f.seen.Size() && info.ModTime().Equal(f.seen.ModTime()) {
		return ""
	}
	f.seen = info
	return f.read(file, same)
}

// read compares what is there; same is whether it is the file that was there at the last look.
func (f *Final) read(file io.Reader, same bool) string {
	content := make([]byte, max(len(f.Old), len(f.Whole))+1)
	n, err := io.ReadFull(file, content)
	switch held := string(content[:n]); {
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Sprintf("it is longer than the old and the new file, or cannot be read: %v", err)
	case held == string(f.Whole) && f.done && !same:
		return "it was brought a second time"
	case held == string(f.Whole):
		f.done = true
	case f.Old == nil || f.done || held != string(f.Old):
		return fmt.Sprintf("it holds %d octets, which are neither the old nor the new file", n)
	}
	return ""
}
