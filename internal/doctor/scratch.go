package doctor

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"ferry/internal/vfs"
)

// scratchSize is how much is uploaded: little enough for a slow line, and enough to tell a zero from a speed.
const scratchSize = 256 << 10

// scratch uploads a file of its own under a name that nobody has, renames it, asks for its time, and removes it, where
// writing was allowed.
func (e *exam) scratch(ctx context.Context) {
	if !e.Write {
		e.tell(Finding{
			Check: "write", Title: "Uploading, renaming, clock", Verdict: Skipped,
			Found: "nothing is written unless asked for",
			Set:   "'ferry doctor --write' tries it on a file of its own, which it removes.",
		})
		return
	}
	name := ".ferry-doctor-" + random()
	first, second := e.main.Join(e.Dir, name+".1"), e.main.Join(e.Dir, name+".2")
	defer e.cleanUp(ctx, first, second)
	if !e.upload(ctx, first) {
		return
	}
	e.clock(ctx, first)
	e.rename(ctx, first, second)
}

// random gives letters that make a name one's own.
func random() string {
	b := make([]byte, 6)
	_, _ = rand.Read(b) // crypto/rand.Read never fails
	return hex.EncodeToString(b)
}

func (e *exam) upload(ctx context.Context, path string) (done bool) {
	e.try("upload", "Uploading", func() Finding {
		begun := time.Now()
		if err := write(ctx, e.session, path); err != nil {
			f := failed(err)
			f.Facts = map[string]any{"works": false}
			return f
		}
		done = true
		f := paceFinding(scratchSize, time.Since(begun))
		f.Facts["works"] = true
		return f
	})
	return done
}

func write(ctx context.Context, s vfs.Session, path string) error {
	content := bytes.Repeat([]byte("ferry doctor, to be removed\r\n\x00\xff"), scratchSize/31+1)[:scratchSize]
	w, err := s.Create(ctx, path, vfs.Create{Size: scratchSize - 1}) // below the size of direct uploads: no partial name
	if err != nil {
		return err
	}
	if _, err := w.Write(content[:scratchSize-1]); err != nil {
		_ = w.Abort(false) // cleanUp looks after it
		return err
	}
	return w.Commit(ctx)
}

// clock compares the time of the file that was just made with ours.
func (e *exam) clock(ctx context.Context, path string) {
	e.try("clock", "Clock", func() Finding {
		entry, err := e.session.Stat(ctx, path)
		if err != nil {
			return failed(err)
		}
		if entry.Precision != vfs.PrecisionSecond {
			return Finding{Verdict: Skipped, Found: "the server tells no exact times"}
		}
		ahead := time.Until(entry.ModTime).Round(time.Second)
		f := Finding{
			Verdict: Good, Found: "as here, to within a minute", Facts: map[string]any{"seconds_ahead": int(ahead.Seconds())},
		}
		if ahead.Abs() > time.Minute {
			f.Verdict, f.Found = Note, fmt.Sprintf("the server's times are %v ahead of ours", ahead)
			f.Means = "Comparing by time (newer, mirror) goes wrong by that much."
			f.Set = "The server's operator should set its clock or zone."
		}
		return f
	})
}

func (e *exam) rename(ctx context.Context, from, to string) {
	e.try("rename", "Renaming", func() Finding {
		if err := e.session.Rename(ctx, from, to); err != nil {
			f := failed(err)
			f.Means = strings.TrimSpace(f.Means + " Large uploads cannot be sent under a partial name first.")
			f.Facts = map[string]any{"works": false}
			return f
		}
		return Finding{Verdict: Good, Found: "works", Facts: map[string]any{"works": true}}
	})
}

// cleanUp removes what may have been made, also when the time is up, on a new connection if need be.
func (e *exam) cleanUp(ctx context.Context, paths ...string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpLimit)
	defer cancel()
	var left []string
	for _, path := range paths {
		err := e.session.Remove(ctx, path)
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		// A refusal may mean "not there" in words that nobody knows.
		if _, err := e.session.Stat(ctx, path); err == nil || !errors.Is(err, fs.ErrNotExist) && vfs.Temporary(err) {
			left = append(left, path)
		}
	}
	if len(left) > 0 {
		e.tell(Finding{
			Check: "cleanup", Title: "Cleaning up", Verdict: Bad, Found: "could not be removed: " + strings.Join(left, ", "),
			Means: "The server takes files and does not let them be removed.", Set: "Remove it by hand: ferry rm.",
			Facts: map[string]any{"left": left},
		}.quoting(left...))
	}
}
