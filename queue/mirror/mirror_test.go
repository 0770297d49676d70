package mirror_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"ferry/internal/vfs"
	"ferry/localfs"
	"ferry/queue"
	"ferry/queue/mirror"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 5, 4, 12, 0, 30, 0, time.UTC)

// tree makes one from lines such as "css/", "a.txt 5", "a.txt 5 +60" (seconds after noon); "->" marks a link.
func tree(lines ...string) *mirror.Tree {
	t := &mirror.Tree{Nodes: map[string]mirror.Node{}, Left: map[string]bool{}, Holes: map[string]error{}}
	for _, line := range lines {
		var name string
		var size int64
		var late int
		n, _ := fmt.Sscanf(line, "%s %d +%d", &name, &size, &late)
		e := vfs.Entry{Type: vfs.File, Size: size, ModTime: noon.Add(time.Duration(late) * time.Second)}
		switch {
		case strings.HasSuffix(name, "/"):
			e = vfs.Entry{Type: vfs.Dir, Size: vfs.SizeUnknown}
		case strings.HasSuffix(name, "->"):
			e.Type = vfs.Link
		case n == 3:
			e.Precision = vfs.PrecisionSecond
		}
		name = strings.TrimSuffix(strings.TrimSuffix(name, "/"), "->")
		e.Name = filepath.Base(name)
		t.Nodes[name] = mirror.Node{Entry: e, Path: "/" + name}
	}
	return t
}

func steps(p mirror.Plan) string {
	var all []string
	for _, s := range p.Steps {
		all = append(all, string(s.Op)+" "+s.Name)
	}
	return strings.Join(all, ", ")
}

func TestCompare(t *testing.T) {
	minute := tree("a 5 +0")
	node := minute.Nodes["a"]
	node.Entry.Precision = vfs.PrecisionMinute
	minute.Nodes["a"] = node
	hole, left := tree("d/"), tree("a 1")
	hole.Holes["d"] = errors.New("cut")
	left.Left["big"], left.Left["cache"] = true, true
	kept := tree("old/", "old/x 1")
	kept.Left["old/y.bak"] = true
	for _, c := range []struct {
		what     string
		from, to *mirror.Tree
		want     string
	}{
		{"nothing there", tree("d/", "d/a 1", "b 2"), tree(), "new b, make d, new d/a"},
		{"all the same", tree("d/", "d/a 1 +0"), tree("d/", "d/a 1 +0"), ""},
		{"of other size", tree("a 1"), tree("a 2"), "changed a"},
		{"newer", tree("a 5 +1"), tree("a 5 +0"), "changed a"},
		{"newer at the target", tree("a 5 +0"), tree("a 5 +90"), ""},
		{"times unknown", tree("a 5"), tree("a 5 +0"), ""},
		{"within the minute that is known", tree("a 5 +20"), minute, ""},
		{"beyond the minute", tree("a 5 +31"), minute, "changed a"},
		{"too much", tree(), tree("d/", "d/a 1", "b 1"), "delete d/a, rmdir d, delete b"},
		{"a folder for a file", tree("a/", "a/b 1"), tree("a 1"), "blocked a"},
		{"a file for a folder", tree("a 1"), tree("a/", "a/b 1"), "blocked a, delete a/b"},
		{"a link stays unspoken of, and guards its name", tree("a->"), tree("a 1"), "blocked a"},
		{"in a folder that could not be read at the source", hole, tree("d/", "d/a 1", "b 1"), "delete b"},
		{"in a folder that could not be read at the target", tree("d/", "d/a 1"), hole, "blocked d/a"},
		{"filtered out at the source", left, tree("a 1", "big 7", "cache/", "cache/x 1", "c 1"), "delete c"},
		{"filtered out at the target", tree(), kept, "delete old/x"},
	} {
		p, err := mirror.Compare(c.from, c.to, mirror.Options{Delete: true})
		if err != nil || steps(p) != c.want {
			t.Errorf("%s: got %q, %v; want %q", c.what, steps(p), err, c.want)
		}
		if p, _ := mirror.Compare(c.from, c.to, mirror.Options{}); strings.Contains(steps(p), "delete") {
			t.Errorf("%s: it deletes unasked: %q", c.what, steps(p))
		}
	}
	ask := func(a, _ mirror.Node) (bool, error) { return a.Entry.Name == "b", nil }
	p, err := mirror.Compare(tree("a 5 +9", "b 5"), tree("a 5 +0", "b 5"), mirror.Options{Differs: ask})
	if err != nil || steps(p) != "changed b" || p.Same != 1 {
		t.Errorf("by content: %q, %d the same, %v", steps(p), p.Same, err)
	}
	broken := func(_, _ mirror.Node) (bool, error) { return false, errors.New("no") }
	if _, err := mirror.Compare(tree("a 5"), tree("a 5"), mirror.Options{Differs: broken}); err == nil {
		t.Error("a comparison that failed is passed over")
	}
}

// TestPlanMakesOneLikeTheOther carries plans out on trees in memory: afterwards nothing is left to do, and without
// holes and clashes of types both hold the same.
func TestPlanMakesOneLikeTheOther(t *testing.T) {
	draw := func(t *rapid.T, label string) *mirror.Tree {
		lines := map[string]string{}
		for range rapid.IntRange(0, 12).Draw(t, label) {
			dirs := rapid.SliceOfN(rapid.SampledFrom([]string{"d", "e"}), 0, 3).Draw(t, "dirs")
			for i := range dirs {
				lines[strings.Join(dirs[:i+1], "/")] = strings.Join(dirs[:i+1], "/") + "/"
			}
			name := strings.Join(append(dirs, rapid.SampledFrom([]string{"x", "y"}).Draw(t, "name")), "/")
			bit := rapid.IntRange(0, 1)
			lines[name] = fmt.Sprintf("%s %d +%d", name, bit.Draw(t, "size"), bit.Draw(t, "late"))
		}
		return tree(slices.Collect(maps.Values(lines))...)
	}
	rapid.Check(t, func(t *rapid.T) {
		from, to := draw(t, "from"), draw(t, "to")
		p, err := mirror.Compare(from, to, mirror.Options{Delete: true})
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if err := mirror.Write(&file, "here", "there", p); err != nil {
			t.Fatal(err)
		}
		head, again, err := mirror.ReadPlan(&file)
		if err != nil || steps(again) != steps(p) || again.Same != p.Same || head.From != "here" || head.To != "there" {
			t.Fatalf("the file holds %q, %+v, %v; want %q", steps(again), head, err, steps(p))
		}
		holds, stale := again.Stale(from, to)
		if len(stale) > 0 || steps(holds) != steps(p) {
			t.Fatalf("nothing changed, and %v are stale", stale)
		}
		for _, s := range holds.Steps {
			if up := filepath.Dir(s.Name); up != "." && s.From != nil && to.Nodes[up].Entry.Type != vfs.Dir {
				t.Fatalf("%s comes before its folder", s.Name)
			}
			if s.Op == mirror.RmDir {
				for name := range to.Nodes {
					if strings.HasPrefix(name, s.Name+"/") {
						t.Fatalf("%s is removed while %s is in it", s.Name, name)
					}
				}
			}
			if s.From == nil {
				delete(to.Nodes, s.Name)
			} else {
				to.Nodes[s.Name] = from.Nodes[s.Name]
			}
		}
		if p, _ := mirror.Compare(from, to, mirror.Options{Delete: true}); len(p.Steps) > 0 {
			t.Fatalf("afterwards there is still %q to do", steps(p))
		}
		if got, want := slices.Sorted(maps.Keys(to.Nodes)), slices.Sorted(maps.Keys(from.Nodes)); !slices.Equal(got, want) {
			t.Fatalf("afterwards there is %q, want %q", got, want)
		}
		if _, stale := again.Stale(from, to); len(stale) != len(again.Steps) {
			t.Fatalf("all is done, and of %d steps only %d are stale", len(again.Steps), len(stale))
		}
	})
}

func TestForeignFilesAreNoPlans(t *testing.T) {
	const head = `{"plan":"ferry mirror","version":1,"from":"a","to":"b","same":0}` + "\n"
	for _, text := range []string{
		"", "hello", `{"plan":"another"}`, `{"plan":"ferry mirror","version":2}`,
		head + "{", head + `{"op":"format","name":"x"}`, head + `{"op":"delete","name":""}`,
		head + `{"op":"delete","name":"x"}`, head + `{"op":"new","name":"x","force":true}`,
	} {
		if _, p, err := mirror.ReadPlan(strings.NewReader(text)); err == nil {
			t.Errorf("%q is read as %q", text, steps(p))
		}
	}
}

// side makes a folder on the disk.
func side(t *testing.T, files map[string]string) mirror.Side {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return mirror.Side{FS: localfs.New(), Root: root}
}

func read(t *testing.T, s mirror.Side, f queue.Filter) *mirror.Tree {
	t.Helper()
	tree, err := mirror.Read(t.Context(), s, f, 3)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// TestOnDisk makes folders, gives requests for what is to be copied, and removes what is too much.
func TestOnDisk(t *testing.T) {
	from := side(t, map[string]string{"a": "1", "d/e/b": "22", "d/c": "3", "skip.bak": "4", ".x.ferrypart": "5"})
	to := side(t, map[string]string{"old/f": "9", "old/g.bak": "9", "gone/h": "9", "d/c": "3"})
	filter := queue.Filter{Exclude: []string{"*.bak"}}
	source, target := read(t, from, filter), read(t, to, filter)
	same := func(mirror.Node, mirror.Node) (bool, error) { return false, nil }
	p, err := mirror.Compare(source, target, mirror.Options{Delete: true, Differs: same})
	if want := "new a, make d/e, new d/e/b, delete old/f, delete gone/h, rmdir gone"; err != nil || steps(p) != want {
		t.Fatalf("got %q, %v; want %q", steps(p), err, want)
	}
	done := map[string]error{}
	tell := func(s mirror.Step, err error) { done[s.Name] = err }
	for range 2 { // what is done already is as good
		if err := errors.Join(p.MakeFolders(t.Context(), to, tell), p.Remove(t.Context(), to, target, tell)); err != nil {
			t.Fatal(err)
		}
	}
	for name, err := range done {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	requests, err := p.Requests(from, to, source)
	if err != nil || len(requests) != 2 || requests[1].ToDir != filepath.Join(to.Root, "d/e") ||
		requests[1].FromDir != filepath.Join(from.Root, "d/e") || requests[1].Sources[0].Entry.Name != "b" {
		t.Errorf("got %+v, %v", requests, err)
	}
	left := read(t, to, queue.Filter{})
	if got := slices.Sorted(maps.Keys(left.Nodes)); !slices.Equal(got, []string{"d", "d/c", "d/e", "old", "old/g.bak"}) {
		t.Errorf("afterwards there is %q", got)
	}
}

// TestChangesMeanwhile has files come, go and change between plan and deed.
func TestChangesMeanwhile(t *testing.T) {
	from, to := tree("new 1", "changed 2 +9", "back 1"), tree("changed 2 +0", "gone 1 +0", "back 2", "late 1 +0")
	p, _ := mirror.Compare(from, to, mirror.Options{Delete: true})
	later := tree("new 1", "changed 3 +9", "back 1", "late 5")
	_, stale := p.Stale(later, to)
	var names []string
	for _, s := range stale {
		names = append(names, s.Name)
	}
	if !slices.Equal(names, []string{"changed", "late"}) {
		t.Errorf("stale are %q", names)
	}
	if _, stale := p.Stale(from, tree("changed 2 +0", "gone 1 +1", "back 2", "late 1 +0", "new 1")); len(stale) != 2 {
		t.Errorf("stale are %v, want gone and new", stale)
	}
}

// refusing is a shore on which one folder cannot be listed.
type refusing struct {
	vfs.FS
	folder string
}

type refusingSession struct {
	vfs.Session
	r *refusing
}

func (r *refusing) Lease(ctx context.Context, why vfs.Purpose) (vfs.Session, error) {
	s, err := r.FS.Lease(ctx, why)
	return &refusingSession{s, r}, err
}

func (s *refusingSession) List(ctx context.Context, dir string, batch func([]vfs.Entry) error) (vfs.ListReport, error) {
	report, err := s.Session.List(ctx, dir, batch)
	if filepath.Base(dir) == s.r.folder {
		report.Unread = 1
	}
	return report, err
}

// TestHoles tells of folders of which not all is known, and of a root that is not there.
func TestHoles(t *testing.T) {
	s := side(t, map[string]string{"a": "1", "d/b": "2"})
	s.FS = &refusing{s.FS, "d"}
	tree := read(t, s, queue.Filter{})
	if tree.Nodes["d/b"].Path == "" || !errors.Is(tree.Holes["d"], vfs.ErrIncomplete) || len(tree.Holes) != 1 {
		t.Errorf("the tree holds %v, its holes are %v", tree.Nodes, tree.Holes)
	}
	s.Root += "/nowhere"
	if _, err := mirror.Read(t.Context(), s, queue.Filter{}, 3); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a root that is not there: %v", err)
	}
}

// TestByHash compares what is on the disk by content.
func TestByHash(t *testing.T) {
	a, b := side(t, map[string]string{"x": "one", "y": "two"}), side(t, map[string]string{"x": "one", "y": "owt"})
	one, err := a.FS.Lease(t.Context(), vfs.Transfer)
	if err != nil {
		t.Fatal(err)
	}
	defer one.Release()
	o := mirror.Options{Differs: mirror.ByHash(t.Context(), one, one)}
	p, err := mirror.Compare(read(t, a, queue.Filter{}), read(t, b, queue.Filter{}), o)
	if err != nil || steps(p) != "changed y" {
		t.Errorf("got %q, %v", steps(p), err)
	}
	blind := mirror.ByHash(t.Context(), &refusingSession{one, nil}, one)
	if _, err := blind(mirror.Node{}, mirror.Node{}); !errors.Is(err, vfs.ErrNotSupported) {
		t.Errorf("without a hash: %v", err)
	}
}
