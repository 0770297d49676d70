package ftpclient

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// url names the account as people write it.
func (c Config) url() string {
	scheme, customPort := "ftp", ":21"
	switch c.Security {
	case SecurityExplicit:
		scheme = "ftpes"
	case SecurityImplicit:
		scheme, customPort = "ftps", ":990"
	default:
	}
	u := url.URL{Scheme: scheme, Host: strings.TrimSuffix(c.address(), customPort)}
	if c.User != "anonymous" {
		u.User = url.User(c.User)
	}
	return u.String()
}

// Security gives the TLS version that the control connections speak, "TLS 1.3"; "" where they speak in the clear, and
// while none stands.
func (cl *Client) Security() string {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	for c := range cl.live {
		if c.tls != nil {
			return c.tls.version
		}
	}
	return ""
}

// Why says in plain words, without a full stop, why the certificate is not trusted by itself. What the certificate
// says of itself is part of it, and must be made visible before it reaches a terminal.
func (c Certificate) Why() string {
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(c.Problem, &name) && len(c.Names()) > 0:
		return certificateWords(c.Problem) + ": " + strings.Join(c.Names(), ", ")
	case errors.As(c.Problem, &invalid) && invalid.Reason == x509.Expired && time.Now().Before(c.Leaf.NotBefore):
		return "the server's certificate is not valid yet"
	case errors.As(c.Problem, &invalid) && invalid.Reason == x509.Expired && time.Now().After(c.Leaf.NotAfter):
		return "the server's certificate has expired"
	}
	return certificateWords(c.Problem)
}

// Names gives the host names and addresses that the certificate is made out to.
func (c Certificate) Names() []string {
	names := append([]string(nil), c.Leaf.DNSNames...)
	for _, ip := range c.Leaf.IPAddresses {
		names = append(names, ip.String())
	}
	return names
}

// SelfSigned reports whether the certificate names itself as its issuer.
func (c Certificate) SelfSigned() bool { return string(c.Leaf.RawIssuer) == string(c.Leaf.RawSubject) }

// Fingerprint gives the SHA-256 of the certificate as people compare it: "4F:9A:11:...", 95 letters.
func (c Certificate) Fingerprint() string { return Fingerprint(c.SHA256) }

// Fingerprint writes a hash as people compare it.
func Fingerprint(hash [32]byte) string {
	return strings.ReplaceAll(fmt.Sprintf("% X", hash[:]), " ", ":")
}
