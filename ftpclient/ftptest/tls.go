package ftptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// Encryption says how a server speaks TLS.
type Encryption uint8

// The kinds of encryption. A server with one of them lets nobody in without it.
const (
	NoTLS Encryption = iota
	ExplicitTLS
	ImplicitTLS
)

// TLS makes a server demand TLS on control and data connections, with a certificate of its own (Server.Roots). vsftpd
// and proftpd demand too that data connections resume the session of their control connection. vsftpd
// and proftpd alone have ImplicitTLS on any port.
func TLS(e Encryption) Option { return func(s *settings) { s.tls = e } }

// NoResumption lets a Script resume no session of TLS.
func NoResumption() Option { return func(s *settings) { s.noResumption = true } }

// identity is a certificate and its key on disk.
type identity struct {
	certFile string
	keyFile  string
	bothFile string // key and certificate in one file
	certPEM  []byte
	keyPEM   []byte
	roots    *x509.CertPool
}

// newIdentity makes a certificate for the loopback addresses that vouches for itself.
func newIdentity(t testing.TB, with settings) identity {
	t.Helper()
	if with.tls == NoTLS {
		return identity{}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "ferry test server"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, &form, &form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return writeIdentity(t, der, secret)
}

func writeIdentity(t testing.TB, der, secret []byte) identity {
	t.Helper()
	dir := t.TempDir()
	id := identity{
		certFile: filepath.Join(dir, "cert.pem"), keyFile: filepath.Join(dir, "key.pem"),
		bothFile: filepath.Join(dir, "both.pem"), roots: x509.NewCertPool(),
		certPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		keyPEM:  pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: secret}),
	}
	id.roots.AppendCertsFromPEM(id.certPEM)
	for name, content := range map[string][]byte{
		id.certFile: id.certPEM, id.keyFile: id.keyPEM, id.bothFile: slices.Concat(id.keyPEM, id.certPEM),
	} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return id
}

// config is the identity for a server in this process; nil without TLS.
func (id identity) config(t testing.TB) *tls.Config {
	t.Helper()
	if id.certPEM == nil {
		return nil
	}
	pair, err := tls.X509KeyPair(id.certPEM, id.keyPEM)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
}

func (id identity) vsftpdConf(e Encryption) []string {
	if e == NoTLS {
		return nil
	}
	conf := []string{
		"ssl_enable=YES", "allow_anon_ssl=YES", "force_anon_logins_ssl=YES", "force_anon_data_ssl=YES",
		"force_local_logins_ssl=YES", "force_local_data_ssl=YES", "require_ssl_reuse=YES", "ssl_ciphers=HIGH",
		"rsa_cert_file=" + id.certFile, "rsa_private_key_file=" + id.keyFile,
	}
	if e == ImplicitTLS {
		conf = append(conf, "implicit_ssl=YES")
	}
	return conf
}

func (id identity) proftpdConf(e Encryption) []string {
	if e == NoTLS {
		return nil
	}
	conf := []string{
		"LoadModule mod_tls.c", "TLSEngine on", "TLSRequired on", "TLSECCertificateFile " + id.certFile,
		"TLSECCertificateKeyFile " + id.keyFile, "TLSLog none",
	}
	if e == ImplicitTLS {
		conf = append(conf, "TLSOptions UseImplicitSSL")
	}
	return conf
}

func (id identity) pureftpdArgs(e Encryption) []string {
	if e == NoTLS {
		return nil
	}
	return []string{"-Y", "3", "-2", id.bothFile}
}
