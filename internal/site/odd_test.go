package site

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient"
)

// ownCertificate writes a certificate and its key into one file.
func ownCertificate(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "me.pem")
	both := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...)
	if err := os.WriteFile(path, both, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOddServers(t *testing.T) {
	var cfg ftpclient.Config
	s := Site{
		BelievePassive: true, ClearControl: true, AllowCut: true, LowPorts: true, ClearData: true, TelnetAbort: true,
		SingleIAC: true, LegacyLogin: true, ListHidden: "on", MinTLS: "1.1", TimeOffset: "-90m",
		ClientCertificate: ownCertificate(t),
	}
	if err := s.Odd(&cfg); err != nil {
		t.Fatal(err)
	}
	if cfg.ClockOffset == nil || *cfg.ClockOffset != -90*time.Minute || cfg.ClientCertificate == nil {
		t.Errorf("zone %v, certificate %v", cfg.ClockOffset, cfg.ClientCertificate)
	}
	cfg.ClockOffset, cfg.ClientCertificate = nil, nil
	want := ftpclient.Config{
		BelievePassive: true, ClearControl: true, AllowCut: true, LowPorts: true, ClearData: true, TelnetAbort: true,
		SingleIAC: true, LegacyLogin: true, Hidden: ftpclient.HiddenOn, MinTLS: tls.VersionTLS11,
	}
	if !reflect.DeepEqual(cfg, want) {
		t.Errorf("got %+v", cfg)
	}
}

func TestCertificateThatCannotBeUsed(t *testing.T) {
	var cfg ftpclient.Config
	err := Site{Name: "nas", LowPorts: true, ClientCertificate: "nowhere.pem"}.Odd(&cfg)
	if err == nil || !strings.Contains(err.Error(), "nowhere.pem of the site nas") || !cfg.LowPorts {
		t.Errorf("got %v, %+v", err, cfg)
	}
}
