package main

import (
	"net/url"

	"ferry/ftpclient"
)

// tlsFlag is a pflag.Value.
type tlsFlag struct{ security ftpclient.Security }

func (t *tlsFlag) String() string { return t.security.String() }
func (*tlsFlag) Type() string     { return "TLS" }

func (t *tlsFlag) Set(s string) (err error) {
	t.security, err = ftpclient.ParseSecurity(s)
	return err
}

// proxyFlag is a pflag.Value. Set complains about nothing, since its caller would show the text, which may hold a
// password; check does.
type proxyFlag struct {
	text string
	url  *url.URL // nil: none
}

func (*proxyFlag) String() string { return "" }
func (*proxyFlag) Type() string   { return "URL" }

func (f *proxyFlag) Set(s string) error {
	f.text = s
	return nil
}

// check reads what was set. Its errors are usage errors that hold no password.
func (f *proxyFlag) check() error {
	if f.text == "" {
		f.url = nil
		return nil
	}
	u, err := url.Parse(f.text)
	if err != nil || u.Host == "" {
		return usagef("--proxy: that is no URL such as socks5://host:1080 or http://user:password@host:3128")
	}
	f.url = &url.URL{Scheme: u.Scheme, User: u.User, Host: u.Host}
	if err := ftpclient.CheckProxy(f.url); err != nil {
		return usagef("--proxy: %v", err)
	}
	return nil
}
