package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"ferry/internal/vfs"

	"github.com/dustin/go-humanize"
)

// Bounds of what is read of the server's files.
const (
	leastSample = 64
	mostSample  = 1 << 20
	leastSpeed  = 256 << 10
	mostSpeed   = 8 << 20
	speedLimit  = 4 * time.Second
)

// restart reads a small file whole and again from its middle on (REST, RFC 3659 §5.3).
func (e *exam) restart(ctx context.Context) {
	file, found := e.smallest(leastSample)
	e.try("restart", "Resuming downloads", func() Finding {
		if !found || file.Size > mostSample {
			return e.untested("REST", fmt.Sprintf("the folder has no file of %d octets to 1 MiB to try it on", leastSample))
		}
		path := e.main.Join(e.Dir, file.Name)
		whole, err := read(ctx, e.session, path, 0, mostSample)
		if err != nil {
			return failed(err)
		}
		half := int64(len(whole) / 2)
		tail, err := read(ctx, e.session, path, half, mostSample)
		switch {
		case err != nil:
			f := failed(err)
			f.Means = "A download that breaks off begins anew."
			f.Facts = map[string]any{"works": false}
			return f
		case !bytes.Equal(tail, whole[half:]):
			return Finding{
				Verdict: Bad, Found: "the server agrees to REST, and then sends something else than the rest of the file",
				Means: "Downloads that are resumed would be spoilt; ferry compares what overlaps, and begins anew.",
				Facts: map[string]any{"works": false},
			}
		}
		return Finding{
			Verdict: Good, Found: "REST works; the second half of a file of " + size(file.Size) + " was right",
			Facts: map[string]any{"works": true},
		}
	})
}

// untested is the finding of what could not be tried: FEAT alone may tell.
func (e *exam) untested(feature, why string) Finding {
	f := Finding{Verdict: Skipped, Found: why + "; FEAT does not list " + feature}
	if e.has(feature) {
		f.Found = why + "; FEAT lists " + feature
	}
	f.Facts = map[string]any{"listed": e.has(feature)}
	return f
}

// read gives a file from an offset on, or its first octets up to the limit.
func read(ctx context.Context, s vfs.Session, path string, offset int64, limit int) ([]byte, error) {
	r, err := s.Open(ctx, path, offset)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	closed := r.Close()
	if err == nil {
		err = closed
	}
	return data, err
}

// hashes tells by which commands the server gives the hash of a file.
func (e *exam) hashes() {
	known := []string{}
	for _, verb := range []string{"HASH", "XSHA512", "XSHA256", "XSHA1", "XSHA", "XMD5", "MD5", "XCRC"} {
		if e.has(verb) {
			known = append(known, verb)
		}
	}
	f := Finding{
		Check: "hash", Title: "Hash commands", Verdict: Good, Found: strings.Join(known, ", "),
		Facts: map[string]any{"commands": known},
	}
	if len(known) == 0 {
		f.Verdict, f.Found = Note, "FEAT lists none"
		f.Means = "That a transfer is whole is proven by its size."
	}
	e.tell(f)
}

// throughput reads the largest file of the folder for a few seconds at most.
func (e *exam) throughput(ctx context.Context) {
	file, found := e.largest(leastSpeed)
	e.try("throughput", "Throughput", func() Finding {
		if !found {
			return Finding{Verdict: Skipped, Found: "the folder has no file of 256 KiB or more to read from"}
		}
		octets, took, err := pace(ctx, e.session, e.main.Join(e.Dir, file.Name))
		if err != nil {
			return failed(err)
		}
		return paceFinding(octets, took)
	})
}

func paceFinding(octets int64, took time.Duration) Finding {
	speed := float64(octets) / max(took.Seconds(), 1e-6)
	return Finding{
		Verdict: Good, Took: took,
		Found: fmt.Sprintf("%s in %.2g s by one connection: %s/s", size(octets), took.Seconds(), size(int64(speed))),
		Facts: map[string]any{"octets": octets, "octets_per_second": int64(speed)},
	}
}

func size(octets int64) string { return humanize.IBytes(uint64(max(octets, 0))) }

// pace reads until there is enough, and gives the rest up.
func pace(ctx context.Context, s vfs.Session, path string) (octets int64, took time.Duration, err error) {
	r, err := s.Open(ctx, path, 0)
	if err != nil {
		return 0, 0, err
	}
	begun := time.Now()
	buffer := make([]byte, 64<<10)
	for octets < mostSpeed && time.Since(begun) < speedLimit && err == nil {
		var n int
		r.Touch()
		n, err = r.Read(buffer)
		octets += int64(n)
	}
	took = time.Since(begun)
	closed := r.Close()
	if errors.Is(err, io.EOF) {
		err = closed
	}
	return octets, took, err
}
