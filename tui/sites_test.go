package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ferry/internal/doctor"
	sites "ferry/internal/site"
	"ferry/internal/vfs"
)

// memSites are saved sites in memory.
type memSites struct {
	mu   sync.Mutex
	book SiteBook
	did  []string
	fail error
	goOn chan struct{} // lets an examination go on
}

func (b *memSites) Load(context.Context) (SiteBook, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	book := b.book
	book.Sites = slices.Clone(book.Sites)
	return book, nil
}

func (b *memSites) note(did string, change func()) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.did = append(b.did, did)
	if b.fail == nil && change != nil {
		change()
	}
	return b.fail
}

func (b *memSites) Save(_ context.Context, old string, s sites.Site) error {
	return b.note("save "+old+" as "+s.Name, func() {
		b.book.Sites = slices.DeleteFunc(b.book.Sites, func(o sites.Site) bool { return o.Name == old })
		b.book.Sites = append(b.book.Sites, s)
	})
}

func (b *memSites) Remove(_ context.Context, name string) error {
	return b.note("remove "+name, func() {
		b.book.Sites = slices.DeleteFunc(b.book.Sites, func(o sites.Site) bool { return o.Name == name })
	})
}

func (b *memSites) Forget(_ context.Context, name string) error {
	return b.note("forget "+name, func() { b.book.Learned = nil })
}

func (b *memSites) Import(_ context.Context, path string) (string, error) {
	return "3 of 3 sites are new here", b.note("import "+path, nil)
}

func (b *memSites) Export(_ context.Context, format string, passwords bool) (string, error) {
	return "3 sites written", b.note(fmt.Sprintf("export %s %v", format, passwords), nil)
}

// Test finds two things, and waits in between until somebody lets it go on.
func (b *memSites) Test(ctx context.Context, name string, found *Examination) error {
	if err := b.note("test "+name, nil); err != nil {
		return err
	}
	found.Tell(doctor.Finding{Title: "Name", Verdict: doctor.Good, Found: name + " is 192.0.2.7"}, "ok   Name\n")
	found.Tell(doctor.Finding{Title: "PASV over IPv4", Verdict: doctor.Trying}, "")
	select {
	case <-b.goOn:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	for range 20 {
		found.Tell(doctor.Finding{
			Title: "PASV over IPv4", Verdict: doctor.Bad, Found: "port 50123 cannot be reached\x1b[2J", Took: 5 * time.Second,
			Means: "A firewall in front of the server keeps the port closed, so that no data connection comes to be.",
			Set:   "Ask the server's operator to open its passive ports; until then --mode active may work.",
		}, "BAD  PASV\n")
	}
	found.Tell(doctor.Finding{}, "1 good\n")
	return nil
}

func (b *memSites) Keep(context.Context, vfs.FS) (string, error) {
	return "saved as the site ftp.example.org", b.note("keep", nil)
}

func (b *memSites) all() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.did)
}

func sampleSites() *memSites {
	return &memSites{goOn: make(chan struct{}, 1), book: SiteBook{
		Sites: sites.List{
			{Name: "mirror", Host: "ftp.example.net"},
			{Name: "camera", Folder: "Lab", Host: "192.0.2.40", TLS: "off", Colour: "red"},
			{
				Name: "shop", Folder: "Work/Clients", Host: "ftp.example.org", Port: 2121, User: "alice", TLS: "explicit",
				Mode: "passive", RemoteDir: "/www/site", LocalDir: "~/projects",
				Notes:     "ask Bob\x1b[2J before changes\nsecond line",
				Bookmarks: []sites.Bookmark{{Name: "logs", Remote: "/www/site/logs"}},
			},
		},
		Learned: map[string][]string{"shop": {"allows 2 connections", "LIST times are 2 h ahead of UTC"}},
		Recent:  []string{"ftp://bob@old.example.org/pub", "shop"},
	}}
}

// TestFaultsOfTheSitesAreShown with line and column, above the sites that can be used.
func TestFaultsOfTheSitesAreShown(t *testing.T) {
	book := sampleSites()
	book.book.Problems = []string{"sites.toml:3:1: mod of the site shop is not used", "sites.toml:9:1: x"}
	h := start(t, 120, 36, func(_ *harness, d *Deps) { d.Sites = book }).ready()
	h.until("the sites", func() bool { return len(h.m.book.Sites) > 0 })
	h.press("O")
	h.shows("1 more fault behind sites.toml:3:1: mod of the site shop is not used")
	h.shows("camera")
}

// withSites opens the screen with saved sites; connecting gives the sample server.
func withSites(t *testing.T, w, ht int) (*harness, *memSites, chan ConnectRequest) {
	t.Helper()
	book, asked := sampleSites(), make(chan ConnectRequest, 10)
	h := start(t, w, ht, func(h *harness, d *Deps) {
		d.Sites = book
		d.Connect = func(_ context.Context, to ConnectRequest) (vfs.FS, string, error) {
			asked <- to
			return h.remote, "/www/site", nil
		}
	}).ready()
	h.until("the sites", func() bool { return len(h.m.book.Sites) > 0 })
	return h, book, asked
}

func TestSitesFrames(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h, _, _ := withSites(t, size[0], size[1])
			h.press("o")
			h.frame("connect-line")
			h.press("sh")
			h.frame("connect-site")
			h.press("esc", "O", "end")
			h.frame("sites")
			h.press("e")
			h.frame("site-form")
			h.press("esc", "/", "lab")
			h.frame("sites-search")
		})
	}
}

// TestConnectSteps shows each step with its time, those that are over, too.
func TestConnectSteps(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) { connectSteps(t, size[0], size[1]) })
	}
}

func connectSteps(t *testing.T, w, ht int) {
	release := make(chan struct{})
	h := start(t, w, ht, func(h *harness, d *Deps) {
		d.Connect = func(ctx context.Context, to ConnectRequest) (vfs.FS, string, error) {
			h.pass(1200 * time.Millisecond)
			to.Progress.Reach(ReachedDialling)
			h.pass(300 * time.Millisecond)
			to.Progress.Reach(ReachedTLS)
			to.Progress.Reach(ReachedDialling) // a second connection of the pool is no step back
			to.Progress.Reach(ReachedLogin)
			select {
			case <-release:
			case <-ctx.Done():
			}
			return nil, "", errors.New("enough")
		}
	}).ready()
	h.press("o", "h.example.org", "enter")
	h.shows(fmt.Sprintf("… %-21s0.0 s", "logging in"))
	h.shows(fmt.Sprintf("✓ %-21s1.2 s", "looking up the name"))
	h.shows(fmt.Sprintf("✓ %-21s0.3 s", "connecting"))
	h.shows("✓ encrypting (TLS)")
	h.frame("connect-steps")
	close(release)
	h.shows("! Enough")
}

func TestFindASite(t *testing.T) {
	for _, tt := range []struct {
		typed string
		want  ConnectRequest
	}{
		{"shp", ConnectRequest{Site: "shop"}},
		{"SHOP", ConnectRequest{Site: "shop"}},
		{"cam", ConnectRequest{Site: "camera"}},
		{"other", ConnectRequest{Address: "other"}},
		{"old.exa", ConnectRequest{Address: "old.exa"}},
		{"ftp://shop/", ConnectRequest{Address: "ftp://shop/"}},
		{"", ConnectRequest{Address: "ftp://bob@old.example.org/pub"}},
	} {
		h, _, asked := withSites(t, 120, 36)
		h.press("o")
		if tt.typed != "" {
			h.press(tt.typed)
		}
		h.press("enter")
		h.shows("connected to")
		got := <-asked
		got.Progress = nil
		if got != tt.want {
			t.Errorf("%q asks for %+v", tt.typed, got)
		}
		h.until("the end of the dialog", func() bool { return len(h.m.dialogs) == 0 })
	}
}

// TestPasswordIsNotOffered while an address that holds one is typed.
func TestPasswordIsNotOffered(t *testing.T) {
	for typed, want := range map[string]string{
		"ftp://a:pw@h/x": "ftp://a:…@h/x", "a:pw@h": "a:…@h", "a@h": "a@h", "h:21": "h:21", "ftp://h": "ftp://h",
		"a:p@w@h": "a:…@h",
	} {
		if got := hidePassword(typed); got != want {
			t.Errorf("%q is shown as %q", typed, got)
		}
	}
}

func TestSiteManager(t *testing.T) {
	h, book, asked := withSites(t, 120, 36)
	h.press("O", "j", "j")
	h.shows("allows 2 connections")
	h.press("f")
	h.gone("allows 2 connections")
	h.press("t")
	h.shows("shop is 192.0.2.7")
	h.press("esc")
	h.shows("Stopped. What was found stands.")
	h.press("esc", "y")
	h.shows("shop 2")
	h.press("tab", "end", "-new", "enter")
	h.until("the copy", func() bool { return len(h.m.book.Sites) == 4 && len(h.m.dialogs) == 1 })
	h.press("end", "d")
	h.shows("Delete the site")
	h.press("enter")
	h.press("d", "y")
	h.until("the end of a site", func() bool { return len(h.m.book.Sites) == 3 })
	h.press("a", "fresh", "enter")
	h.shows("A site needs a host")
	h.press("h.example.org", "tab", "21x", "enter")
	h.shows("whole number")
	h.press("backspace", "enter")
	h.until("the new site", func() bool {
		_, found := h.m.book.Sites.Find("fresh")
		return found && len(h.m.dialogs) == 1
	})
	h.press("i", "enter")
	h.shows("3 of 3 sites are new here")
	h.press("x", "right", "tab", "right", "enter")
	h.shows("3 sites written")
	h.press("/", "shop", "enter", "enter")
	h.shows("connected to")
	if to := <-asked; to.Site != "shop" {
		t.Errorf("it connects to %+v", to)
	}
	want := "forget shop, test shop, save  as shop 2, remove shop 2, save  as fresh, " +
		"import /home/alice/.config/filezilla/sitemanager.xml, export filezilla true"
	if got := strings.Join(book.all(), ", "); got != want {
		t.Errorf("it did %s", got)
	}
}

func TestBookmarksAndKeeping(t *testing.T) {
	h, book, _ := withSites(t, 120, 36)
	h.press("b")
	h.shows("This server has no bookmarks")
	h.press("o", "shop", "enter")
	h.shows("connected to")
	h.until("the folder here", func() bool { return h.m.panes[0].Dir() == "/home/alice/projects" })
	h.until("the end of the dialog", func() bool { return len(h.m.dialogs) == 0 })
	h.press("b", "lo", "enter")
	h.until("the bookmark", func() bool { return h.m.panes[1].Dir() == "/www/site/logs" })
	h.press("B")
	h.shows("saved as the site ftp.example.org")
	if got := book.all(); !slices.Equal(got, []string{"keep"}) {
		t.Errorf("it did %v", got)
	}
}

// TestSecretQuestion asks for a password on the screen, without showing it.
func TestSecretQuestion(t *testing.T) {
	h := start(t, 80, 24).ready()
	type told struct {
		secret string
		err    error
	}
	ask := func() chan told {
		answer := make(chan told, 1)
		h.wg.Go(func() {
			s, err := h.m.deps.Questions.AskSecret(h.ctx, "Password for ftp://a\x1b@h")
			answer <- told{s, err}
		})
		h.shows("Password for ftp://a␛@h")
		h.press("x") // was meant for something else
		h.shows("keys count in a moment")
		h.asks("Password for ftp://a␛@h")
		return answer
	}
	answer := ask()
	h.press("enter")
	h.shows("Nothing has been typed yet")
	h.press("s3cret")
	if strings.Contains(h.m.View(), "s3cret") {
		t.Error("it is shown")
	}
	h.press("enter")
	if got := <-answer; got.secret != "s3cret" || got.err != nil {
		t.Errorf("told was %+v", got)
	}
	h.gone("Password for")
	answer = ask()
	h.press("esc")
	if got := <-answer; !errors.Is(got.err, ErrNoAnswer) {
		t.Errorf("told was %+v", got)
	}
}

func TestTrustAlways(t *testing.T) {
	h := start(t, 80, 24).ready()
	always := make(chan bool, 1)
	h.wg.Go(func() {
		a, _ := h.m.deps.Questions.Ask(h.ctx, sampleAddress, sampleCertificate(1))
		always <- a
	})
	h.shows("Certificate not trusted")
	h.pass(time.Second)
	h.press("t")
	if !<-always {
		t.Error("it is trusted once only")
	}
}

// TestSiteFormIsFaithful writes what it has read, for every key of a site.
func TestSiteFormIsFaithful(t *testing.T) {
	s := sites.Site{
		Name: "nas", Host: "h", Port: 2121, User: "u", Folder: "a/b", Colour: "red", Notes: "one\ntwo", Account: "x",
		Password: "command", PasswordCommand: "pass", TLS: "off", Mode: "active", Encoding: "gbk", Proxy: "http://p:1",
		TimeOffset: "2h", Profile: "iis", RemoteDir: "/r", LocalDir: "~/l", Connections: 1, Parallel: 2, LimitRate: "5M",
		Bookmarks: []sites.Bookmark{{Name: "a b", Remote: "/x"}, {Name: "c", Local: "~"}}, Trash: "t",
		Exclude: []string{"*.o", "a b"}, ActivePorts: "1-2", ActiveHost: "192.0.2.1", BelievePassive: true,
		ClearControl: true, AllowCut: true,
		LowPorts: true, ClearData: true, TelnetAbort: true, SingleIAC: true, LegacyLogin: true,
		ListHidden: "off", MinTLS: "1.0", ClientCertificate: "me.pem", ClientKey: "me.key",
	}
	var values []string
	for _, f := range siteFields(s) {
		values = append(values, f.Value())
	}
	got, field, err := siteFrom(sites.Site{}, values)
	if err != nil || fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", s) {
		t.Errorf("it became %+v (%d, %v)", got, field, err)
	}
	keys := sites.Keys()
	for _, f := range siteForm() {
		keys = slices.DeleteFunc(keys, func(k string) bool { return k == f.key })
	}
	if len(keys) > 0 {
		t.Errorf("the form does not have %v", keys)
	}
}
