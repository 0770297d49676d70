package doctor

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"ferry/ftpclient"
	"ferry/internal/vfs"
)

// login connects as the settings say, logs in, and tells what the server says of itself.
func (e *exam) login(ctx context.Context) (err error) {
	var greeting, system string
	e.try("login", "Login", func() Finding {
		cfg := e.Server
		expect := cfg.Expect
		cfg.Expect = func(text string, ask func() string) ftpclient.Learned {
			greeting, system = text, ask()
			if expect == nil {
				return ftpclient.Learned{}
			}
			return expect(text, func() string { return system })
		}
		e.main = e.patient(cfg)
		if e.session, err = e.lease(ctx, e.main); err != nil {
			found := failed(err)
			found.Set = e.loginRemedy(err)
			return found
		}
		home, _ := e.main.Home(ctx) // known since the login
		switch {
		case e.Dir == "":
			e.Dir = home
		case !strings.HasPrefix(e.Dir, "/"):
			e.Dir = e.main.Join(home, e.Dir)
		}
		return e.loggedIn(home)
	})
	e.greeted(greeting)
	if err != nil {
		_ = e.main.Close()
		return err
	}
	e.system(greeting, system)
	e.listFeatures()
	return nil
}

func (e *exam) loggedIn(home string) Finding {
	f := Finding{
		Verdict: Good, Found: "as " + e.user() + ", " + e.protection(), Facts: map[string]any{
			"anonymous": e.user() == "anonymous", "home": home, "tls": e.main.Security(),
		},
	}.quoting(e.user())
	if e.main.Security() == "" {
		f.Verdict, f.Means = Note, "Anybody on the way can read the password and the files."
		if e.user() == "anonymous" {
			f.Means = "Anybody on the way can read the files."
		}
	}
	return f
}

func (e *exam) user() string {
	if e.Server.User == "" {
		return "anonymous"
	}
	return e.Server.User
}

func (e *exam) protection() string {
	if version := e.main.Security(); version != "" {
		return "under " + version
	}
	return "in the clear"
}

// loginRemedy says what to set where a login failed.
func (e *exam) loginRemedy(err error) string {
	var told *vfs.Failure
	switch {
	case errors.Is(err, vfs.ErrTLS) && e.Server.Security == ftpclient.SecurityExplicit:
		return "--tls auto, where that is acceptable."
	case errors.As(err, &told) && strings.Contains(told.Hint, "use TLS"):
		return "--tls explicit (tls of the site)."
	case errors.Is(err, vfs.ErrTimeout) || errors.Is(err, vfs.ErrConnect):
		return "ftps:// in place of ftp:// where the server expects implicit TLS; --timeout where it is slow."
	}
	return ""
}

// greeted tells the server's first words, of the connection that was let in if one was.
func (e *exam) greeted(text string) {
	if text == "" {
		reply, found := e.main.log.answer("")
		if !found {
			return
		}
		text = reply.Text
	}
	found := strings.ReplaceAll(text, "\n", " / ")
	e.tell(Finding{
		Check: "greeting", Title: "Greeting", Verdict: Good, Found: found, Facts: map[string]any{"text": text},
	}.quoting(found))
}

// system tells the answer to SYST and the kind of server that it and the greeting point to.
func (e *exam) system(greeting, system string) {
	f := Finding{Check: "system", Title: "System", Verdict: Good, Found: system, Facts: map[string]any{"text": system}}
	if system == "" {
		f.Verdict, f.Found = Note, "the server does not tell (SYST)"
	}
	e.tell(f.quoting(system))
	if e.Profile == nil {
		return
	}
	name, remark := e.Profile(greeting, system)
	f = Finding{
		Check: "profile", Title: "Kind of server", Verdict: Good, Found: name, Means: remark,
		Facts: map[string]any{"name": name},
	}
	if name == "" {
		f.Verdict, f.Found = Skipped, "none that ferry knows by its greeting"
		f.Set = "Where it is known all the same: profile of the site."
	}
	e.tell(f)
}

// listFeatures tells what FEAT lists.
func (e *exam) listFeatures() {
	reply, asked := e.main.log.answer("FEAT")
	f := Finding{Check: "features", Title: "Features", Verdict: Good}
	names := featureNames(reply)
	e.features = names
	switch {
	case !asked || reply.Code >= 400:
		f.Verdict, f.Found = Note, "the server does not tell (FEAT)"
		f.Means = "Each command is tried when it is first needed."
	case len(names) == 0:
		f.Verdict, f.Found = Note, "FEAT lists none"
	default:
		f.Found = strings.Join(names, ", ")
	}
	f.Facts = map[string]any{"features": names}
	e.tell(f.quoting(names...))
}

// featureNames gives the lines between the first and the last one of a 211 reply (RFC 2389 §3.2).
func featureNames(reply ftpclient.Event) []string {
	lines := strings.Split(reply.Text, "\n")
	names := []string{}
	if reply.Code >= 400 || len(lines) < 3 {
		return names
	}
	for _, line := range lines[1 : len(lines)-1] {
		if name := strings.TrimSpace(strings.TrimPrefix(line, "211-")); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// has reports whether FEAT lists a feature.
func (e *exam) has(feature string) bool {
	return slices.ContainsFunc(e.features, func(line string) bool {
		name, _, _ := strings.Cut(line, " ")
		return strings.EqualFold(name, feature)
	})
}

// leave says goodbye.
func (e *exam) leave() {
	e.session.Release()
	_ = e.main.Close()
}

// comeBack logs in again.
func (e *exam) comeBack(ctx context.Context) error {
	e.main = e.patient(e.Server)
	session, err := e.lease(ctx, e.main)
	if err != nil {
		f := failed(err)
		f.Check, f.Title = "login", "Second login"
		e.tell(f)
		_ = e.main.Close()
		return err
	}
	e.session = session
	return nil
}

// lease gives a session.
func (e *exam) lease(ctx context.Context, p *patient) (s vfs.Session, err error) {
	err = patiently(ctx, func() error {
		s, err = p.Lease(ctx, vfs.Browse)
		return err
	})
	return s, err
}

// patiently tries again while a server has no room: one that allows one connection may need a moment to see that the
// last one is gone.
func patiently(ctx context.Context, try func() error) error {
	for pause := 200 * time.Millisecond; ; pause *= 3 {
		err := try()
		if !errors.Is(err, vfs.ErrBusy) || pause > 2*time.Second {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
	}
}
