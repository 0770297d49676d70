package listing

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"ferry/internal/vfs"
)

// vector is one listing of testdata/vectors.jsonl, with the entries that it holds.
type vector struct {
	ID       string      `json:"id"`
	Note     string      `json:"note"`
	Command  string      `json:"command"`
	Now      *time.Time  `json:"now"`
	Encoding string      `json:"encoding"`
	Dir      string      `json:"dir"`
	Lines    []string    `json:"lines"`
	LinesB64 []string    `json:"lines_b64"`
	Want     []wantEntry `json:"want"`
}

type wantEntry struct {
	Name      string     `json:"name"`
	Type      string     `json:"type"`
	Size      *int64     `json:"size"`
	MTime     *time.Time `json:"mtime"`
	Precision string     `json:"mtime_precision"`
	Target    *string    `json:"target"`
	Mode      *string    `json:"mode"`
	Owner     *string    `json:"owner"`
	Group     *string    `json:"group"`
}

func loadVectors(t testing.TB) []vector {
	f, err := os.Open("testdata/vectors.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []vector
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// text is the listing as it comes over the wire.
func (v *vector) text(t testing.TB, end string) string {
	lines := v.Lines
	for _, b64 := range v.LinesB64 {
		b, err := base64.StdEncoding.DecodeString(b64)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(b))
	}
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(line + end)
	}
	return b.String()
}

func (v *vector) parse(t testing.TB, r io.Reader) ([]vfs.Entry, vfs.ListReport) {
	o := Options{Dir: v.Dir}
	if v.Now != nil {
		o.Now = *v.Now
	}
	if v.Command == "MLSD" {
		return collect(t, ParseMLSD, r, o)
	}
	return collect(t, ParseList, r, o)
}

type parseFunc func(r io.Reader, o Options, batch func([]vfs.Entry) error) (vfs.ListReport, error)

func collect(t testing.TB, parse parseFunc, r io.Reader, o Options) ([]vfs.Entry, vfs.ListReport) {
	t.Helper()
	var all []vfs.Entry
	report, err := parse(r, o, func(batch []vfs.Entry) error {
		all = append(all, batch...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, report
}

func TestVectors(t *testing.T) {
	vectors := loadVectors(t)
	if len(vectors) != 200 {
		t.Fatalf("%d vectors, want 200", len(vectors))
	}
	for _, v := range vectors {
		t.Run(v.ID, func(t *testing.T) {
			charset := Charset{}
			if v.Encoding != "unknown" {
				var err error
				if charset, err = LookupCharset(v.Encoding); err != nil {
					t.Fatal(err)
				}
			}
			got, report := v.parse(t, strings.NewReader(v.text(t, "\r\n")))
			compareEntries(t, &v, charset, got)
			if t.Failed() {
				t.Logf("%s\n%s\nunread %q", v.Note, v.text(t, "\n"), report.Unreadable)
			}
		})
	}
}

func compareEntries(t *testing.T, v *vector, charset Charset, got []vfs.Entry) {
	for i := range max(len(got), len(v.Want)) {
		switch {
		case i >= len(got):
			t.Errorf("missing: %q", v.Want[i].Name)
		case i >= len(v.Want):
			t.Errorf("too many: %+v", got[i])
		default:
			for _, wrong := range differences(v.Want[i], got[i], charset) {
				t.Errorf("%q: %s", v.Want[i].Name, wrong)
			}
		}
	}
}

// differences compares what a vector tells about an entry; null there means that it tells nothing, or that the value
// must be unknown.
func differences(want wantEntry, got vfs.Entry, charset Charset) (all []string) {
	check := func(what, want, got string) {
		if want != got {
			all = append(all, fmt.Sprintf("%s is %q, want %q", what, got, want))
		}
	}
	check("name", want.Name, charset.Decode(got.Name))
	check("type", want.Type, got.Type.String())
	if want.Type == "file" {
		check("size", sizeText(want.Size), sizeText(&got.Size))
	}
	if want.Type == "link" {
		check("target", deref(want.Target), got.Target)
	}
	check("precision", want.Precision, got.Precision.String())
	if want.MTime != nil {
		check("time", cut(*want.MTime, want.Precision), cut(got.ModTime, want.Precision))
	} else if !got.ModTime.IsZero() {
		check("time", "unknown", got.ModTime.String())
	}
	if want.Mode != nil {
		check("mode", *want.Mode, modeText(got))
	}
	if want.Owner != nil {
		check("owner", *want.Owner, got.Owner)
	}
	if want.Group != nil {
		check("group", *want.Group, got.Group)
	}
	return all
}

func sizeText(n *int64) string {
	if n == nil || *n == vfs.SizeUnknown {
		return "unknown"
	}
	return fmt.Sprint(*n)
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func cut(t time.Time, precision string) string {
	switch t = t.UTC(); precision {
	case "day":
		return t.Format("2006-01-02")
	case "minute":
		return t.Format("2006-01-02 15:04")
	}
	return t.Format("2006-01-02 15:04:05")
}

func modeText(e vfs.Entry) string {
	if !e.ModeKnown {
		return "unknown"
	}
	m := uint32(e.Mode.Perm())
	for i, bit := range specialBits {
		if e.Mode&bit != 0 {
			m |= 0o1000 << i
		}
	}
	return fmt.Sprintf("%04o", m)
}
