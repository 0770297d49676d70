package doctor

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"
	"time"

	"ferry/ftpclient"
)

// secure shakes hands by TLS in all ways that the server may offer, before anything secret is sent.
func (e *exam) secure(ctx context.Context) {
	asked := e.Server.Security
	var shown *ftpclient.Handshake
	if asked == ftpclient.SecurityImplicit {
		shown = e.handshake(ctx, ftpclient.SecurityImplicit, e.port())
	} else {
		shown = e.handshake(ctx, ftpclient.SecurityExplicit, e.port())
		if e.port() == 21 {
			e.handshake(ctx, ftpclient.SecurityImplicit, 990)
		}
	}
	if shown == nil {
		return
	}
	e.certificate(shown.Certificate)
	if shown.Version == tls.VersionTLS13 {
		e.olderTLS(ctx)
	}
}

// handshake tries one kind of TLS; nil if there was none.
func (e *exam) handshake(ctx context.Context, kind ftpclient.Security, port int) (shown *ftpclient.Handshake) {
	title := strings.ToUpper(kind.String()[:1]) + kind.String()[1:] + " TLS"
	if port != e.port() {
		title += fmt.Sprintf(" on port %d", port)
	}
	e.try("tls", title, func() Finding {
		cfg := e.quiet()
		cfg.Security, cfg.Port = kind, port
		if port != e.port() {
			cfg.Timeouts.Connect = attemptLimit
		}
		got, err := inspect(ctx, cfg)
		if err != nil {
			return e.withoutTLS(kind, port, err)
		}
		shown = &got
		f := Finding{
			Verdict: Good, Found: tls.VersionName(got.Version),
			Facts: map[string]any{"kind": kind.String(), "version": tls.VersionName(got.Version), "port": port},
		}
		if e.Server.Security == ftpclient.SecurityNone {
			f.Verdict, f.Means = Note, "The server speaks TLS, and the settings say not to."
			f.Set = "--tls auto, or --tls explicit to demand it (tls of the site)."
		}
		return f
	})
	return shown
}

func inspect(ctx context.Context, cfg ftpclient.Config) (shown ftpclient.Handshake, err error) {
	err = patiently(ctx, func() error {
		shown, err = ftpclient.Inspect(ctx, cfg)
		return err
	})
	return shown, err
}

// quiet is the configuration for checks beside the main one: their story is not traced.
func (e *exam) quiet() ftpclient.Config {
	cfg := e.Server
	cfg.Trace, cfg.Memory = nil, nil
	return cfg
}

// withoutTLS weighs that a kind of TLS is not there: it matters where the settings ask for it.
func (e *exam) withoutTLS(kind ftpclient.Security, port int, err error) Finding {
	f := Finding{Verdict: Note, Found: words(err), Facts: map[string]any{"kind": kind.String(), "port": port}}
	f = f.quoting(words(err))
	switch {
	case port != e.port():
		f.Means = "Nothing is lost where explicit TLS works."
	case e.Server.Security == kind:
		f.Verdict, f.Means = Bad, "The settings demand TLS, and so nothing will be sent."
		f.Set = "--tls auto goes on in the clear where a server has no TLS."
	default:
		f.Means = "User name, password and files go over the wire in the clear."
		f.Set = "Nothing on this side; the server's operator can offer TLS."
	}
	return f
}

// olderTLS finds out whether the server speaks TLS 1.2, too.
func (e *exam) olderTLS(ctx context.Context) {
	e.try("tls", "TLS 1.2", func() Finding {
		cfg := e.quiet()
		cfg.MaxTLS = tls.VersionTLS12
		if cfg.Security != ftpclient.SecurityImplicit {
			cfg.Security = ftpclient.SecurityExplicit
		}
		got, err := inspect(ctx, cfg)
		if err != nil {
			return Finding{
				Verdict: Good, Found: "not spoken: " + words(err), Facts: map[string]any{"version": "TLS 1.2", "offered": false},
			}.quoting(words(err))
		}
		return Finding{
			Verdict: Good, Found: "spoken, too",
			Facts: map[string]any{"version": tls.VersionName(got.Version), "offered": true},
		}
	})
}

// soon is how long before its end a certificate is worth a word.
const soon = 14 * 24 * time.Hour

// certificate tells what the server's certificate says.
func (e *exam) certificate(c ftpclient.Certificate) {
	issuer := c.Leaf.Issuer.String()
	if c.SelfSigned() {
		issuer = "itself (self-signed)"
	}
	from, to := c.Leaf.NotBefore.UTC().Format(time.DateOnly), c.Leaf.NotAfter.UTC().Format(time.DateOnly)
	names := strings.Join(c.Names(), ", ")
	f := Finding{
		Check: "certificate", Title: "Certificate", Verdict: Good,
		Found: fmt.Sprintf("for %s; issued by %s; valid from %s to %s; SHA-256 %s", names, issuer, from, to, c.Fingerprint()),
		Facts: map[string]any{
			"names": c.Names(), "subject": c.Leaf.Subject.String(), "issuer": issuer, "not_before": from, "not_after": to,
			"sha256": c.Fingerprint(), "trusted": c.Problem == nil,
		},
	}.quoting(names, c.Leaf.Issuer.String())
	switch left := time.Until(c.Leaf.NotAfter); {
	case c.Problem != nil:
		f.Verdict, f.Means = Note, "It is not trusted by itself: "+c.Why()+"."
		f.Facts["problem"] = c.Why()
		f.Set = "Compare the SHA-256 with the one that the server's operator tells, and accept the certificate when asked."
	case left < soon:
		f.Verdict, f.Means = Note, fmt.Sprintf("It ends in %d days.", int(left.Hours()/24))
		f.Set = "The server's operator must renew it."
	}
	e.tell(f)
}

// resumption tells whether data connections resume the TLS session of their control connection.
func (e *exam) resumption(ctx context.Context) {
	if e.main.Security() == "" {
		return
	}
	e.try("resumption", "TLS sessions of data connections", func() Finding {
		for range 2 {
			if err := e.look(ctx, e.session); err != nil {
				return failed(err)
			}
		}
		all, resumed := e.main.log.handshakes()
		facts := map[string]any{"handshakes": all, "resumed": resumed}
		switch {
		case e.downgraded():
			return Finding{
				Verdict: Note, Facts: facts,
				Found: "the server wants sessions resumed, and does not let TLS 1.3 do it; TLS 1.2 is used",
				Means: "An old fault of some servers; ferry remembers it.",
			}
		case resumed > 0:
			return Finding{Verdict: Good, Found: fmt.Sprintf("%d of %d resumed", resumed, all), Facts: facts}
		}
		return Finding{
			Verdict: Note, Found: fmt.Sprintf("none of %d was resumed", all), Facts: facts,
			Means: "Each file costs a whole handshake, and the server cannot tell a data connection of ours from a stranger's.",
			Set:   "Nothing on this side; the server's operator can switch session tickets on.",
		}
	})
}

// downgraded reports whether the client has given up TLS 1.3.
func (e *exam) downgraded() (old bool) {
	e.main.log.each(func(ev ftpclient.Event) bool {
		old = ev.Kind == ftpclient.EventNote && strings.Contains(ev.Text, "TLS 1.2 is used")
		return old
	})
	return old
}
