package main

import (
	"context"
	"crypto/x509"
	"errors"
	"strings"
	"testing"

	"ferry/ftpclient"
)

func TestTrustedKeepsToOneCertificate(t *testing.T) {
	p := bare(t)
	p.interrupts = &interrupts{}
	one, two := ftpclient.Certificate{SHA256: [32]byte{1}}, ftpclient.Certificate{SHA256: [32]byte{2}}
	p.trusted.accept("h:21", one)
	trust := p.trust("h:21")
	if err := trust(t.Context(), one); err != nil {
		t.Errorf("the one that was accepted: %v", err)
	}
	err := trust(t.Context(), two)
	for _, c := range []ftpclient.Certificate{one, two} {
		if err == nil || !strings.Contains(err.Error(), c.Fingerprint()) {
			t.Errorf("another one: %v", err)
		}
	}
	if known, err := p.trusted.known("h:990", two); known || err != nil {
		t.Errorf("another server's: %v, %v", known, err)
	}
}

func TestTurnsAreGivenUp(t *testing.T) {
	var asked trusted
	done, err := asked.turn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := asked.turn(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	done()
	if done, err = asked.turn(t.Context()); err != nil {
		t.Error(err)
	}
	done()
}

// TestCertificateFactsAreHarmless has a certificate that would like to steer the terminal.
func TestCertificateFactsAreHarmless(t *testing.T) {
	leaf := &x509.Certificate{DNSNames: []string{"a\x1b[2J", "b\r\nTrust it"}}
	leaf.Subject.CommonName, leaf.Issuer.CommonName = "x\x1b]0;y\x07", "\u202e\n"
	got := certificateFacts("h:21", ftpclient.Certificate{Leaf: leaf, Problem: x509.HostnameError{Certificate: leaf}})
	if strings.ContainsFunc(strings.ReplaceAll(got, "\n", ""), isSteering) || strings.Count(got, "\n") != 6 {
		t.Errorf("the facts are %q", got)
	}
}
