package tui

import (
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/sahilm/fuzzy"

	sites "ferry/internal/site"
	"ferry/internal/vfs"
	"ferry/tui/dialog"
	"ferry/tui/keymap"
	"ferry/tui/prose"
)

// Sites are the saved sites. All of its methods may wait for a disk.
type Sites interface {
	Load(ctx context.Context) (SiteBook, error)
	// Save writes a site in place of the one called old; as a new one where old is "".
	Save(ctx context.Context, old string, s sites.Site) error
	// Remove takes a site away, with its password.
	Remove(ctx context.Context, name string) error
	// Forget forgets what the server of a site has taught.
	Forget(ctx context.Context, name string) error
	// Import takes over the sites of another program's file, and tells what was found.
	Import(ctx context.Context, path string) (string, error)
	// Export writes all sites into a new file, in one of ExportFormats, and tells where.
	Export(ctx context.Context, format string, passwords bool) (string, error)
	// Test examines a site and its server, and tells each finding as it comes. The error is why no more was possible.
	Test(ctx context.Context, name string, found *Examination) error
	// Keep saves the server of a connection as a site, and the password by which it was made; it tells what it did.
	Keep(ctx context.Context, connection vfs.FS) (string, error)
}

// SiteBook is all that is known of sites.
type SiteBook struct {
	Sites    sites.List
	Learned  map[string][]string // what servers have taught, in words, by the names of sites
	Recent   []string            // addresses and names of sites, the latest first
	Problems []string            // what of the file cannot be used, safe, with line and column
}

// bookMsg brings the sites.
type bookMsg struct {
	book SiteBook
	err  error
	said string // what has just been done about them
	bad  bool
}

// readBook reads the sites, after something was done about them, which may be nothing.
func (m *Model) readBook(work func(ctx context.Context) (said string, err error)) tea.Cmd {
	if m.deps.Sites == nil {
		return nil
	}
	return func() tea.Msg {
		var msg bookMsg
		if work != nil {
			said, err := work(m.ctx)
			msg.said, msg.bad = said, err != nil
			if err != nil {
				msg.said = prose.Sentence(err)
			}
		}
		msg.book, msg.err = m.deps.Sites.Load(m.ctx)
		return msg
	}
}

func (m *Model) bookCame(msg bookMsg) tea.Cmd {
	m.dirty = true
	if msg.err == nil {
		m.book = msg.book
	}
	for _, d := range m.dialogs {
		if r, can := d.(interface{ Refresh() }); can {
			r.Refresh()
		}
	}
	switch {
	case msg.err != nil:
		return m.say(bad, prose.Sentence(msg.err))
	case msg.bad:
		return m.say(bad, msg.said)
	case msg.said != "":
		return m.say(good, msg.said)
	}
	return nil
}

// siteValue marks a value of an offer as the name of a site; no address begins so.
const siteValue = "\x00"

// connectOffers gives what a line in the connect dialog may mean: sites and recent places that are like it, and itself.
func (m *Model) connectOffers(text string) []dialog.Offer {
	text = strings.TrimSpace(text)
	var found []dialog.Offer
	for _, s := range m.sitesLike(text) {
		found = append(found, siteOffer(s))
	}
	recent := m.recentsLike(text)
	if text == "" {
		return append(recent, found...)
	}
	all := slices.Concat(found, recent)
	itself := dialog.Offer{Label: prose.Safe(hidePassword(text)), Detail: "as an address", Value: text}
	if _, exact := m.book.Sites.Find(text); !exact && (strings.ContainsAny(text, ".:/@") || len(all) == 0) {
		return append([]dialog.Offer{itself}, all...)
	}
	return append(all, itself)
}

// hidePassword takes the password out of an address that is being typed.
func hidePassword(address string) string {
	at := strings.LastIndexByte(address, '@')
	from := strings.Index(address, "://") + len("://")
	if !strings.Contains(address, "://") {
		from = 0
	}
	if at < from {
		return address
	}
	if user, _, has := strings.Cut(address[from:at], ":"); has {
		return address[:from] + user + ":…" + address[at:]
	}
	return address
}

func siteOffer(s sites.Site) dialog.Offer {
	detail := s.Host
	if s.User != "" {
		detail = s.User + "@" + detail
	}
	if s.Folder != "" {
		detail += "  " + s.Folder
	}
	return dialog.Offer{Label: prose.Safe(s.Name), Detail: prose.Safe(detail), Value: siteValue + s.Name}
}

// sitesLike gives the sites whose name, folder, host or user are like a text, the best first; for no text those that
// are not among the recent places.
func (m *Model) sitesLike(text string) sites.List {
	if text == "" {
		return slices.DeleteFunc(slices.Clone(m.book.Sites), func(s sites.Site) bool {
			return slices.Contains(m.book.Recent, s.Name)
		})
	}
	words := make([]string, len(m.book.Sites))
	for i, s := range m.book.Sites {
		words[i] = s.Name + " " + s.Folder + " " + s.Host + " " + s.User
	}
	var found sites.List
	for _, match := range fuzzy.Find(text, words) {
		found = append(found, m.book.Sites[match.Index])
	}
	return found
}

func (m *Model) recentsLike(text string) []dialog.Offer {
	var found []dialog.Offer
	for _, address := range m.book.Recent {
		if s, is := m.book.Sites.Find(address); is {
			if text == "" {
				found = append(found, siteOffer(s))
			}
			continue
		}
		if strings.Contains(strings.ToLower(address), strings.ToLower(text)) {
			found = append(found, dialog.Offer{Label: prose.Safe(address), Detail: "recent", Value: address})
		}
	}
	return found
}

// keepServer saves the server that a pane shows, with its password.
func (m *Model) keepServer() tea.Cmd {
	i, ok := m.headerPane()
	if !ok || m.deps.Sites == nil {
		return m.say(plain, "No pane shows a server that could be saved.")
	}
	connection := m.panes[i].FS()
	return m.readBook(func(ctx context.Context) (string, error) { return m.deps.Sites.Keep(ctx, connection) })
}

// bookmarks lets the person choose a bookmark of the site that a pane shows.
func (m *Model) bookmarks() tea.Cmd {
	i, ok := m.headerPane()
	if !ok {
		return m.say(plain, "No pane shows a server; its site would have the bookmarks.")
	}
	s, ok := m.siteOfPane(i)
	if !ok || len(s.Bookmarks) == 0 {
		return m.say(plain, "This server has no bookmarks; "+m.key(keymap.Sites)+" shows the sites, e edits one.")
	}
	finder := &dialog.Finder{
		Theme: m.deps.Theme, Title: "Bookmarks of " + prose.Safe(s.Name), Now: m.deps.Now,
		Foot: "Enter goes there · Esc closes", Empty: "No bookmark is called so.",
	}
	finder.Offers = func(text string) []dialog.Offer { return bookmarkOffers(s, text) }
	finder.Choose = func(name string) tea.Cmd {
		m.close(finder)
		return m.toBookmark(i, s, name)
	}
	m.open(finder)
	return nil
}

func bookmarkOffers(s sites.Site, text string) []dialog.Offer {
	var all []dialog.Offer
	for _, b := range s.Bookmarks {
		if strings.Contains(strings.ToLower(b.Name), strings.ToLower(text)) {
			all = append(all, dialog.Offer{
				Label: prose.Safe(b.Name), Detail: prose.Safe(strings.TrimSpace(b.Remote + "  " + b.Local)), Value: b.Name,
			})
		}
	}
	return all
}

// toBookmark takes the panes to a bookmark: the server's one, and the other where that is local.
func (m *Model) toBookmark(i int, s sites.Site, name string) tea.Cmd {
	var cmds []tea.Cmd
	for _, b := range s.Bookmarks {
		if b.Name != name {
			continue
		}
		if b.Remote != "" {
			p := m.panes[i]
			cmds = append(cmds, p.Open(p.FS(), wirePath(p.FS(), b.Remote), false))
		}
		if b.Local != "" {
			cmds = append(cmds, m.openLocal(1-i, b.Local))
		}
	}
	return tea.Batch(cmds...)
}

// wirePath gives a path in the server's charset, or as it is where that cannot write it.
func wirePath(f vfs.FS, path string) string {
	if wire, err := vfs.WireName(f, path); err == nil {
		return wire
	}
	return path
}

// openLocal shows a folder of the disk in a pane, if that shows the disk.
func (m *Model) openLocal(i int, dir string) tea.Cmd {
	p := m.panes[i]
	if p.FS() == nil || !isLocal(p.FS()) {
		return nil
	}
	if rest, is := strings.CutPrefix(dir, "~"); is && m.deps.Home != "" {
		dir = m.deps.Home + rest
	}
	return p.Open(p.FS(), dir, true)
}

// siteOfPane gives the saved site whose connection a pane shows.
func (m *Model) siteOfPane(i int) (sites.Site, bool) {
	if p := m.panes[i]; p.FS() != nil {
		return m.book.Sites.Find(m.named[p.FS().ID()])
	}
	return sites.Site{}, false
}
