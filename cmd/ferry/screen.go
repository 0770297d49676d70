package main

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"ferry/ftpclient"
	"ferry/internal/config"
	"ferry/internal/demo"
	"ferry/internal/termtext"
	"ferry/internal/vfs"
	"ferry/internal/xdg"
	"ferry/localfs"
	"ferry/queue"
	"ferry/tui"
	"ferry/tui/terminal"
	"ferry/tui/theme"
	"ferry/tui/wire"

	"github.com/muesli/termenv"
)

// checkScreen tells whether there can be a screen, before anything else is begun.
func (p *program) checkScreen() error { return asUsage(terminal.Check(p.stdin, os.Stdout, p.getenv)) }

// screen opens the two panes. A folder is shown on the left, a server on the right; of two servers the first is left.
func (p *program) screen(ctx context.Context, args []string) error {
	panes, err := p.readPanes(args)
	if err != nil {
		return err
	}
	if err := p.checkScreen(); err != nil {
		return err
	}
	p.events = wire.NewLog()
	var start [2]tui.Place
	for i, pane := range panes {
		if pane.target != nil {
			p.console.Say("connecting to " + pane.target.account.String())
		}
		if start[i], err = p.place(ctx, pane); err != nil {
			return err
		}
	}
	return p.show(ctx, start)
}

// demoScreen shows the demo's scratch folder beside its server.
func (p *program) demoScreen(ctx context.Context, d *demo.Demo) error {
	p.events = wire.NewLog()
	t, err := parseTarget(d.URL())
	if err != nil {
		return err
	}
	p.demoServer = t.address()
	server, err := p.place(ctx, pane{target: &t})
	if err != nil {
		return err
	}
	return p.show(ctx, [2]tui.Place{{FS: p.shores.disk(), Dir: d.Local()}, server})
}

// pane is what an argument asks a pane to show.
type pane struct {
	target *target // nil: the local folder
	folder string  // absolute; "" where a person starts
}

// readPanes reads the arguments: the left pane, then the right one.
func (p *program) readPanes(args []string) ([2]pane, error) {
	var servers, folders []pane
	for _, arg := range args {
		one, err := p.readPane(arg)
		if err != nil {
			return [2]pane{}, err
		}
		if one.target != nil {
			servers = append(servers, one)
		} else {
			folders = append(folders, one)
		}
	}
	all := slices.Concat(folders, servers)
	for len(all) < 2 {
		all = append([]pane{{}}, all...)
	}
	if len(servers) == 0 && len(folders) == 1 {
		all[0], all[1] = all[1], all[0] // the only folder named is the left one
	}
	return [2]pane(all), nil
}

// readPane reads a folder, an address, SITE:path, or the name of a site. What is there on the disk wins over a site.
func (p *program) readPane(arg string) (pane, error) {
	if strings.Contains(arg, "://") {
		t, err := p.target(arg)
		return pane{target: &t}, err
	}
	goal, err := newGoal(arg)
	if err != nil {
		return pane{}, err
	}
	info, err := os.Stat(goal.path)
	if err == nil && info.IsDir() {
		return pane{folder: goal.path}, nil
	}
	if _, _, is := cutSite(arg); is && err != nil {
		t, err := p.target(arg)
		return pane{target: &t}, err
	}
	all, failed := p.saved()
	if s, found := all.Find(arg); found && failed == nil && err != nil {
		t, err := p.siteTarget(s.Name, "")
		return pane{target: &t}, err
	}
	return pane{}, usagef("%s is no folder here, no command, no saved site, and no address such as ftp://host/path",
		scrub(arg))
}

// place connects where a server is wanted: why it fails is then told in the shell, which stays.
func (p *program) place(ctx context.Context, want pane) (tui.Place, error) {
	if want.target == nil {
		return tui.Place{FS: p.shores.disk(), Dir: want.folder}, nil
	}
	client, err := p.shores.open(ctx, *want.target)
	if err != nil {
		return tui.Place{}, err
	}
	dir, err := want.target.resolve(ctx, client)
	if err == nil {
		_, err = client.Home(ctx) // an absolute path has not asked the server anything yet
	}
	return tui.Place{FS: client, Dir: dir}, err
}

// show runs the screen and a queue of its own.
func (p *program) show(ctx context.Context, start [2]tui.Place) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	parallel := p.prefs.now().Int("transfers.parallel")
	saved, _ := p.saved() // without them the settings hold
	options := queue.Options{Workers: mostJobs, Retries: p.retries(), Open: p.openShore}
	if p.demoServer == "" { // nothing of the demo remains
		options.Journal = p.tryJournal(ctx)
		defer p.closeJournal(options.Journal)
	}
	q := queue.New(options)
	p.siteRules.govern(q, p.flags.limitRate.speed(), parallel, mostParallel(saved, parallel))
	var ended sync.WaitGroup
	ended.Go(func() { _ = q.Run(ctx) }) // its error is the cause of ctx
	connections := &connector{program: p}
	p.interrupts.toScreen.Store(true)
	p.console.Hold()
	deps := p.deps(q, start, connections)
	deps.Kept = options.Journal != nil
	err := tui.Run(ctx, deps)
	p.interrupts.patient.Store(true)
	p.interrupts.toScreen.Store(false)
	p.console.Release()
	cancel()
	ended.Wait()
	connections.close()
	if err == nil && p.interrupts.came.Load() {
		return &toldError{exitInterrupted}
	}
	return p.screenFailure(err)
}

func (p *program) deps(q *queue.Queue, start [2]tui.Place, connections *connector) tui.Deps {
	settings := p.prefs.now()
	profile, dark := p.colours(settings)
	home, _ := os.UserHomeDir() // without one no path is shortened
	return tui.Deps{
		Queue: ruledQueue{q, p}, Start: start, Local: p.shores.disk(), Events: p.events,
		Connect: connections.connect, Free: localfs.Free,
		Save: saveFile, Trash: trash(p.getenv), Editor: tui.Editor{Line: editor(p.getenv)},
		Progress:  terminal.ShowsProgress(p.getenv),
		Questions: p.questions, Sites: &siteBook{p}, Security: p.flags.tls.security,
		Home: home, Version: thisBuild().Version,
		Theme: theme.Named(p.flags.theme.String(), profile, dark), Wears: p.flags.theme.String(), Terminal: terminal.Options{
			Profile: profile, Dark: dark, NoMouse: !settings.Bool("screen.mouse"), NoSync: !settings.Bool("screen.sync_output"),
		},
		Ring: tui.RingNamed(settings.Text("screen.ring")), Limits: queue.Limits{Total: p.flags.limitRate.speed()},
		Settings: settings, Keys: p.prefs.keys, Preferences: &tui.Preferences{
			Path: p.prefs.store.Path(), Faults: p.faults(), Said: p.prefs.said, Set: p.setPreference,
			Bind:    p.prefs.store.SetKeys,
			Colours: p.colours,
		},
	}
}

// trash gives the trash of the desktop. macOS and Windows have another one, which only their own programs may fill.
func trash(getenv func(string) string) tui.Trash {
	data := xdg.Find(getenv).Data
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" || data == "" {
		return nil
	}
	return localfs.NewTrash(filepath.Join(filepath.Dir(data), "Trash")).Put
}

// editor gives the command of the person's editor, or of one that is there; "" where none is.
func editor(getenv func(string) string) string {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if line := getenv(name); strings.TrimSpace(line) != "" {
			return line
		}
	}
	for _, usual := range []string{"sensible-editor", "nano", "vi", "notepad.exe"} {
		if _, err := exec.LookPath(usual); err == nil {
			return usual
		}
	}
	return ""
}

// faults tells what of the file of settings is not used, in words that are safe for the screen.
func (p *program) faults() []string {
	var all []string
	for _, problem := range p.prefs.problems {
		problem.File = filepath.Base(problem.File)
		all = append(all, termtext.Display(problem.Error()))
	}
	return all
}

// colours tells which colours the terminal shows, and whether on a dark background.
func (p *program) colours(settings config.Settings) (profile termenv.Profile, dark bool) {
	word := settings.Text("screen.colours")
	if p.flags.noColor {
		word = "never"
	}
	dark = isDark(p.getenv("COLORFGBG"))
	if background := settings.Text("screen.background"); background != "auto" {
		dark = background == "dark"
	}
	return theme.Detect(p.getenv, word), dark
}

// isDark reads COLORFGBG, "foreground;background" in the numbers of the sixteen colours, which some terminals set.
// Most backgrounds are dark.
func isDark(colorfgbg string) bool {
	n, err := strconv.Atoi(colorfgbg[strings.LastIndexByte(colorfgbg, ';')+1:])
	return err != nil || n < 7 || n == 8
}

// screenFailure tells why the screen ended, if it was not because somebody quit.
func (p *program) screenFailure(err error) error {
	var fault *terminal.Panic
	if errors.As(err, &fault) {
		p.tellCrash(fault)
		return &toldError{exitSome}
	}
	return asUsage(err)
}

func asUsage(err error) error {
	var none *terminal.NoTerminalError
	if errors.As(err, &none) {
		return &usageError{none.Error()}
	}
	return err
}

// connector makes the connections that the screen asks for, and keeps them until it has closed. Each is a client of
// its own, so that a password typed anew counts.
type connector struct {
	program *program
	mu      sync.Mutex
	clients []*ftpclient.Client
}

func (c *connector) connect(ctx context.Context, to tui.ConnectRequest) (vfs.FS, string, error) {
	t, err := c.target(to)
	if err != nil {
		return nil, "", err
	}
	secret, err := c.program.secret(ctx, t)
	if err != nil {
		return nil, "", err
	}
	client, security, err := c.login(ctx, to, t, &secret)
	if err != nil {
		return nil, "", err
	}
	c.mu.Lock()
	c.clients = append(c.clients, client)
	c.mu.Unlock()
	c.program.shores.note(client, t, secret, security)
	c.program.siteSays(client.ID(), c.program.siteOf(t.account))
	c.program.remember(ctx, t, client, secret, security)
	dir, err := t.resolve(ctx, client)
	return client, dir, err
}

// login makes a client and logs in. Where another password is given in place of a kept one, secret holds that.
func (c *connector) login(
	ctx context.Context, to tui.ConnectRequest, t target, secret *login,
) (*ftpclient.Client, ftpclient.Security, error) {
	cfg := c.program.shores.config(t, *secret)
	if ask := cfg.AskPassword; ask != nil {
		cfg.AskPassword = func(ctx context.Context) (string, func(), error) {
			password, _, err := ask(ctx)
			return password, func() { secret.password = password; to.Progress.Replaced() }, err
		}
	}
	if to.Chosen {
		cfg.Mode, cfg.Security = to.Mode, t.security(to.Security)
	}
	trail(&cfg, to.Progress)
	client := ftpclient.New(cfg)
	_, err := client.Home(ctx)
	if err != nil {
		_ = client.Close() // it says goodbye to nobody
	}
	return client, cfg.Security, err
}

// target gives what the connect dialog means.
func (c *connector) target(to tui.ConnectRequest) (target, error) {
	if to.Site != "" {
		return c.program.siteTarget(to.Site, "")
	}
	if !to.Chosen {
		to.Security = c.program.wire().tls.security
	}
	return parseAddress(to)
}

// trail tells how far a connection has come that is being made.
func trail(cfg *ftpclient.Config, progress *tui.Progress) {
	tell := cfg.Trace
	cfg.Trace = func(e ftpclient.Event) {
		if tell != nil {
			tell(e)
		}
		switch {
		case e.Kind == ftpclient.EventDialing:
			progress.Reach(tui.ReachedLookup)
		case e.Kind == ftpclient.EventCommand && strings.HasPrefix(e.Text, "AUTH"):
			progress.Reach(tui.ReachedTLS)
		case e.Kind == ftpclient.EventCommand && strings.HasPrefix(e.Text, "USER"):
			progress.Reach(tui.ReachedLogin)
		}
	}
	dialer := &net.Dialer{ControlContext: func(context.Context, string, string, syscall.RawConn) error {
		progress.Reach(tui.ReachedDialling) // the name has been looked up
		return nil
	}}
	cfg.Dial = dialer.DialContext
}

func (c *connector) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	var ended sync.WaitGroup
	for _, client := range c.clients {
		ended.Go(func() { _ = client.Close() })
	}
	ended.Wait()
}

// parseAddress reads what the connect dialog takes: a URL, a host, or host:port. User and password of the dialog win.
func parseAddress(to tui.ConnectRequest) (target, error) {
	address := to.Address
	if !strings.Contains(address, "://") {
		if ip := net.ParseIP(address); ip != nil && strings.Contains(address, ":") {
			address = "[" + address + "]"
		}
		address = "ftp://" + address
	}
	t, err := parseTarget(address)
	if err != nil {
		return target{}, err
	}
	if to.User != "" {
		t.user = to.User
	}
	if to.Password != "" {
		t.password, t.hasPassword = to.Password, true
	}
	return t.under(to.Security), nil
}
