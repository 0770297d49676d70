package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"ferry/internal/secret"
	"ferry/internal/site"
	"ferry/internal/site/foreign"
	"ferry/internal/vfs"

	"github.com/spf13/cobra"
)

// longestImport bounds a file of sites, in octets.
const longestImport = 16 << 20

func newSiteImport(p *program) *cobra.Command {
	var without bool
	cmd := &cobra.Command{
		Use: "import FILE...", Short: "Take over the sites of FileZilla, WinSCP, lftp, ~/.netrc",
		Args: cobra.MinimumNArgs(1),
		Long: "Take over sites, with their passwords, from FileZilla's sitemanager.xml, WinSCP.ini, lftp's bookmarks,\n" +
			"~/.netrc, or an export of ferry. Which of them a file is shows by itself.",
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, name := range args {
				summary, notes, err := p.importSites(cmd.Context(), name, !without)
				for _, note := range notes {
					p.console.Warn(note)
				}
				if err != nil {
					return err
				}
				p.console.Say(summary)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&without, "without-passwords", false, "leave the passwords where they are")
	return cmd
}

// importSites takes over what a file holds, and tells what that was and what was left out.
func (p *program) importSites(ctx context.Context, name string, passwords bool) (string, []string, error) {
	info, err := os.Stat(name)
	if err == nil && info.Size() > longestImport {
		err = errors.New("it is too long to be a file of sites")
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(name)
	}
	if err != nil {
		return "", nil, &vfs.Failure{Step: "read " + name, Said: innermost(err), Kind: vfs.ErrDisk, Err: err}
	}
	found, err := foreign.Read(text)
	if err != nil {
		return "", nil, &vfs.Failure{Step: "import " + name, Said: err.Error(), Kind: vfs.ErrDisk, Err: err}
	}
	added, kept, notes, err := p.addAll(ctx, found, passwords)
	summary := fmt.Sprintf("%d of %d sites of %s are new here, %d passwords are kept", added, len(found.Sites),
		found.Format, kept)
	return summary, append(found.Notes, notes...), err
}

// addAll saves what is not here yet.
func (p *program) addAll(ctx context.Context, found foreign.Import, passwords bool) (
	added, kept int, notes []string, err error,
) {
	for _, f := range found.Sites {
		all, err := p.saved()
		if err != nil {
			return added, kept, notes, err
		}
		if same, here := all.Find(f.Site.Name); here && same.Of() == f.Site.Of() {
			notes = append(notes, f.Site.Name+" is here already")
			continue
		}
		f.Site.Name = all.FreeName(f.Site.Name)
		if err := p.kept.sites.Save(ctx, "", f.Site); err != nil {
			return added, kept, notes, p.siteFailure(f.Site.Name, err)
		}
		added++
		if f.Password == "" || !passwords {
			continue
		}
		if err := p.keep(ctx, f.Site, p.accountOf(f.Site), f.Password); err != nil {
			notes, passwords = append(notes, err.Error()), false
			continue
		}
		kept++
	}
	return added, kept, notes, nil
}

func newSiteExport(p *program) *cobra.Command {
	var with bool
	format := "toml"
	cmd := &cobra.Command{
		Use: "export [SITE...]", Short: "Write sites for another machine or program",
		Long: "Write sites to standard output: all, or those named. --format filezilla writes a sitemanager.xml.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.exportSites(cmd.Context(), args, format, with)
		},
	}
	cmd.Flags().BoolVar(&with, "with-passwords", false, "write the kept passwords, too, readable for whoever sees them")
	cmd.Flags().StringVar(&format, "format", format, "toml (ferry) or filezilla")
	return cmd
}

func (p *program) exportSites(ctx context.Context, names []string, format string, with bool) error {
	all, err := p.saved()
	if err != nil {
		return err
	}
	if len(names) > 0 {
		var chosen site.List
		for _, name := range names {
			s, err := p.findSite(name)
			if err != nil {
				return err
			}
			chosen = append(chosen, s)
		}
		all = chosen
	}
	text, err := p.exportText(ctx, all, format, with)
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(text)
	return outputFailure(err)
}

// exportText writes sites in a format, perhaps with the passwords that are kept for them.
func (p *program) exportText(ctx context.Context, all site.List, format string, with bool) ([]byte, error) {
	var passwords map[string]string
	if with {
		passwords = p.passwordsOf(ctx, all)
	}
	write, known := map[string]func(site.List, map[string]string) ([]byte, error){
		"toml": site.WriteExport, "filezilla": foreign.WriteFileZilla,
	}[strings.ToLower(format)]
	if !known {
		return nil, usagef("--format is toml or filezilla, not %s", format)
	}
	return write(all, passwords)
}

// passwordsOf gives the passwords that are kept for sites, not those that only a command or a person knows.
func (p *program) passwordsOf(ctx context.Context, all site.List) map[string]string {
	passwords := map[string]string{}
	for _, s := range all {
		password, err := secret.Find(ctx, p.secretKey(p.accountOf(s)), p.kept.stores(s.Password)...)
		switch {
		case err == nil:
			passwords[s.Name] = password
		case !errors.Is(err, secret.ErrNone) && !errors.Is(err, secret.ErrBroken):
			p.console.Warn("the password of " + s.Name + ": " + err.Error())
		}
	}
	return passwords
}
