package listing

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"ferry/internal/vfs"
)

// TestVectorsHoweverTheyArrive reads all vectors with other line ends and in other pieces: what they hold must be the
// same.
func TestVectorsHoweverTheyArrive(t *testing.T) {
	for _, v := range loadVectors(t) {
		want, _ := v.parse(t, strings.NewReader(v.text(t, "\r\n")))
		texts := map[string]string{"byte order mark": "\xef\xbb\xbf" + v.text(t, "\r\n")}
		if !strings.Contains(v.text(t, "\n"), "\r\n") { // a name that ends in CR needs CR LF
			texts["LF"] = v.text(t, "\n")
			texts["no end of the last line"] = strings.TrimSuffix(v.text(t, "\r\n"), "\r\n")
			if manyLines(v.text(t, "\n")) {
				texts["CR CR LF"] = v.text(t, "\r\r\n")
			}
		}
		for what, text := range texts {
			if got, _ := v.parse(t, strings.NewReader(text)); !reflect.DeepEqual(got, want) {
				t.Errorf("%s, %s: got %+v, want %+v", v.ID, what, got, want)
			}
		}
		if got, _ := v.parse(t, iotest.OneByteReader(strings.NewReader(v.text(t, "\r\n")))); !reflect.DeepEqual(got, want) {
			t.Errorf("%s, byte by byte: got %+v, want %+v", v.ID, got, want)
		}
	}
}

// manyLines reports whether a listing has so many lines that a doubled CR cannot be part of a name.
func manyLines(text string) bool {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
	return len(slices.DeleteFunc(lines, func(s string) bool { return strings.TrimSpace(s) == "" })) > 1
}

// pieces is a reader that gives one piece for each call, as a connection does, and counts the calls.
type pieces struct {
	text  []string
	reads int
	err   error
}

func (p *pieces) Read(b []byte) (int, error) {
	if p.reads == len(p.text) {
		if p.err != nil {
			return 0, p.err
		}
		return 0, io.EOF
	}
	p.reads++
	return copy(b, p.text[p.reads-1]), nil
}

func unixLine(name string) string { return "-rw-r--r-- 1 a b 3 Jan  5  2019 " + name + "\r\n" }

func TestFirstEntriesComeAtOnce(t *testing.T) {
	in := &pieces{text: []string{"total 3\r\n" + unixLine("one"), unixLine("two"), unixLine("three")}}
	var reads []int
	_, err := ParseList(in, Options{}, func(batch []vfs.Entry) error {
		reads = append(reads, in.reads)
		return nil
	})
	if err != nil || len(reads) == 0 || reads[0] != 1 {
		t.Errorf("batches came after %v reads (%v), want the first after one", reads, err)
	}
}

func TestBatchesStaySmallAndOrdered(t *testing.T) {
	var text strings.Builder
	for i := range 5000 {
		text.WriteString(unixLine(fmt.Sprint(i)))
	}
	next, sizes := 0, []int(nil)
	_, err := ParseList(strings.NewReader(text.String()), Options{}, func(batch []vfs.Entry) error {
		sizes = append(sizes, len(batch))
		for _, e := range batch {
			if e.Name != fmt.Sprint(next) {
				t.Fatalf("entry %q where %d should be", e.Name, next)
			}
			next++
		}
		return nil
	})
	if err != nil || next != 5000 {
		t.Fatalf("%d entries, %v", next, err)
	}
	if sizes[0] > firstBatch || slices.Max(sizes) > laterBatch {
		t.Errorf("batches of %v", sizes)
	}
}

func TestBatchEndsTheReading(t *testing.T) {
	stop := errors.New("stop")
	in := &pieces{text: []string{unixLine("one"), unixLine("two")}}
	_, err := ParseList(in, Options{}, func([]vfs.Entry) error { return stop })
	if err != stop || in.reads != 1 {
		t.Errorf("error %v after %d reads", err, in.reads)
	}
}

func TestLimit(t *testing.T) {
	text := unixLine("one") + unixLine("two") + unixLine("three")
	var names []string
	collectNames := func(batch []vfs.Entry) error {
		for _, e := range batch {
			names = append(names, e.Name)
		}
		return nil
	}
	_, err := ParseList(strings.NewReader(text), Options{MaxEntries: 2}, collectNames)
	if !errors.Is(err, ErrTooLong) || !slices.Equal(names, []string{"one", "two"}) {
		t.Errorf("limit 2: %v, %v", names, err)
	}
	if _, err = ParseList(strings.NewReader(text), Options{MaxEntries: 3}, collectNames); err != nil {
		t.Errorf("limit 3: %v", err)
	}
}

// endless gives the same octets for ever.
type endless string

func (e endless) Read(b []byte) (int, error) {
	n := 0
	for n+len(e) <= len(b) {
		n += copy(b[n:], e)
	}
	return n, nil
}

func TestEndlessListings(t *testing.T) {
	for _, line := range []string{"x", "\r\n", "nonsense\r\n", unixLine(".")} {
		_, err := ParseList(endless(line), Options{MaxEntries: 10}, func([]vfs.Entry) error { return nil })
		if !errors.Is(err, ErrTooLong) {
			t.Errorf("%q for ever: %v", line, err)
		}
	}
}

func TestBrokenListing(t *testing.T) {
	broken := errors.New("broken")
	in := &pieces{text: []string{unixLine("one") + "-rw-r--r-- 1 a b 3 Jan  5  2019 tw"}, err: broken}
	var got []vfs.Entry
	_, err := ParseList(in, Options{}, func(batch []vfs.Entry) error { got = append(got, batch...); return nil })
	if err != broken || len(got) != 1 || got[0].Name != "one" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestUnreadableLinesAreTold(t *testing.T) {
	tests := []struct {
		name, text string
		parse      parseFunc
		want       []string
	}{
		{"headings are no fault", "total 1\r\n" + unixLine("a") + unixLine(".") + "\r\n", ParseList, nil},
		{"error text", unixLine("a") + "ls: b: Permission denied\r\n", ParseList, []string{"ls: b: Permission denied"}},
		{"nothing known", "aaa\r\nbbb\r\n", ParseList, []string{"aaa", "bbb"}},
		{"a slash in the name", unixLine("a") + unixLine("../b"), ParseList, []string{strings.TrimSpace(unixLine("../b"))}},
		{"a NUL in the name", unixLine("a") + unixLine("b\x00"), ParseList, []string{strings.TrimSpace(unixLine("b\x00"))}},
		{"recursive listing", unixLine("a") + "\r\n./b:\r\n" + unixLine("c"), ParseList, nil},
		{"long form in MLSD", unixLine("a"), ParseMLSD, []string{strings.TrimSpace(unixLine("a"))}},
		{"cdir and pdir", "type=cdir; .\r\ntype=pdir; ..\r\n", ParseMLSD, nil},
		{"half a VMS line", "A.B;1 1 1-JAN-2000 10:10\r\nC.D;1\r\n", ParseList, []string{"C.D;1"}},
		{"VMS line that does not go on", "A.B;1\r\nC.D;1 1 1-JAN-2000 10:10\r\n", ParseList, []string{"A.B;1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, report := collect(t, test.parse, strings.NewReader(test.text), Options{})
			if !slices.Equal(report.Unreadable, test.want) || report.Unread != len(test.want) {
				t.Errorf("unread %d: %q, want %q", report.Unread, report.Unreadable, test.want)
			}
			if want := strings.Count(test.text, "\n"); report.Lines != want {
				t.Errorf("%d lines, want %d", report.Lines, want)
			}
		})
	}
}

func TestUnreadableLinesAreBounded(t *testing.T) {
	text := strings.Repeat(strings.Repeat("x", 5000)+"\r\n", 300)
	_, report := collect(t, ParseList, strings.NewReader(text), Options{})
	if report.Unread != 300 || len(report.Unreadable) != vfs.MaxUnreadable || len(report.Unreadable[0]) != maxKept {
		t.Errorf("unread %d, kept %d of %d octets", report.Unread, len(report.Unreadable), len(report.Unreadable[0]))
	}
}

func TestLongLines(t *testing.T) {
	name := strings.Repeat("x", maxLine-len(unixLine("")))
	text := unixLine("a") + unixLine(name) + unixLine(name+"xxxxxxx") + unixLine(strings.Repeat(name, 5)) + unixLine("b")
	got, report := collect(t, ParseList, strings.NewReader(text), Options{})
	if len(got) != 3 || got[1].Name != name || got[2].Name != "b" || report.Unread != 2 || report.Lines != 5 {
		t.Errorf("%d entries, unread %d of %d lines", len(got), report.Unread, report.Lines)
	}
}

func TestUndatedLines(t *testing.T) {
	const undatedLine = "-rw-r--r-- 1 slopri devlab 77 file\r\n"
	many := strings.Repeat(undatedLine, maxHeld+5)
	tests := []struct {
		name, text    string
		entries, lost int
	}{
		{"none has a date", undatedLine + undatedLine, 2, 0},
		{"one after them has", undatedLine + unixLine("a"), 1, 1},
		{"one before them has", unixLine("a") + undatedLine, 1, 1},
		{"too many to wait for the end", many, maxHeld + 5, 0},
		{"bad dates are none", strings.ReplaceAll(unixLine("a"), "Jan  5", "Jam  5"), 0, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, report := collect(t, ParseList, strings.NewReader(test.text), Options{})
			if len(got) != test.entries || report.Unread != test.lost {
				t.Errorf("%d entries, want %d; unread %d, want %d", len(got), test.entries, report.Unread, test.lost)
			}
		})
	}
}

func TestDoubledReturns(t *testing.T) {
	line := strings.TrimSuffix(unixLine("a"), "\r\n")
	for text, want := range map[string]string{
		line + "\r\r\n":                     "a\r", // one CR belongs to the line's end, the other may be the name's
		line + "\r\r\n" + line + "\r\r\n":   "a",
		line + "\r\r\n" + line + "\r\n":     "a\r",
		"total 3\r\r\n" + line + "\r\r\n":   "a",
		"\r\r\n" + line + "\r\r\n\r\r\n":    "a",
		line + "\n" + line + "\r\r\n":       "a",
		line + "\n":                         "a",
		line:                                "a",
		"\xef\xbb\xbf" + line + "\r\n" + "": "a",
	} {
		got, _ := collect(t, ParseList, strings.NewReader(text), Options{})
		if len(got) == 0 || got[0].Name != want {
			t.Errorf("%q: %+v, want %q", text, got, want)
		}
	}
}

// TestUnixColumns holds lines that are easily read wrong, beyond those of the vectors.
func TestUnixColumns(t *testing.T) {
	tests := []struct {
		line string
		want vfs.Entry
	}{
		{"-rw-r--r-- 1 jan 5 2019 May  5  2000 a user named like a month", vfs.Entry{Owner: "jan", Group: "5", Size: 2019}},
		{"-rw-r--r-- 1 1000 1000 12 Mar 05  2019 all numbers", vfs.Entry{Owner: "1000", Group: "1000", Size: 12}},
		{"-rw-r--r-- 1 a b 5 Sat Jan  5 11:22:33 2019 weekday", vfs.Entry{Owner: "a", Group: "b", Size: 5}},
		{"-rw-r--r-- 1 a b -1 Jan  5  2019 wrapped size", vfs.Entry{Owner: "a", Group: "b", Size: vfs.SizeUnknown}},
	}
	for _, test := range tests {
		got, _ := collect(t, ParseList, strings.NewReader(test.line+"\r\n"), Options{})
		if len(got) != 1 || !strings.HasSuffix(test.line, " "+got[0].Name) || len(got[0].Name) < 7 {
			t.Errorf("%q gave %+v", test.line, got)
			continue
		}
		if e := got[0]; e.Owner != test.want.Owner || e.Group != test.want.Group || e.Size != test.want.Size {
			t.Errorf("%q gave %+v", test.line, e)
		}
	}
}

// TestOtherForms holds forms that the vectors lack.
func TestOtherForms(t *testing.T) {
	for line, want := range map[string]vfs.Entry{
		"0100644   500  101   12345    123456789       notes.txt": {Name: "notes.txt", Type: vfs.File, Size: 12345},
		"0040755   500  101   0    123456789       sub":           {Name: "sub", Type: vfs.Dir, Size: -1},
		`01-02-20  03:04AM    <SYMLINKD>     Docs [C:\Users\Docs]`: {
			Name: "Docs", Type: vfs.Link, Size: -1, Target: `C:\Users\Docs`,
		},
		"[VMSSERV.FILES]ALARM.DIR;1      1/3          5-MAR-1993 18:09": {Name: "ALARM", Type: vfs.Dir, Size: -1},
		"27.04.2000  12:09    1.234.567 deutsch.txt":                    {Name: "deutsch.txt", Type: vfs.File, Size: 1234567},
	} {
		got, _ := collect(t, ParseList, strings.NewReader(line+"\r\n"), Options{})
		if len(got) != 1 {
			t.Errorf("%q gave %+v", line, got)
			continue
		}
		e := got[0]
		if e.Name != want.Name || e.Type != want.Type || e.Size != want.Size || e.Target != want.Target {
			t.Errorf("%q gave %+v, want %+v", line, e, want)
		}
	}
}

func TestServerZone(t *testing.T) {
	now := time.Date(2024, 6, 15, 12, 0, 0, 0, time.UTC)
	text := "-rw-r--r-- 1 a b 3 Jun 16 13:30 soon\r\n" + unixLine("day")
	got, _ := collect(t, ParseList, strings.NewReader(text), Options{Now: now, Offset: 2 * time.Hour})
	if want := time.Date(2024, 6, 16, 11, 30, 0, 0, time.UTC); len(got) != 2 || !got[0].ModTime.Equal(want) {
		t.Errorf("got %+v, want %v", got, want)
	}
	if want := time.Date(2019, 1, 5, 0, 0, 0, 0, time.UTC); !got[1].ModTime.Equal(want) {
		t.Errorf("a day became %v", got[1].ModTime)
	}
}
