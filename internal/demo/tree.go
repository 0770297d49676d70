package demo

import (
	"crypto/sha256"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/afero"
)

// What is special in the demo tree, as the server names it.
const (
	LockedFolder = "/releases"                            // refuses every change
	BigFile      = LockedFolder + "/tugboat-4.2-live.iso" // fills no disk; its octets are those of NewContent
	BigSize      = 200_000_000
)

// Tree is a demo tree on disk: the same every time.
type Tree struct {
	Remote string // the folder that the server shows
	Local  string // a scratch folder with things worth uploading
}

// NewTree plants the demo tree in an existing folder.
func NewTree(dir string) (Tree, error) {
	t := Tree{Remote: filepath.Join(dir, "server"), Local: filepath.Join(dir, "scratch")}
	for root, beds := range map[string][]bed{t.Remote: remoteBeds, t.Local: localBeds} {
		if err := plant(root, beds); err != nil {
			return Tree{}, fmt.Errorf("make the demo tree: %w", err)
		}
	}
	if err := t.release(); err != nil {
		return Tree{}, fmt.Errorf("make the demo tree: %w", err)
	}
	return t, nil
}

// FS gives the remote tree as the server shows it: the locked folder locked, the big file full.
func (t Tree) FS() afero.Fs {
	disk := afero.NewBasePathFs(afero.NewOsFs(), t.Remote)
	return lockedFs{Fs: generatedFs{Fs: disk, file: BigFile}, folder: LockedFolder}
}

// release makes the big file, which takes no room, and the list of checksums beside it.
func (t Tree) release() error {
	big := filepath.Join(t.Remote, filepath.FromSlash(BigFile))
	f, err := os.Create(big)
	if err != nil {
		return err
	}
	err = f.Truncate(BigSize)
	if err := f.Close(); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	if err := checksums(filepath.Dir(big)); err != nil {
		return err
	}
	return finish(filepath.Dir(big), time.Date(2024, 11, 5, 9, 30, 0, 0, time.UTC))
}

// finish sets the time of all that release made, and of its folder last.
func finish(dir string, at time.Time) error {
	for _, name := range []string{path.Base(BigFile), "SHA256SUMS", "."} {
		if err := os.Chtimes(filepath.Join(dir, name), at, at); err != nil {
			return err
		}
	}
	return nil
}

// bigSum is the SHA-256 of the big file.
const bigSum = "10a791abc6ff5411ecb5c9152c15ef94aa063d22bfa553a02ae4cf34a4809a1d"

// checksums writes the list that sha256sum -c reads.
func checksums(dir string) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var list strings.Builder
	for _, f := range files {
		sum := bigSum
		if f.Name() != path.Base(BigFile) {
			content, err := os.ReadFile(filepath.Join(dir, f.Name()))
			if err != nil {
				return err
			}
			sum = fmt.Sprintf("%x", sha256.Sum256(content))
		}
		fmt.Fprintf(&list, "%s  %s\n", sum, f.Name())
	}
	return os.WriteFile(filepath.Join(dir, "SHA256SUMS"), []byte(list.String()), 0o644)
}

// bed is a folder and what grows in it.
type bed struct {
	dir   string    // relative, with slashes
	from  time.Time // its files date from here
	to    time.Time // to here
	size  int       // of most files, in octets, roughly
	names []string
}

// plant makes the folders and files of all beds below root.
func plant(root string, beds []bed) error {
	for _, b := range beds {
		dir := filepath.Join(root, filepath.FromSlash(b.dir))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		for _, name := range b.names {
			if err := sow(dir, name, b); err != nil {
				return err
			}
		}
	}
	return date(root, beds)
}

// date sets the times of folders, once all is in them: each is as old as the youngest bed in it.
func date(root string, beds []bed) error {
	youngest := map[string]time.Time{}
	for _, b := range beds {
		for dir := b.dir; ; dir = path.Dir(dir) {
			if youngest[dir].Before(b.to) {
				youngest[dir] = b.to
			}
			if dir == "." {
				break
			}
		}
	}
	for dir, at := range youngest {
		if err := os.Chtimes(filepath.Join(root, filepath.FromSlash(dir)), at, at); err != nil {
			return err
		}
	}
	return nil
}

// sow makes one file.
func sow(dir, name string, b bed) error {
	if runtime.GOOS == "windows" && strings.ContainsAny(name, `<>:"|?*`) {
		return nil // no file can have that name there
	}
	r := luck(b.dir + "/" + name)
	at := b.from.Add(time.Duration(r.Int64N(int64(b.to.Sub(b.from)) + 1))).Truncate(time.Second)
	file := filepath.Join(dir, name)
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	err = write(f, name, at, b.size/2+r.IntN(b.size+1), r)
	if err := f.Close(); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	return os.Chtimes(file, at, at)
}

// luck gives chance that is the same every time for the same name.
func luck(name string) *rand.Rand {
	h := fnv.New64a()
	_, _ = io.WriteString(h, name) // never fails
	return rand.New(rand.NewPCG(h.Sum64(), 0))
}
