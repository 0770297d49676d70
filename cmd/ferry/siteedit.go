package main

import (
	"context"
	"strings"

	"ferry/internal/secret"
	"ferry/internal/site"
	"ferry/internal/vfs"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// siteFlags are the keys of a site that were given on the command line, as KEY=VALUE in the words of the file.
type siteFlags struct {
	set      []string
	password bool
}

func (f *siteFlags) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.set, "set", nil, "KEY=VALUE as in sites.toml; an empty value takes the key away")
	flags.BoolVar(&f.password, "keep-password", false, "ask for the password, or take FERRY_PASSWORD, and keep it")
}

// change applies what was given.
func (f *siteFlags) change(s site.Site) (site.Site, error) {
	for _, one := range f.set {
		key, value, is := strings.Cut(one, "=")
		if !is {
			return s, usagef("--set wants KEY=VALUE, such as --set mode=passive")
		}
		next, err := site.Set(s, strings.TrimSpace(key), strings.TrimSpace(value))
		if err != nil {
			return s, usagef("--set %s: %v", key, err)
		}
		s = next
	}
	return s, nil
}

func newSiteAdd(p *program) *cobra.Command {
	var f siteFlags
	cmd := &cobra.Command{
		Use: "add NAME URL", Short: "Save a site", Args: cobra.ExactArgs(2),
		Long:    "Save a site. The scheme of the URL says how it is encrypted, its path where to begin.\n\n" + siteHelp,
		Example: "  ferry site add nas ftpes://alice@nas.local/photos --keep-password --set mode=passive",
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.addSite(cmd.Context(), args[0], args[1], f)
		},
	}
	f.register(cmd.Flags())
	return cmd
}

func (p *program) addSite(ctx context.Context, name, address string, f siteFlags) error {
	t, err := parseTarget(address)
	if err != nil {
		return err
	}
	s, err := f.change(siteFrom(name, t))
	if err != nil {
		return err
	}
	if key, err := s.Check(); err != nil {
		return usagef("%s: %v", key, err)
	}
	if err := p.kept.sites.Save(ctx, "", s); err != nil {
		return p.siteFailure(name, err)
	}
	if !t.hasPassword && !f.password {
		return nil
	}
	return p.keepPassword(ctx, s, t)
}

// siteFrom makes a site of an address.
func siteFrom(name string, t target) site.Site {
	s := site.Site{Name: name, Host: t.host, User: t.user, RemoteDir: t.path}
	s.TLS = map[string]string{ftps: "implicit", ftpes: "explicit"}[t.scheme]
	if t.port != t.customPort() {
		s.Port = t.port
	}
	return s
}

// keepPassword keeps the password of a site that has just been saved: of its address, or one that is asked for.
func (p *program) keepPassword(ctx context.Context, s site.Site, t target) error {
	a := p.accountOf(s)
	password := t.password
	if !t.hasPassword {
		given, found, err := p.unboundPassword(a)
		if err == nil && !found {
			given, err = p.prompt(ctx, a)
		}
		if err != nil {
			return err
		}
		password = given
	}
	return p.keep(ctx, s, a, password)
}

// keep keeps a password where the site wants it.
func (p *program) keep(ctx context.Context, s site.Site, a account, password string) error {
	stores := p.kept.stores(s.Password)
	if len(stores) == 0 {
		return usagef("the site %s says that its password is kept nowhere (password = %q)", s.Name, s.Password)
	}
	if err := secret.Keep(ctx, p.secretKey(a), password, stores...); err != nil {
		return &vfs.Failure{Step: "keep the password of " + s.Name, Said: err.Error(), Kind: vfs.ErrDisk, Err: err}
	}
	return nil
}

func newSiteEdit(p *program) *cobra.Command {
	var f siteFlags
	var rename string
	cmd := &cobra.Command{
		Use: "edit SITE --set KEY=VALUE...", Short: "Change a site", Args: cobra.ExactArgs(1),
		Long: "Change a site. All keys: " + strings.Join(site.Keys(), ", ") + ".\n" +
			"Your editor does it as well: the file is sites.toml in the folder of settings.",
		Example: "  ferry site edit nas --set mode=active --set notes=\"in the cellar\"\n" +
			"  ferry site edit nas --set 'bookmarks=[{name=\"logs\", remote=\"/var/log\"}]'",
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.editSite(cmd.Context(), args[0], rename, f)
		},
	}
	f.register(cmd.Flags())
	cmd.Flags().StringVar(&rename, "rename", "", "give it another name")
	return cmd
}

func (p *program) editSite(ctx context.Context, name, rename string, f siteFlags) error {
	before, err := p.findSite(name)
	if err != nil {
		return err
	}
	after, err := f.change(before)
	if err != nil {
		return err
	}
	after.Name = first(rename, before.Name)
	if key, err := after.Check(); err != nil {
		return usagef("%s: %v", key, err)
	}
	if err := p.kept.sites.Save(ctx, before.Name, after); err != nil {
		return p.siteFailure(name, err)
	}
	if !f.password {
		return nil
	}
	return p.keepPassword(ctx, after, target{})
}
