package site

import (
	"crypto/tls"
	"fmt"

	"ferry/ftpclient"
)

// HiddenWords are what list_hidden can be.
func HiddenWords() []string { return []string{"auto", "on", "off"} }

// TLSVersions are what min_tls can be.
func TLSVersions() []string { return []string{"1.0", "1.1", "1.2", "1.3"} }

// Odd sets what a site says about the oddities of its server. Its error tells why the certificate for the server cannot
// be used; all else is set.
func (s Site) Odd(cfg *ftpclient.Config) error {
	cfg.BelievePassive, cfg.ClearControl, cfg.AllowCut = s.BelievePassive, s.ClearControl, s.AllowCut
	cfg.LowPorts, cfg.ClearData, cfg.TelnetAbort = s.LowPorts, s.ClearData, s.TelnetAbort
	cfg.SingleIAC, cfg.LegacyLogin = s.SingleIAC, s.LegacyLogin
	cfg.Hidden = map[string]ftpclient.Hidden{"on": ftpclient.HiddenOn, "off": ftpclient.HiddenOff}[s.ListHidden]
	cfg.MinTLS = map[string]uint16{
		"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13,
	}[s.MinTLS]
	if offset, told, _ := s.Offset(); told { // it was looked at when it was read
		cfg.ClockOffset = &offset
	}
	if s.ClientCertificate == "" {
		return nil
	}
	key := s.ClientKey
	if key == "" {
		key = s.ClientCertificate
	}
	pair, err := tls.LoadX509KeyPair(s.ClientCertificate, key)
	if err != nil {
		return fmt.Errorf("the certificate %s of the site %s cannot be used: %w", s.ClientCertificate, s.Name, err)
	}
	cfg.ClientCertificate = &pair
	return nil
}
