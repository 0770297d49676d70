package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"ferry/internal/secret"
	"ferry/internal/site"
	"ferry/internal/termtext"
	"ferry/internal/vfs"

	"github.com/spf13/cobra"
)

const siteHelp = `Saved sites live in sites.toml in the folder of settings, which you may edit and keep in git:
passwords are never in it. A site is used as SITE:path wherever a TARGET is wanted; path begins in the
site's remote_dir.

Passwords are kept in the system's keyring, or where there is none in a file that a passphrase encrypts
(FERRY_PASSPHRASE can hold it). password = "keyring", "file", "ask" or "command" in a site chooses; with "command",
password_command prints the password.`

func newSite(p *program) *cobra.Command {
	cmd := &cobra.Command{Use: "site", Short: "Save servers, and use them by name", Long: siteHelp}
	cmd.AddCommand(
		newSiteLs(p), newSiteShow(p), newSiteAdd(p), newSiteEdit(p), newSiteRm(p), newSiteDuplicate(p), newSiteForget(p),
		newSiteTest(p), newSiteImport(p), newSiteExport(p),
	)
	return cmd
}

// findSite gives a saved site by its name.
func (p *program) findSite(name string) (site.Site, error) {
	all, err := p.saved()
	if err != nil {
		return site.Site{}, err
	}
	s, found := all.Find(strings.TrimSuffix(name, ":"))
	if !found {
		return site.Site{}, usagef("there is no saved site %s; ferry site ls shows them", name)
	}
	return s, nil
}

// siteFailure tells why the file of sites could not be changed.
func (p *program) siteFailure(name string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, site.ErrTaken), errors.Is(err, site.ErrUnknown):
		return usagef("%s: %v", name, err)
	}
	return &vfs.Failure{Step: "save the site " + name, Said: err.Error(), Kind: vfs.ErrDisk, Err: err}
}

func newSiteLs(p *program) *cobra.Command {
	return &cobra.Command{
		Use: "ls", Short: "List the saved sites", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			all, err := p.saved()
			if err != nil {
				return err
			}
			out, flush := p.results()
			for _, s := range all {
				if err := p.printSite(out, s); err != nil {
					return err
				}
			}
			return flush()
		},
	}
}

func (p *program) printSite(out io.Writer, s site.Site) error {
	if p.flags.json {
		return writeRecord(out, p.siteRecord(s))
	}
	name := s.Name
	if s.Folder != "" {
		name = s.Folder + "/" + name
	}
	_, err := fmt.Fprintf(out, "%s  %s\n", termtext.Pad(termtext.Display(name), 24), termtext.Display(p.siteURL(s)))
	return outputFailure(err)
}

// siteURL gives a site as an address.
func (p *program) siteURL(s site.Site) string {
	t, err := p.siteTarget(s.Name, "")
	if err != nil {
		return s.Host
	}
	return strings.TrimSuffix(place{target: t}.url(), "/")
}

// siteRecord is a site in JSON: its keys as in the file, and what is known of it.
func (p *program) siteRecord(s site.Site) map[string]any {
	record := site.Fields(s)
	record["name"], record["url"] = s.Name, p.siteURL(s)
	if learned := p.kept.memory.Words(s.Of()); len(learned) > 0 {
		record["learned"] = learned
	}
	return record
}

func newSiteShow(p *program) *cobra.Command {
	return &cobra.Command{
		Use: "show SITE", Short: "Show a site and what its server has taught", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := p.findSite(args[0])
			if err != nil {
				return err
			}
			out, flush := p.results()
			if p.flags.json {
				err = writeRecord(out, p.siteRecord(s))
			} else {
				err = p.showSite(out, s)
			}
			if err != nil {
				return err
			}
			return flush()
		},
	}
}

func (p *program) showSite(out io.Writer, s site.Site) error {
	text, err := site.WriteExport(site.List{s}, nil)
	if err != nil {
		return err
	}
	_, body, _ := strings.Cut(string(text), "\n\n")
	var b strings.Builder
	for _, line := range termtext.Lines(strings.TrimSpace(body)) {
		b.WriteString(line + "\n")
	}
	for i, fact := range p.kept.memory.Words(s.Of()) {
		if i == 0 {
			b.WriteString("\nlearned from the server:\n")
		}
		b.WriteString("  " + termtext.Display(fact) + "\n")
	}
	_, err = io.WriteString(out, b.String())
	return outputFailure(err)
}

func newSiteRm(p *program) *cobra.Command {
	return &cobra.Command{
		Use: "rm SITE...", Short: "Remove sites, their passwords and what was learned", Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, name := range args {
				if err := p.removeSite(cmd.Context(), name); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// removeSite takes a site away, and what was kept for it unless another site uses that too.
func (p *program) removeSite(ctx context.Context, name string) error {
	s, err := p.findSite(name)
	if err != nil {
		return err
	}
	a := p.accountOf(s)
	if err := p.kept.sites.Remove(ctx, s.Name); err != nil {
		return p.siteFailure(s.Name, err)
	}
	rest, err := p.saved()
	if err != nil {
		return err
	}
	for _, other := range rest {
		if other.Of() == s.Of() {
			return nil
		}
	}
	if err := secret.Drop(ctx, p.secretKey(a), p.kept.stores(s.Password)...); err != nil {
		p.console.Warn("the password of " + s.Name + " is still kept: " + err.Error())
	}
	return p.kept.memory.Forget(s.Of())
}

// accountOf gives the account of a site that is saved.
func (p *program) accountOf(s site.Site) account {
	t, _ := p.siteTarget(s.Name, "") // what is wrong with it shows when it is used
	return t.account
}

func newSiteDuplicate(p *program) *cobra.Command {
	return &cobra.Command{
		Use: "duplicate SITE [NAME]", Short: "Make a copy of a site", Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := p.findSite(args[0])
			if err != nil {
				return err
			}
			all, err := p.saved()
			if err != nil {
				return err
			}
			name := s.Name
			if len(args) > 1 {
				name = args[1]
			}
			s.Name = all.FreeName(name)
			return p.siteFailure(s.Name, p.kept.sites.Save(cmd.Context(), "", s))
		},
	}
}

func newSiteForget(p *program) *cobra.Command {
	var passwords bool
	cmd := &cobra.Command{
		Use: "forget SITE...", Short: "Forget what the servers of sites have taught", Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, name := range args {
				s, err := p.findSite(name)
				if err != nil {
					return err
				}
				if err := p.kept.memory.Forget(s.Of()); err != nil {
					return &vfs.Failure{Step: "forget what was learned", Said: innermost(err), Kind: vfs.ErrDisk, Err: err}
				}
				if !passwords {
					continue
				}
				if err := secret.Drop(cmd.Context(), p.secretKey(p.accountOf(s)), p.kept.stores(s.Password)...); err != nil {
					return &vfs.Failure{Step: "forget the password", Said: err.Error(), Kind: vfs.ErrDisk, Err: err}
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&passwords, "password", false, "forget the kept password, too")
	return cmd
}

func newSiteTest(p *program) *cobra.Command {
	x := examiner{program: p}
	cmd := &cobra.Command{
		Use: "test SITE", Short: "Find out what works with a site, as ferry doctor does", Args: cobra.ExactArgs(1),
		Long: doctorHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := p.findSite(args[0])
			if err != nil {
				return err
			}
			return x.run(cmd.Context(), s.Name+":")
		},
	}
	x.flags(cmd)
	return cmd
}
