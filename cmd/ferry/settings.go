package main

import (
	"fmt"
	"strings"

	"ferry/internal/config"
	"ferry/internal/termtext"

	"github.com/spf13/cobra"
)

func newSettings(p *program) *cobra.Command {
	var asFile, actions bool
	cmd := &cobra.Command{
		Use: "settings", Short: "Show the settings in force, or a file with all of them", Args: cobra.NoArgs,
		Example: "  ferry settings\n  ferry settings --default > ~/.config/ferry/config.toml\n" +
			"  ferry settings set connection.mode passive",
		RunE: func(*cobra.Command, []string) error {
			switch {
			case asFile:
				return p.print(config.DefaultFile())
			case actions:
				return p.print(p.actionsText())
			}
			return p.showSettings()
		},
	}
	cmd.Flags().BoolVar(&asFile, "default", false, "print a commented file with all settings and their defaults")
	cmd.Flags().BoolVar(&actions, "actions", false, "print the names of all actions and their keys, for the table [keys]")
	cmd.AddCommand(newSettingsSet(p), newProxyPassword(p))
	return cmd
}

func newSettingsSet(p *program) *cobra.Command {
	return &cobra.Command{
		Use: "set NAME VALUE", Short: "Write one setting into the file", Args: cobra.ExactArgs(2),
		Example: "  ferry settings set screen.hidden true",
		RunE: func(cmd *cobra.Command, args []string) error {
			if s, known := config.Lookup(args[0]); known {
				if err := s.Check(args[1]); err != nil {
					return usagef("%s: %v", args[0], err)
				}
			}
			if err := p.writePreference(cmd.Context(), args[0], args[1]); err != nil {
				return usagef("%v", err)
			}
			return nil
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return completeSetting(args), cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// completeSetting gives what may follow on a command line.
func completeSetting(args []string) []string {
	if len(args) == 1 {
		s, _ := config.Lookup(args[0])
		if s.Kind == config.Switch {
			return []string{"true", "false"}
		}
		return s.Choices
	}
	var keys []string
	for _, s := range config.Table() {
		keys = append(keys, s.Key()+"\t"+s.Help)
	}
	return keys
}

func (p *program) print(text string) error {
	_, err := fmt.Fprint(p.stdout, text)
	return outputFailure(err)
}

// settingRecord is a setting in the shell contract.
type settingRecord struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	From    string `json:"from"` // default, file or flag
	Default string `json:"default"`
}

// showSettings tells which values are in force and where they come from.
func (p *program) showSettings() error {
	out, flush := p.results()
	if !p.flags.json {
		_, _ = fmt.Fprintf(out, "%s\n\n", termtext.Display(p.prefs.store.Path())) // flush tells
	}
	for _, s := range config.Table() {
		r := p.settingRecord(s)
		if p.flags.json {
			if err := writeRecord(out, r); err != nil {
				return err
			}
			continue
		}
		_, _ = fmt.Fprintf(out, "%-26s %-12s %s\n", r.Name, termtext.Display(r.Value), r.From)
	}
	return flush()
}

func (p *program) settingRecord(s config.Setting) settingRecord {
	r := settingRecord{Name: s.Key(), Value: p.prefs.settings.Text(s.Key()), From: "default", Default: s.Default}
	switch {
	case p.prefs.said(s.Key()):
		r.Value, r.From = p.prefs.flags.Lookup(s.Flag).Value.String(), "flag or variable"
	case p.prefs.settings.IsSet(s.Key()):
		r.From = "file"
	}
	return r
}

// actionsText lists all actions as the table [keys] would, with the keys in force.
func (p *program) actionsText() string {
	var b strings.Builder
	for _, a := range p.prefs.keys.Actions() {
		keys := make([]string, 0, 4)
		for _, k := range p.prefs.keys.Keys(a) {
			keys = append(keys, fmt.Sprintf("%q", k))
		}
		fmt.Fprintf(&b, "%s = [%s]\n", a, strings.Join(keys, ", "))
	}
	return b.String()
}
