package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"ferry/internal/vfs"
)

// tellResult writes one result, as a record where --json asks for that, else as a line.
func tellResult[T, R any](p *program, out io.Writer, v T, record func(T) R, line func(T) string) error {
	if p.flags.json {
		return writeRecord(out, record(v))
	}
	_, err := io.WriteString(out, line(v)+"\n")
	return outputFailure(err)
}

// writeRecord writes v as one JSON object on one line. What could steer a terminal or hide text is escaped, beyond
// what JSON asks for.
func writeRecord(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(escapeHidden(b.Bytes()))
	return outputFailure(err)
}

// escapeHidden writes control characters, marks of direction and the like as \uXXXX. They occur within strings only.
func escapeHidden(line []byte) []byte {
	out := make([]byte, 0, len(line))
	for len(line) > 0 {
		r, n := utf8.DecodeRune(line)
		if r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			for _, unit := range utf16.Encode([]rune{r}) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
		} else {
			out = append(out, line[:n]...)
		}
		line = line[n:]
	}
	return out
}

// outputFailure tells why standard output could not be written.
func outputFailure(err error) error {
	if err == nil {
		return nil
	}
	return &vfs.Failure{Step: "write to standard output", Said: innermost(err), Kind: vfs.ErrDisk, Err: err}
}

// innermost gives the words of the last cause, without Go's chain of operations.
func innermost(err error) string {
	for {
		cause, ok := err.(interface{ Unwrap() error })
		if !ok || cause.Unwrap() == nil {
			return err.Error()
		}
		err = cause.Unwrap()
	}
}

// entryRecord is an entry of a listing in the shell contract. What is not known is absent.
type entryRecord struct {
	Path      string `json:"path"`
	Name      string `json:"name"`
	Type      string `json:"type"`
	Size      *int64 `json:"size,omitempty"`
	ModTime   string `json:"mtime,omitempty"`
	Precision string `json:"mtime_precision,omitempty"`
	Mode      string `json:"mode,omitempty"` // octal, four digits
	Owner     string `json:"owner,omitempty"`
	Group     string `json:"group,omitempty"`
	Target    string `json:"target,omitempty"`
}

func newEntryRecord(path string, e vfs.Entry) entryRecord {
	r := entryRecord{
		Path: path, Name: e.Name, Type: e.Type.String(), Owner: e.Owner, Group: e.Group, Target: e.Target,
	}
	if e.Type == vfs.File && e.Size >= 0 {
		r.Size = &e.Size
	}
	if !e.ModTime.IsZero() && e.Precision != vfs.PrecisionNone {
		r.ModTime, r.Precision = e.ModTime.UTC().Format(time.RFC3339), e.Precision.String()
	}
	if e.ModeKnown {
		r.Mode = fmt.Sprintf("%04o", unixBits(e))
	}
	return r
}

// transferRecord is an event of a transfer in the shell contract.
type transferRecord struct {
	Event string `json:"event"` // started, progress, done, failed or skipped
	From  string `json:"from"`
	To    string `json:"to"`
	Bytes int64  `json:"bytes"`
	Size  *int64 `json:"size,omitempty"`
	Proof string `json:"proof,omitempty"` // of what is done: hash, size or unproven
	Error string `json:"error,omitempty"`
}

// summaryRecord is the last object of a batch of transfers.
type summaryRecord struct {
	Event   string  `json:"event"` // summary
	Done    int     `json:"done"`
	Failed  int     `json:"failed"`
	Skipped int     `json:"skipped"`
	Bytes   int64   `json:"bytes"`
	Seconds float64 `json:"seconds"`
}
