package main

import (
	"context"
	"fmt"
	"os"
	"sync"

	"ferry/internal/config"
	"ferry/internal/vfs"
	"ferry/internal/xdg"
	"ferry/tui/keymap"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// preferences are the settings in force and the file they are kept in. Safe for concurrent use.
type preferences struct {
	mu       sync.Mutex
	store    *config.Store
	settings config.Settings
	problems []config.Problem
	flags    *pflag.FlagSet // those of the command, which win where they were given
	keys     *keymap.Map
}

// now gives the settings in force.
func (p *preferences) now() config.Settings {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.settings
}

// loadPreferences reads the file of settings, tells what is wrong with it, and gives its values to the flags that
// nobody has given.
func (p *program) loadPreferences(cmd *cobra.Command) error {
	path, err := p.configFile()
	if err != nil {
		return err
	}
	store := config.NewStore(path)
	settings, problems, err := store.Load()
	if err != nil {
		return &vfs.Failure{Step: "read the settings in " + path, Said: innermost(err), Kind: vfs.ErrDisk, Err: err}
	}
	keys, faults := remapped(settings.Keys)
	for _, s := range config.Table() {
		if err := applyTo(cmd.Flags(), s, settings); err != nil {
			line, column := settings.Place(s.Key())
			text := fmt.Sprintf("%s is not used: %v", s.Key(), err)
			faults = append(faults, config.Problem{Line: line, Column: column, Text: text})
			settings = settings.Without(s.Key())
		}
	}
	for i := range faults {
		faults[i].File = path
	}
	problems = append(problems, faults...)
	for _, problem := range problems {
		p.console.Warn(problem.Error())
	}
	p.prefs.store, p.prefs.settings, p.prefs.problems = store, settings, problems
	p.prefs.flags, p.prefs.keys = cmd.Flags(), keys
	return nil
}

// configFile gives the path of the file of settings. One that is named must be there.
func (p *program) configFile() (string, error) {
	named := p.flags.config
	if named == "" {
		return config.FileIn(xdg.Find(p.getenv).Config), nil
	}
	if _, err := os.Stat(named); err != nil {
		return "", usagef("--config: %s cannot be read: %s", named, innermost(err))
	}
	return named, nil
}

// applyTo gives a setting's value to the flag that says the same, unless that was given.
func applyTo(flags *pflag.FlagSet, s config.Setting, settings config.Settings) error {
	if s.Flag == "" || !settings.IsSet(s.Key()) || settings.Text(s.Key()) == s.Default {
		return nil
	}
	f := flags.Lookup(s.Flag)
	if f == nil || f.Changed {
		return nil
	}
	return f.Value.Set(settings.Text(s.Key()))
}

// remapped gives the keys with the changes of the table [keys], and what is wrong with these.
func remapped(bindings []config.Binding) (*keymap.Map, []config.Problem) {
	keys := keymap.Default()
	var faults []config.Problem
	for _, b := range bindings {
		changed, err := keys.With(keymap.Action(b.Action), b.Keys)
		if err != nil {
			faults = append(faults, config.Problem{Line: b.Line, Column: b.Column, Text: err.Error()})
			continue
		}
		keys = changed
	}
	return keys, faults
}

// said reports whether a flag or a variable says something else about a setting, and wins.
func (p *preferences) said(key string) bool {
	s, _ := config.Lookup(key)
	if s.Flag == "" {
		return false
	}
	f := p.flags.Lookup(s.Flag)
	return f != nil && f.Changed
}

// writePreference writes a setting to the file, unless the flag that says the same would not take it.
func (p *program) writePreference(ctx context.Context, key, value string) error {
	s, known := config.Lookup(key)
	if known && value != s.Default {
		if err := tryFlag(s.Flag, value); err != nil {
			return err
		}
	}
	return p.prefs.store.Set(ctx, key, value)
}

// tryFlag tells what is wrong with a value of a flag that holds for all commands; others are not its matter.
func tryFlag(flag, value string) error {
	var g globalFlags
	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	g.register(all)
	f := all.Lookup(flag)
	if f == nil {
		return nil
	}
	if err := f.Value.Set(value); err != nil {
		return err
	}
	return g.proxy.check()
}

// setPreference writes a setting to the file and puts it in force.
func (p *program) setPreference(ctx context.Context, key, value string) error {
	if err := p.writePreference(ctx, key, value); err != nil {
		return err
	}
	if err := p.adopt(key, value); err != nil {
		return err
	}
	switch key {
	case "transfers.parallel":
		saved, _ := p.saved() // without them the settings hold
		n := p.prefs.now().Int(key)
		p.siteRules.setParallel(n, mostParallel(saved, n))
	case "transfers.retries":
		p.siteRules.setRetries(p.retries())
	}
	return nil
}

// adopt takes a setting up into those in force and into the flag that says the same, unless that was given.
func (p *program) adopt(key, value string) error {
	p.prefs.mu.Lock()
	defer p.prefs.mu.Unlock()
	p.prefs.settings = p.prefs.settings.With(key, value)
	s, _ := config.Lookup(key)
	if f := p.prefs.flags.Lookup(s.Flag); f != nil && !f.Changed {
		if err := f.Value.Set(value); err != nil {
			return err
		}
	}
	return p.flags.proxy.check()
}

// wire gives the flags about connections as they are now: the screen may change them.
func (p *program) wire() wireFlags {
	p.prefs.mu.Lock()
	defer p.prefs.mu.Unlock()
	return p.flags.wireFlags
}
