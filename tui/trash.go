package tui

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	sites "ferry/internal/site"
	"ferry/internal/vfs"
	"ferry/tui/figure"
	"ferry/tui/prose"
)

// bin is where deleted things of one shore go, and come back from.
type bin interface {
	name() string // "the trash folder .trash"
	// put moves what is at path into the bin, and gives what takes it back.
	put(ctx context.Context, s vfs.Session, path string) (undoStep, error)
}

// Trash moves what is at a local path into the trash, and gives what brings it back.
type Trash func(ctx context.Context, path string) (restore func(context.Context) error, err error)

// binOf gives the bin of a shore, nil where it has none or where its own folder is shown.
func (m *Model) binOf(at place) bin {
	if isLocal(at.fs) {
		if m.deps.Trash == nil {
			return nil
		}
		return localBin{m.deps.Trash}
	}
	s, ok := m.book.Sites.Find(m.named[at.fs.ID()])
	if !ok {
		s, ok = siteOf(m.book.Sites, at.fs.ID())
	}
	if !ok || s.Trash == "" || strings.Contains(at.dir+"/", "/"+strings.Trim(s.Trash, "/")+"/") {
		return nil
	}
	return folderBin{at.fs, s.Trash}
}

// siteOf finds the saved site of a connection by its ID.
func siteOf(all sites.List, id string) (sites.Site, bool) {
	u, err := url.Parse(id)
	if err != nil {
		return sites.Site{}, false
	}
	user := u.User.Username()
	if user == "anonymous" {
		user = ""
	}
	for _, s := range all {
		known := s.User
		if known == "anonymous" {
			known = ""
		}
		port := s.Port == 0 || strconv.Itoa(s.Port) == u.Port()
		if strings.EqualFold(s.Host, u.Hostname()) && known == user && port {
			return s, true
		}
	}
	return sites.Site{}, false
}

// localBin is the trash of the desktop.
type localBin struct{ trash Trash }

func (localBin) name() string { return "the trash" }

func (b localBin) put(ctx context.Context, _ vfs.Session, path string) (undoStep, error) {
	restore, err := b.trash(ctx, path)
	return undoStep{to: path, restore: restore}, err
}

// folderBin is a folder on a server, which a site names.
type folderBin struct {
	fs     vfs.FS
	folder string // from the login folder on, or absolute
}

func (b folderBin) name() string { return "the folder " + prose.Safe(b.folder) }

// mostBinned is how many things of one name the folder holds.
const mostBinned = 1000

func (b folderBin) put(ctx context.Context, s vfs.Session, path string) (undoStep, error) {
	dir, err := b.path(ctx)
	if err != nil {
		return undoStep{}, err
	}
	if _, err := s.Stat(ctx, dir); err != nil {
		if err := s.Mkdir(ctx, dir); err != nil {
			return undoStep{}, err
		}
	}
	for n := 1; ; n++ {
		name := b.fs.Base(path)
		if n > 1 {
			name += " (" + strconv.Itoa(n) + ")"
		}
		to := b.fs.Join(dir, name)
		if _, err := s.Stat(ctx, to); err == nil && n < mostBinned {
			continue
		}
		return undoStep{from: to, to: path}, s.Rename(ctx, path, to)
	}
}

// path gives the folder's absolute path.
func (b folderBin) path(ctx context.Context) (string, error) {
	if strings.HasPrefix(b.folder, "/") {
		return strings.TrimRight(b.folder, "/"), nil
	}
	dir, err := b.fs.Home(ctx)
	if err != nil {
		return "", err
	}
	for _, element := range strings.Split(strings.Trim(b.folder, "/"), "/") {
		dir = b.fs.Join(dir, element)
	}
	return dir, nil
}

// discard moves entries into a bin.
func (m *Model) discard(at place, to bin, entries []vfs.Entry) tea.Cmd {
	var back []undoStep
	e := &errand{
		at: []place{at}, title: "Moving to the trash on " + where(at.fs),
		did: func(n int) string { return figure.Plural(n, "item") + " moved to " + to.name() },
	}
	e.undo = func(*errand) *undo {
		return &undo{words: "delete " + figure.Plural(len(back), "item"), at: e.at, steps: back}
	}
	return m.run(e, func(ctx context.Context, s vfs.Session) error {
		for _, entry := range entries {
			path := at.fs.Join(at.dir, entry.Name)
			step, err := to.put(ctx, s, path)
			if err == nil {
				back = append(back, step)
			}
			if !e.try(ctx, path, err) {
				break
			}
		}
		return nil
	})
}
