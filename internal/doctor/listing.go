package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"ferry/ftpclient"
	"ferry/internal/vfs"
)

// list reads the folder as ferry does it every day.
func (e *exam) list(ctx context.Context) (err error) {
	e.try("listing", "Listing", func() Finding {
		var report vfs.ListReport
		report, e.entries, err = e.readAll(ctx, e.session)
		if err != nil {
			return failed(err)
		}
		f := readFinding(report, len(e.entries))
		if e.has("MLST") && report.Dialect != "MLSD" && report.Lines > 0 {
			f.Verdict = Note
			f.Means = strings.TrimSpace("FEAT lists MLSD, and it does not work; LIST is used. " + f.Means)
		}
		return f
	})
	return err
}

// mostEntries bounds what is read of a folder.
const mostEntries = 50_000

// readAll reads the folder's entries, as far as they are not too many.
func (e *exam) readAll(ctx context.Context, s vfs.Session) (vfs.ListReport, []vfs.Entry, error) {
	var entries []vfs.Entry
	report, err := s.List(ctx, e.Dir, func(batch []vfs.Entry) error {
		if entries = append(entries, batch...); len(entries) >= mostEntries {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return report, entries, err
}

// readFinding tells how much of a listing could be read.
func readFinding(report vfs.ListReport, entries int) Finding {
	read := report.Lines - report.Unread
	f := Finding{
		Verdict: Good, Found: fmt.Sprintf("%s, %d of %d lines read, %d entries", form(report), read, report.Lines, entries),
		Facts: map[string]any{
			"dialect": report.Dialect, "lines": report.Lines, "read": read, "entries": entries,
		},
	}
	switch {
	case report.Lines == 0:
		f.Found = "the folder is empty"
	case report.Unread > 0:
		f.Verdict = Note
		f.Means = "What could not be read is not shown; ferry -v ls shows the lines. Please report them."
	case report.Note != "":
		f.Verdict, f.Means = Note, "The server cut the listing short: "+report.Note
		f = f.quoting(report.Note)
	}
	return f
}

func form(report vfs.ListReport) string {
	switch report.Dialect {
	case "":
		return "of no form that is known"
	case "MLSD":
		return "MLSD"
	}
	return "LIST in the form " + report.Dialect
}

// notebook is a Memory for one client. It is safe for concurrent use.
type notebook struct {
	mu    sync.Mutex
	facts map[string]ftpclient.Learned
}

// Recall is of ftpclient.Memory.
func (n *notebook) Recall(key string) ftpclient.Learned {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.facts[key]
}

// Remember is of ftpclient.Memory.
func (n *notebook) Remember(key string, l ftpclient.Learned) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.facts == nil {
		n.facts = map[string]ftpclient.Learned{}
	}
	n.facts[key] = l
}

// clock gives how many minutes LIST's times are ahead of UTC; nil where that was not found out.
func (n *notebook) clock() *int {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, l := range n.facts {
		if l.Clock != nil {
			return l.Clock
		}
	}
	return nil
}

// listPlain reads the folder by LIST, for those who have no MLSD, and finds out in which zone it tells times.
func (e *exam) listPlain(ctx context.Context) {
	learned := &notebook{}
	e.try("list", "LIST", func() Finding {
		cfg := e.Server
		cfg.MaxConns, cfg.Memory = 1, learned
		cfg.Expect = func(string, func() string) ftpclient.Learned { return ftpclient.Learned{Absent: []string{"MLSD"}} }
		p := e.patient(cfg)
		defer func() { _ = p.Close() }()
		session, err := e.lease(ctx, p)
		if err != nil {
			return failed(err)
		}
		defer session.Release()
		report, entries, err := e.readAll(ctx, session)
		if err != nil {
			return failed(err)
		}
		return readFinding(report, len(entries))
	})
	e.zone(learned.clock())
}

// zone tells how LIST's times stand to UTC.
func (e *exam) zone(minutes *int) {
	f := Finding{Check: "zone", Title: "Times in LIST", Verdict: Skipped}
	if minutes == nil {
		f.Found = "not to be told: no file with a time of day in LIST, or no MDTM"
		if !e.has("MLST") {
			f.Means = "Times may be wrong by the server's distance from UTC."
		}
		e.tell(f)
		return
	}
	f.Verdict, f.Found = Good, "UTC"
	f.Facts = map[string]any{"minutes": *minutes}
	if *minutes != 0 {
		f.Found = fmt.Sprintf("UTC%+.4g h", (time.Duration(*minutes) * time.Minute).Hours())
		f.Means = "ferry corrects them by that."
	}
	e.tell(f)
}

// smallest gives the smallest file of at least so many octets; largest the largest one.
func (e *exam) smallest(octets int64) (vfs.Entry, bool) {
	files := e.files(octets)
	if len(files) == 0 {
		return vfs.Entry{}, false
	}
	return slices.MinFunc(files, bySize), true
}

func (e *exam) largest(octets int64) (vfs.Entry, bool) {
	files := e.files(octets)
	if len(files) == 0 {
		return vfs.Entry{}, false
	}
	return slices.MaxFunc(files, bySize), true
}

func bySize(a, b vfs.Entry) int { return int(min(max(a.Size-b.Size, -1), 1)) }

func (e *exam) files(octets int64) []vfs.Entry {
	return slices.DeleteFunc(slices.Clone(e.entries), func(one vfs.Entry) bool {
		return one.Type != vfs.File || one.Size < octets
	})
}
