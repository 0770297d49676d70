package listing

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"ferry/internal/vfs"
)

// addVectors seeds a fuzz target with the listings of one command.
func addVectors(f *testing.F, command string) {
	for _, v := range loadVectors(f) {
		if v.Command == command {
			f.Add(v.text(f, "\r\n"))
		}
	}
}

var fuzzOptions = Options{Now: time.Date(2024, 6, 15, 12, 0, 0, 0, time.UTC), Dir: "/pub", MaxEntries: 10_000}

// checkListing parses text and checks what must hold of every listing. made tells names that a dialect puts together
// from parts of a line.
func checkListing(t *testing.T, parse parseFunc, text string, made func(name string) bool) {
	entries := 0
	report, err := parse(strings.NewReader(text), fuzzOptions, func(batch []vfs.Entry) error {
		for _, e := range batch {
			checkEntry(t, e)
			if !strings.Contains(text, e.Name) && !made(e.Name) {
				t.Errorf("the name %q is not in the listing", e.Name)
			}
		}
		entries += len(batch)
		return nil
	})
	if err != nil && err != ErrTooLong {
		t.Errorf("a good reader gave %v", err)
	}
	if lines := strings.Count(text, "\n") + 1; report.Lines > lines || entries+report.Unread > lines {
		t.Errorf("%d lines gave %d entries and %d unread", lines, entries, report.Unread)
	}
	if len(report.Unreadable) != min(report.Unread, vfs.MaxUnreadable) {
		t.Errorf("%d unread, %d kept", report.Unread, len(report.Unreadable))
	}
}

func checkEntry(t *testing.T, e vfs.Entry) {
	if e.Name == "" || e.Name == "." || e.Name == ".." || strings.ContainsAny(e.Name, "\x00\n") {
		t.Errorf("the name %q is illegal", e.Name)
	}
	if strings.Count(e.Name, "/") > 0 && (e.Type != vfs.File || !memberName(e.Name)) {
		t.Errorf("the name %q leads elsewhere", e.Name)
	}
	if e.Size < vfs.SizeUnknown || e.Type != vfs.File && e.Size != vfs.SizeUnknown {
		t.Errorf("a %v of %d octets", e.Type, e.Size)
	}
	if (e.Precision == vfs.PrecisionNone) != e.ModTime.IsZero() && e.ModTime.Year() > 1 {
		t.Errorf("the time %v has the precision %q", e.ModTime, e.Precision)
	}
	if y := e.ModTime.Year(); y < 0 || y > 10_000 {
		t.Errorf("the year %d", y)
	}
}

// memberName knows "FILE/MEMBER" of OS/400.
func memberName(name string) bool {
	file, member, _ := strings.Cut(name, "/")
	return legalName([]byte(file)) && legalName([]byte(member))
}

func FuzzParseList(f *testing.F) {
	addVectors(f, "LIST")
	f.Fuzz(func(t *testing.T, text string) {
		checkListing(t, ParseList, text, func(name string) bool { return joined(name, text) })
	})
}

// joined reports whether name is two words of text with a dot between them, as VM/CMS has names in two columns.
func joined(name, text string) bool {
	for i := range len(name) {
		if name[i] == '.' && strings.Contains(text, name[:i]) && strings.Contains(text, name[i+1:]) {
			return true
		}
	}
	return false
}

func FuzzParseMLSD(f *testing.F) {
	addVectors(f, "MLSD")
	f.Fuzz(func(t *testing.T, text string) {
		checkListing(t, ParseMLSD, text, func(string) bool { return false })
	})
}

// FuzzPieces makes sure that a listing that arrives in pieces has the lines of one that arrives whole.
func FuzzPieces(f *testing.F) {
	f.Add("a\r\nb\nc", 2)
	f.Add("\xef\xbb\xbfa\n\n\nb\r\r\n", 1)
	f.Fuzz(func(t *testing.T, text string, size int) {
		size = max(1, size%4096)
		lines := newLineReader(&pieces{text: chop(text, size)})
		var got []string
		for err := error(nil); err == nil; {
			_, err = lines.fill()
			for line, _ := lines.line(); line != nil; line, _ = lines.line() {
				got = append(got, string(line))
			}
			if err != nil && err != io.EOF {
				t.Fatal(err)
			}
		}
		got = append(got, string(lines.last()))
		if want := strings.Split(text, "\n"); strings.Join(got, "\n") != strings.Join(want, "\n") && size > 2 &&
			!strings.HasPrefix(text, "\xef\xbb\xbf") && len(text) < maxLine {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func chop(s string, size int) (all []string) {
	for ; len(s) > size; s = s[size:] {
		all = append(all, s[:size])
	}
	return append(all, s)
}

func FuzzParseFact(f *testing.F) {
	for _, v := range loadVectors(f) {
		if v.Command == "MLSD" {
			for line := range strings.SplitSeq(v.text(f, "\n"), "\n") {
				f.Add(line)
			}
		}
	}
	f.Fuzz(func(t *testing.T, line string) {
		e, err := ParseFact(line)
		if err != nil {
			return
		}
		if e.Name != "" && !legalName([]byte(e.Name)) {
			t.Errorf("the name %q is illegal", e.Name)
		}
		if !bytes.Contains([]byte(line), []byte(e.Name)) || !strings.Contains(line, "=") {
			t.Errorf("%q gave %+v", line, e)
		}
	})
}

func FuzzParseTimeVal(f *testing.F) {
	for _, s := range []string{"20240229235959", "20190105000000.014", "191020105123456", "20161231235960"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseTimeVal(s)
		if err != nil {
			return
		}
		if got.Year() < 1 || got.Year() > 10_000 || len(s) < 14 {
			t.Errorf("%q became %v", s, got)
		}
		// A leap second and a year of five digits are written another way.
		digits, fraction, _ := strings.Cut(s, ".")
		if len(digits) == 14 && digits[12:] != "60" && got.Format("20060102150405") != digits {
			t.Errorf("%q, with %q, became %v", s, fraction, got)
		}
	})
}
