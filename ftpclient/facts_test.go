package ftpclient_test

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

func TestSecurityTellsTheVersion(t *testing.T) {
	secret, plain := ftptest.Vsftpd(t, ftptest.TLS(ftptest.ExplicitTLS)), ftptest.Vsftpd(t)
	for _, tt := range []struct {
		name   string
		server *ftptest.Server
		want   string
	}{{"with TLS", secret, "TLS 1.3"}, {"without", plain, ""}} {
		t.Run(tt.name, func(t *testing.T) {
			cl, _ := recorded(t, tt.server, func(c *ftpclient.Config) { c.Security = ftpclient.SecurityAuto })
			if got := cl.Security(); got != "" {
				t.Errorf("before the first connection it is %q", got)
			}
			if _, err := cl.Home(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := cl.Security(); got != tt.want {
				t.Errorf("it is %q, want %q", got, tt.want)
			}
		})
	}
}

// TestTrustMayTakeItsTime has a person who thinks for longer than a server may.
func TestTrustMayTakeItsTime(t *testing.T) {
	t.Parallel()
	const limit = 4 * time.Second
	server := ftptest.Vsftpd(t, ftptest.TLS(ftptest.ExplicitTLS))
	cl, _ := recorded(t, server, func(c *ftpclient.Config) {
		c.RootCAs, c.Timeouts.Greeting = nil, limit
		c.Trust = func(ctx context.Context, _ ftpclient.Certificate) error {
			thought := time.NewTimer(limit + limit/4)
			defer thought.Stop()
			select {
			case <-thought.C:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	})
	if _, err := cl.Home(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTrustIsGivenUp(t *testing.T) {
	server := ftptest.Vsftpd(t, ftptest.TLS(ftptest.ExplicitTLS))
	ctx, cancel := context.WithCancel(t.Context())
	cl, _ := recorded(t, server, func(c *ftpclient.Config) {
		c.RootCAs = nil
		c.Trust = func(ctx context.Context, _ ftpclient.Certificate) error {
			cancel()
			<-ctx.Done()
			return context.Cause(ctx)
		}
	})
	if _, err := cl.Home(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTrustTellsWhyNot(t *testing.T) {
	server := ftptest.Vsftpd(t, ftptest.TLS(ftptest.ExplicitTLS))
	cl, _ := recorded(t, server, func(c *ftpclient.Config) {
		c.RootCAs = nil
		c.Trust = func(_ context.Context, c ftpclient.Certificate) error {
			return errors.New("its SHA-256 is " + c.Fingerprint())
		}
	})
	_, err := cl.Home(t.Context())
	mustFail(t, err, vfs.ErrTLS, "vouches for the server's certificate: its SHA-256 is ", ":")
}

func TestCertificateTellsWhy(t *testing.T) {
	now := time.Now()
	leaf := &x509.Certificate{
		Subject: pkix.Name{CommonName: "x"}, DNSNames: []string{"a.example", "b.example"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
	}
	old, young := *leaf, *leaf
	old.NotAfter, young.NotBefore = now.Add(-time.Minute), now.Add(time.Minute)
	for _, tt := range []struct {
		leaf    *x509.Certificate
		problem error
		want    string
	}{
		{leaf, x509.UnknownAuthorityError{}, "nobody known vouches"},
		{leaf, x509.HostnameError{Certificate: leaf, Host: "c.example"}, "another name: a.example, b.example"},
		{&x509.Certificate{}, x509.HostnameError{Certificate: leaf, Host: "c.example"}, "another name"},
		{&old, x509.CertificateInvalidError{Reason: x509.Expired}, "has expired"},
		{&young, x509.CertificateInvalidError{Reason: x509.Expired}, "not valid yet"},
	} {
		got := ftpclient.Certificate{Leaf: tt.leaf, Problem: tt.problem}.Why()
		if !strings.Contains(got, tt.want) {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestIDTellsTheScheme(t *testing.T) {
	for _, tt := range []struct {
		security ftpclient.Security
		port     int
		want     string
	}{
		{ftpclient.SecurityNone, 0, "ftp://a@h"},
		{ftpclient.SecurityAuto, 990, "ftp://a@h:990"},
		{ftpclient.SecurityExplicit, 21, "ftpes://a@h"},
		{ftpclient.SecurityImplicit, 0, "ftps://a@h"},
		{ftpclient.SecurityImplicit, 21, "ftps://a@h:21"},
	} {
		cl := ftpclient.New(ftpclient.Config{Host: "h", User: "a", Port: tt.port, Security: tt.security})
		if got := cl.ID(); got != tt.want {
			t.Errorf("with %v it is %q, want %q", tt.security, got, tt.want)
		}
	}
}

func TestFingerprint(t *testing.T) {
	got := ftpclient.Fingerprint([32]byte{0: 0x4F, 1: 0x0A, 31: 0xEE})
	if len(got) != 95 || !strings.HasPrefix(got, "4F:0A:00:") || !strings.HasSuffix(got, ":00:EE") {
		t.Errorf("got %q", got)
	}
}
