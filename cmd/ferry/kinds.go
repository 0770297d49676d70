package main

import (
	"path/filepath"

	"ferry/ftpclient"
	"ferry/internal/profile"
	"ferry/internal/xdg"
)

// kinds gives the profiles of kinds of servers, those of the person's folder among them. What is wrong with these is
// told once.
func (p *program) kinds() profile.Set {
	p.profiles.once.Do(func() {
		dir := xdg.Find(p.getenv).Config
		if dir != "" {
			dir = filepath.Join(dir, "profiles")
		}
		set, problems := profile.Load(dir)
		for _, problem := range problems {
			p.console.Warn(problem.Error())
		}
		p.profiles.set = set
	})
	return p.profiles.set
}

// kindOf finds the kind of a server: the one that its site names, else by what the server says.
func (p *program) kindOf(chosen, greeting string, system func() string) (profile.Profile, bool) {
	if chosen != "" {
		return p.kinds().Find(chosen)
	}
	return p.kinds().Recognise(greeting, system)
}

// expect lets the client know what its kind of server lacks. chosen is the profile that the site names, if any.
func (p *program) expect(cfg *ftpclient.Config, chosen string) {
	if chosen != "" {
		kind, known := p.kinds().Find(chosen)
		if !known {
			p.console.Warn("there is no profile " + chosen + "; the server is spoken to as any other")
		}
		if cfg.Encoding == "" {
			cfg.Encoding = kind.Encoding
		}
	}
	cfg.Expect = func(greeting string, system func() string) ftpclient.Learned {
		kind, _ := p.kindOf(chosen, greeting, system)
		return kind.Learned()
	}
}
