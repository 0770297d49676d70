package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"ferry/ftpclient"
	"ferry/internal/doctor"
	"ferry/internal/secret"
	"ferry/internal/site"
	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/tui"
	"ferry/tui/figure"
)

// logins remember by what the screen's connections were made, as long as they stand, so that a server can be saved
// after it has proven to work. Safe for concurrent use.
type logins struct {
	mu  sync.Mutex
	all map[vfs.FS]madeBy
}

type madeBy struct {
	target   target
	password string
	security ftpclient.Security
}

// remember notes a connection that works, and the place among the recent ones.
func (p *program) remember(ctx context.Context, t target, connection vfs.FS, l login, s ftpclient.Security) {
	p.logins.mu.Lock()
	if p.logins.all == nil {
		p.logins.all = map[vfs.FS]madeBy{}
	}
	p.logins.all[connection] = madeBy{t, l.password, s}
	p.logins.mu.Unlock()
	address := t.site
	if address == "" {
		address = strings.TrimSuffix(place{target: t}.url(), "/")
	}
	if err := p.kept.recents.Add(ctx, address, time.Now()); err != nil {
		p.console.Warn("recent places cannot be kept: " + innermost(err))
	}
}

// siteBook is what the screen sees of the sites (tui.Sites).
type siteBook struct{ program *program }

var _ tui.Sites = (*siteBook)(nil)

func (b *siteBook) Load(context.Context) (tui.SiteBook, error) {
	kept := b.program.kept
	all, problems, err := kept.sites.Load()
	book := tui.SiteBook{Sites: all, Learned: map[string][]string{}}
	for _, s := range all {
		book.Learned[s.Name] = kept.memory.Words(s.Of())
	}
	for _, problem := range problems {
		problem.File = filepath.Base(problem.File)
		book.Problems = append(book.Problems, termtext.Display(problem.Error()))
	}
	for _, r := range kept.recents.Load() {
		book.Recent = append(book.Recent, r.Address)
	}
	return book, err
}

func (b *siteBook) Save(ctx context.Context, old string, s site.Site) error {
	err := b.program.kept.sites.Save(ctx, old, s)
	if err == nil {
		b.program.shores.renamed(old, s.Name)
		b.program.shores.follow()
	}
	return b.program.siteFailure(s.Name, err)
}

func (b *siteBook) Remove(ctx context.Context, name string) error {
	return b.program.removeSite(ctx, name)
}

func (b *siteBook) Forget(_ context.Context, name string) error {
	s, err := b.program.findSite(name)
	if err != nil {
		return err
	}
	return b.program.kept.memory.Forget(s.Of())
}

func (b *siteBook) Import(ctx context.Context, path string) (string, error) {
	summary, notes, err := b.program.importSites(ctx, path, true)
	if len(notes) > 0 {
		summary += "; " + strings.Join(notes, "; ")
	}
	return summary, err
}

// Export writes all sites into a new file.
func (b *siteBook) Export(ctx context.Context, format string, passwords bool) (string, error) {
	p := b.program
	all, err := p.saved()
	if err != nil {
		return "", err
	}
	text, err := p.exportText(ctx, all, format, passwords)
	if err != nil {
		return "", err
	}
	name := map[string]string{"filezilla": "sitemanager.xml"}[format]
	path, err := saveFile(ctx, cmp.Or(name, "ferry-sites.toml"), text)
	if err != nil {
		return "", localFailure("write the sites", err)
	}
	return figure.Plural(len(all), "site") + " written to " + path, nil
}

// Test lets the doctor look at a site. The page that may be shown to anybody is masked.
func (b *siteBook) Test(ctx context.Context, name string, found *tui.Examination) error {
	p := b.program
	t, err := p.siteTarget(name, "")
	if err != nil {
		return err
	}
	cfg, err := p.examination(ctx, t)
	if err != nil {
		return err
	}
	mask, counts := doctor.NewMask(cfg.Server), map[doctor.Verdict]int{}
	err = doctor.Run(ctx, cfg, func(f doctor.Finding) {
		if f.Verdict == doctor.Trying {
			found.Tell(f, "")
			return
		}
		counts[f.Verdict]++
		found.Tell(f, findingText(mask.Finding(f)))
	})
	found.Tell(doctor.Finding{}, pageEnd(counts, "Names, addresses and user are masked."))
	return err
}

// Keep saves the server of a connection, and its password. One that is saved already only has its password kept.
func (b *siteBook) Keep(ctx context.Context, connection vfs.FS) (string, error) {
	p := b.program
	p.logins.mu.Lock()
	made, known := p.logins.all[connection]
	p.logins.mu.Unlock()
	if !known {
		return "", errors.New("only connections that were made on this screen can be saved; ferry site add saves others")
	}
	s, fresh, err := p.siteForLogin(ctx, made)
	if err != nil {
		return "", err
	}
	did := s.Name + " is a saved site already"
	if fresh {
		did = "saved as the site " + s.Name
	}
	if made.password == "" || made.target.user == "" {
		return did, nil
	}
	stores := p.kept.stores(s.Password)
	if len(stores) == 0 {
		return did + "; its password is kept nowhere, as the site says", nil
	}
	err = secret.Keep(ctx, keyOf(made.target.account, made.security), made.password, stores...)
	if errors.Is(err, tui.ErrNoAnswer) {
		return did + "; its password is not kept", nil
	}
	if err != nil {
		return "", fmt.Errorf("%s, but its password cannot be kept: %w", did, err)
	}
	return did + ", its password is kept", nil
}

// siteForLogin finds the site of a login, or saves one.
func (p *program) siteForLogin(ctx context.Context, made madeBy) (s site.Site, fresh bool, err error) {
	all, err := p.saved()
	if err != nil {
		return s, false, err
	}
	s = siteFrom("", made.target)
	if made.security != ftpclient.SecurityAuto {
		s.TLS = made.security.String()
	}
	for _, other := range all {
		if other.Name == made.target.site || other.Of() == s.Of() {
			return other, false, nil
		}
	}
	name := strings.ReplaceAll(s.Host, ":", "-")
	if site.CheckName(name) != nil {
		name = "site " + name
	}
	s.Name = all.FreeName(name)
	return s, true, p.siteFailure(s.Name, p.kept.sites.Save(ctx, "", s))
}
