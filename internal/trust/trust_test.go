package trust

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

const hash = "4F:9A:11:C0:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:7E:02"

func TestPins(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	at := time.Date(2026, 11, 2, 11, 30, 0, 0, time.UTC)
	for _, address := range []string{"nas.local:21", "[::1]:2121", "Other:990"} {
		pin := Pin{Address: address, SHA256: hash, Subject: "CN=\"x\"\nevil", Since: at, Until: at.AddDate(1, 0, 0)}
		if err := NewStore(dir).Add(ctx, pin); err != nil {
			t.Fatal(err)
		}
	}
	s := NewStore(dir)
	pin, found, err := s.Find("NAS.local:21")
	if sum, ok := pin.Hash(); !found || err != nil || !ok || sum[0] != 0x4F || sum[31] != 2 || !pin.Since.Equal(at) {
		t.Errorf("the pin is %+v, %v, %v", pin, found, err)
	}
	if _, found, err := s.Find("nas.local:22"); found || err != nil {
		t.Errorf("it counts on another port, too: %v", err)
	}
	if err := s.Remove(ctx, "other:990"); err != nil {
		t.Error(err)
	}
	if err := s.Remove(ctx, "other:990"); !errors.Is(err, ErrUnknown) {
		t.Errorf("it is removed twice: %v", err)
	}
	all, err := s.List()
	if len(all) != 2 || all[0].Address != "[::1]:2121" || err != nil {
		t.Errorf("the pins are %+v, %v", all, err)
	}
	text, _ := os.ReadFile(s.Path())
	if !strings.HasPrefix(string(text), "# Cert") {
		t.Errorf("the file is\n%s", text)
	}
}

// TestDamagedFileTrustsNobody and is not overwritten.
func TestDamagedFileTrustsNobody(t *testing.T) {
	for _, text := range []string{"no TOML", "['h:21']\nsha256 = 'short'\n", "['h:21']\nsha256 = 3\n"} {
		s := NewStore(t.TempDir())
		if err := os.WriteFile(s.Path(), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, found, err := s.Find("h:21"); found || !errors.Is(err, ErrDamaged) {
			t.Errorf("%q: %v, %v", text, found, err)
		}
		if err := s.Add(context.Background(), Pin{Address: "i:21", SHA256: hash}); !errors.Is(err, ErrDamaged) {
			t.Errorf("%q was overwritten: %v", text, err)
		}
	}
}
