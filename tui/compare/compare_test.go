package compare

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ferry/internal/vfs"
	"ferry/localfs"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func file(size int64, t time.Time, p vfs.Precision) vfs.Entry {
	return vfs.Entry{Name: "f", Type: vfs.File, Size: size, ModTime: t, Precision: p}
}

func TestKinds(t *testing.T) {
	const second, minute, day = vfs.PrecisionSecond, vfs.PrecisionMinute, vfs.PrecisionDay
	for name, c := range map[string]struct {
		a, b           vfs.Entry
		bySize, byDate Kind
	}{
		"equal":         {file(1, noon, second), file(1, noon, second), Equal, Equal},
		"larger, newer": {file(2, noon.Add(time.Hour), second), file(1, noon, second), Newer, Newer},
		"larger, older": {file(2, noon, second), file(1, noon.Add(time.Hour), second), Older, Older},
		"only newer":    {file(1, noon.Add(time.Hour), second), file(1, noon, second), Equal, Newer},
		"a disk with coarse seconds": {
			file(1, noon.Add(2*time.Second), second), file(1, noon, second), Equal, Equal,
		},
		"a listing without seconds": {
			file(1, noon.Add(59*time.Second), second), file(1, noon, minute), Equal, Equal,
		},
		"a listing of minutes":  {file(1, noon.Add(time.Minute), second), file(1, noon, minute), Equal, Newer},
		"a listing of days":     {file(1, noon, second), file(1, noon.Add(-12*time.Hour), day), Equal, Equal},
		"no date":               {file(1, noon, second), file(2, time.Time{}, vfs.PrecisionNone), Differs, Unknown},
		"no size":               {file(vfs.SizeUnknown, noon, second), file(2, noon, second), Unknown, Equal},
		"same date, other size": {file(1, noon, second), file(2, noon, second), Differs, Differs},
		"folders":               {vfs.Entry{Type: vfs.Dir}, vfs.Entry{Type: vfs.Dir}, None, None},
		"file and folder":       {file(1, noon, second), vfs.Entry{Type: vfs.Dir}, Differs, Differs},
		"links": {
			vfs.Entry{Type: vfs.Link, Target: "x"}, vfs.Entry{Type: vfs.Link, Target: "x"}, Equal, Equal,
		},
		"links elsewhere": {
			vfs.Entry{Type: vfs.Link, Target: "x"}, vfs.Entry{Type: vfs.Link, Target: "y"}, Differs, Differs,
		},
		"devices": {vfs.Entry{Type: vfs.Other}, vfs.Entry{Type: vfs.Other}, Unknown, Unknown},
	} {
		for by, want := range map[Method]Kind{BySize: c.bySize, ByDate: c.byDate} {
			if got := kindOf(c.a, c.b, by); got != want {
				t.Errorf("%s, by %s: %d, want %d", name, by, got, want)
			}
			if got := kindOf(c.b, c.a, by); got != want.turned() {
				t.Errorf("%s, by %s, from the other side: %d, want %d", name, by, got, want.turned())
			}
		}
	}
}

// side writes files into a folder and gives what a listing tells of it.
func side(t *testing.T, files map[string]string) Side {
	t.Helper()
	s := Side{FS: localfs.New(), Dir: t.TempDir()}
	for name, content := range files {
		path := filepath.Join(s.Dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, noon, noon); err != nil {
			t.Fatal(err)
		}
	}
	s.list(t)
	return s
}

func (s *Side) list(t *testing.T) {
	t.Helper()
	err := vfs.Do(t.Context(), s.FS, vfs.Browse, func(on vfs.Session) (err error) {
		s.Entries, _, err = vfs.ReadDir(t.Context(), on, s.Dir)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestContents(t *testing.T) {
	sides := [2]Side{
		side(t, map[string]string{"same": "abc", "other": "abc", "longer": "abcd", "mine": ""}),
		side(t, map[string]string{"same": "abc", "other": "abd", "longer": "abc", "theirs": ""}),
	}
	var sums Sums
	got, err := Run(t.Context(), sides, ByContent, &sums)
	if err != nil {
		t.Fatal(err)
	}
	want := Result{
		{"same": Equal, "other": Differs, "longer": Differs, "mine": New},
		{"same": Equal, "other": Differs, "longer": Differs, "theirs": New},
	}
	checkResult(t, got, want)
	if done, all := sums.Progress(); done != 2 || all != 2 {
		t.Errorf("%d of %d were read", done, all)
	}

	// What has changed since is not taken for what it was, and nothing is read again.
	if err := os.WriteFile(filepath.Join(sides[1].Dir, "same"), []byte("abd"), 0o600); err != nil {
		t.Fatal(err)
	}
	sides[1].list(t)
	sums.Remembered = true
	got, err = Run(t.Context(), sides, ByContent, &sums)
	if err != nil {
		t.Fatal(err)
	}
	want[0]["same"], want[1]["same"] = Unknown, Unknown
	checkResult(t, got, want)
}

func checkResult(t *testing.T, got, want Result) {
	t.Helper()
	for i := range want {
		for name, kind := range want[i] {
			if got[i][name] != kind {
				t.Errorf("side %d: %s is %d, want %d", i, name, got[i][name], kind)
			}
		}
		if len(got[i]) != len(want[i]) {
			t.Errorf("side %d: %v", i, got[i])
		}
	}
}

func TestAFileThatCannotBeReadIsUnknown(t *testing.T) {
	sides := [2]Side{side(t, map[string]string{"a": "1", "b": "1"}), side(t, map[string]string{"a": "1", "b": "1"})}
	if err := os.Remove(filepath.Join(sides[1].Dir, "a")); err != nil {
		t.Fatal(err)
	}
	got, err := Run(t.Context(), sides, ByContent, &Sums{})
	if err != nil || got[0]["a"] != Unknown || got[0]["b"] != Equal {
		t.Errorf("%v, %v", got, err)
	}
}

func TestComparingCanBeStopped(t *testing.T) {
	sides := [2]Side{side(t, map[string]string{"a": "1"}), side(t, map[string]string{"a": "1"})}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, sides, ByContent, &Sums{}); err == nil {
		t.Error("it ended well")
	}
}
