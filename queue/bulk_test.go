package queue_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"testing"
	"time"

	"ferry/internal/vfs"
	"ferry/queue"
)

// nowhere is a file system of empty files that costs nothing, for tests of what the queue itself costs.
type nowhere struct {
	id      string
	folders int // in the root
	files   int // in each of these
}

func (n *nowhere) ID() string                                { return n.id }
func (*nowhere) Join(dir, name string) string                { return path.Join(dir, name) }
func (*nowhere) Parent(p string) string                      { return path.Dir(p) }
func (*nowhere) Base(p string) string                        { return path.Base(p) }
func (*nowhere) CheckName(string) error                      { return nil }
func (*nowhere) Release()                                    {}
func (*nowhere) Touch()                                      {}
func (*nowhere) Raw() any                                    { return nil }
func (*nowhere) Explain(err error) error                     { return err }
func (*nowhere) Read([]byte) (int, error)                    { return 0, io.EOF }
func (*nowhere) Write(p []byte) (int, error)                 { return len(p), nil }
func (*nowhere) Close() error                                { return nil }
func (*nowhere) Finish(context.Context) (vfs.Written, error) { return vfs.Written{}, nil }
func (*nowhere) Commit(context.Context) error                { return nil }
func (*nowhere) Abort(bool) error                            { return nil }
func (*nowhere) Remove(context.Context, string) error        { return nil }
func (*nowhere) RemoveDir(context.Context, string) error     { return nil }
func (*nowhere) Mkdir(context.Context, string) error         { return nil }

func (*nowhere) Home(context.Context) (string, error)                             { return "/", nil }
func (n *nowhere) Lease(context.Context, vfs.Purpose) (vfs.Session, error)        { return n, nil }
func (*nowhere) Rename(context.Context, string, string) error                     { return nil }
func (*nowhere) Chmod(context.Context, string, fs.FileMode) error                 { return nil }
func (*nowhere) SetModTime(context.Context, string, time.Time) error              { return nil }
func (*nowhere) Partial(context.Context, string) (int64, error)                   { return 0, nil }
func (*nowhere) Stat(context.Context, string) (vfs.Entry, error)                  { return vfs.Entry{}, fs.ErrNotExist }
func (n *nowhere) Open(context.Context, string, int64) (vfs.Reader, error)        { return n, nil }
func (n *nowhere) Create(context.Context, string, vfs.Create) (vfs.Writer, error) { return n, nil }

func (n *nowhere) List(_ context.Context, dir string, batch func([]vfs.Entry) error) (vfs.ListReport, error) {
	var entries []vfs.Entry
	for i := range n.files {
		entries = append(entries, vfs.Entry{Name: fmt.Sprintf("file number %d", i), Type: vfs.File})
		if len(entries) == 500 {
			if err := batch(entries); err != nil {
				return vfs.ListReport{}, err
			}
			entries = nil
		}
	}
	return vfs.ListReport{}, batch(entries)
}

func (n *nowhere) sources() []queue.Source {
	var all []queue.Source
	for i := range n.folders {
		all = append(all, queue.Source{Entry: vfs.Entry{Name: fmt.Sprintf("d%d", i), Type: vfs.Dir}})
	}
	return all
}

// many copies a tree of empty files from nowhere to nowhere.
func many(t testing.TB, folders, files int) (done int, news int) {
	q := queue.New(queue.Options{})
	from := &nowhere{id: "from", folders: folders, files: files}
	_, err := q.Add(queue.Request{
		From: from, To: &nowhere{id: "to"}, FromDir: "/from", ToDir: "/to", Sources: from.sources(), Recursive: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	q.Close()
	ended := make(chan error, 1)
	go func() { ended <- q.Run(t.Context()) }()
	for ; ; news++ {
		told, err := q.Next(t.Context())
		if err != nil {
			break
		}
		done = told.Totals.Done
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	return done, news
}

// TestHundredThousandItems: the cost of an item must not grow with their number. A queue that looked at all that
// waits for each that ends would need fifty times as long for each.
func TestHundredThousandItems(t *testing.T) {
	began := time.Now()
	many(t, 1, 2000)
	few := time.Since(began) / 2000
	began = time.Now()
	done, news := many(t, 50, 2000)
	took := time.Since(began)
	if done != 100_000 || took/100_000 > 10*few || float64(news) > 20*took.Seconds()+3 {
		t.Errorf("%d done in %v, %d pieces of news; of few each took %v", done, took, news, few)
	}
}

func BenchmarkItem(b *testing.B) {
	for b.Loop() {
		many(b, 10, 1000)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10_000, "ns/item")
}
