package tui

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/ftpclient"
	"ferry/internal/vfs"
)

const sampleAddress = "ftp.example.org:21"

// sampleCertificate is one that vouches for itself.
func sampleCertificate(first byte) ftpclient.Certificate {
	name := pkix.Name{CommonName: "ftp.example.org", Organization: []string{"Example"}}
	c := ftpclient.Certificate{
		Host: "ftp.example.org", Problem: x509.UnknownAuthorityError{},
		Leaf: &x509.Certificate{
			Subject: name, Issuer: name, DNSNames: []string{"ftp.example.org"},
			NotBefore: at(11, 2, 0, 0), NotAfter: at(12, 31, 0, 0),
		},
	}
	for i := range c.SHA256 {
		c.SHA256[i] = first + byte(i*7)
	}
	return c
}

// asking asks as a connection does, and gives where the answer will be.
func (h *harness) asking(ctx context.Context, address string, c ftpclient.Certificate) <-chan error {
	answer := make(chan error, 1)
	h.wg.Go(func() { _, err := h.m.deps.Questions.Ask(ctx, address, c); answer <- err })
	return answer
}

// asked opens the dialog and lets the time pass in which keys are ignored.
func (h *harness) asked(c ftpclient.Certificate) <-chan error {
	h.t.Helper()
	answer := h.asking(h.ctx, sampleAddress, c)
	h.shows("Certificate not trusted")
	h.pass(time.Second)
	return answer
}

// answered waits for the answer and for the end of the dialog.
func (h *harness) answered(answer <-chan error) error {
	h.t.Helper()
	h.gone("Certificate not trusted")
	select {
	case err := <-answer:
		return err
	case <-time.After(time.Minute):
		h.t.Fatal("no answer came")
		return nil
	}
}

func TestTrustFrames(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1], func(h *harness, _ *Deps) { h.remote.tls = "TLS 1.3" }).ready()
			h.asking(h.ctx, sampleAddress, sampleCertificate(0x4F))
			h.shows("one moment")
			h.frame("trust-opens")
			h.pass(time.Second)
			h.shows("· s session") // by itself
			h.frame("trust")
			h.press("f")
			h.frame("trust-whole")
		})
	}
}

func TestTrustIsAnswered(t *testing.T) {
	for key, want := range map[string]error{
		"s": nil, "enter": ErrDistrusted, "esc": ErrDistrusted, "space": ErrDistrusted, "n": ErrDistrusted,
		"ctrl+c": ErrDistrusted,
	} {
		t.Run(key, func(t *testing.T) {
			h := start(t, 120, 36).ready()
			answer := h.asked(sampleCertificate(1))
			h.press(key)
			if err := h.answered(answer); !errors.Is(err, want) {
				t.Errorf("the answer is %v", err)
			}
		})
	}
}

// TestChangedCertificate shows both fingerprints whole. Only two deliberate steps forget the old one.
func TestChangedCertificate(t *testing.T) {
	c, before := sampleCertificate(0x4F), sampleCertificate(0x11)
	for _, tt := range []struct {
		keys []string
		want error
	}{
		{[]string{"enter"}, ErrDistrusted},
		{[]string{"esc"}, ErrDistrusted},
		{[]string{"y", "t", "s", "n"}, ErrDistrusted}, // the keys that would trust have no meaning here
		{[]string{"f", "wait", "enter"}, ErrDistrusted},
		{[]string{"f", "y", "y", "wait", "esc"}, ErrDistrusted}, // in one breath is not deliberate
		{[]string{"f", "wait", "y"}, nil},
		{[]string{"tab", "enter", "wait", "tab", "enter"}, nil},
	} {
		t.Run(strings.Join(tt.keys, " "), func(t *testing.T) {
			h := start(t, 120, 36).ready()
			answer := make(chan error, 1)
			h.wg.Go(func() {
				answer <- h.m.deps.Questions.AskChanged(h.ctx, sampleAddress, c, Trusted{before.Fingerprint(), at(11, 2, 0, 0)})
			})
			h.shows("since 2026-11-02")
			h.press("f", "y") // keys in flight
			h.pass(time.Second)
			for _, k := range tt.keys {
				if k == "wait" {
					h.pass(time.Second)
				} else {
					h.press(k)
				}
			}
			h.gone("the old one")
			h.gone("Forget")
			if err := <-answer; !errors.Is(err, tt.want) {
				t.Errorf("the answer is %v", err)
			}
		})
	}
}

func TestChangedFrames(t *testing.T) {
	for _, size := range [][2]int{{200, 60}, {120, 36}, {80, 24}, {60, 20}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1]).ready()
			before := Trusted{sampleCertificate(0x11).Fingerprint(), at(11, 2, 0, 0)}
			h.wg.Go(func() { _ = h.m.deps.Questions.AskChanged(h.ctx, sampleAddress, sampleCertificate(0x4F), before) })
			h.shows("one moment")
			h.pass(time.Second)
			h.shows("f forget the old one")
			h.frame("changed")
			for _, hash := range []string{before.SHA256, sampleCertificate(0x4F).Fingerprint()} {
				if !strings.Contains(h.text(), hash[:23]) || !strings.Contains(h.text(), hash[len(hash)-23:]) {
					t.Errorf("%s is not shown whole:\n%s", hash, h.text())
				}
			}
			h.press("f")
			h.pass(time.Second)
			h.shows("y forget it")
			h.frame("changed-forget")
		})
	}
}

func TestTrustByTheButton(t *testing.T) {
	h := start(t, 120, 36).ready()
	answer := h.asked(sampleCertificate(1))
	h.press("f", "f", "tab", "tab", "enter")
	if err := h.answered(answer); err != nil {
		t.Errorf("the answer is %v", err)
	}
}

// TestTrustIgnoresKeysInFlight types on over a dialog that opens in between: nothing is answered, however long it goes
// on, and the keys do nothing below it either.
func TestTrustIgnoresKeysInFlight(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("g") // a sequence has begun
	answer := h.asking(h.ctx, sampleAddress, sampleCertificate(1))
	h.shows("Certificate not trusted")
	for range 20 {
		h.press("s", "enter", "tab", "f")
		h.pass(grace - time.Millisecond)
	}
	h.press("esc")
	if !strings.Contains(h.text(), "[[ Disconnect ]]") || len(answer) > 0 || len(h.m.prefix) > 0 {
		t.Fatalf("keys in flight had an effect:\n%s", h.text())
	}
	h.pass(grace)
	h.press("s")
	if err := h.answered(answer); err != nil {
		t.Errorf("the answer is %v", err)
	}
}

// grace is that of the dialogs.
const grace = 500 * time.Millisecond

func TestOneDialogForManyConnections(t *testing.T) {
	h := start(t, 120, 36).ready()
	c := sampleCertificate(1)
	var answers []<-chan error
	for range 5 {
		answers = append(answers, h.asking(h.ctx, sampleAddress, c))
	}
	other := h.asking(h.ctx, "other.example.org:21", c)
	h.until("all questions", func() bool {
		return h.waiting(sampleAddress) == 5 && h.waiting("other.example.org:21") == 1
	})
	h.shows("Certificate not trusted")
	h.pass(time.Second)
	first := answers
	if strings.Contains(h.text(), "other.example.org:21") {
		first = []<-chan error{other}
		answers = append(answers, other)
	} else {
		answers = append(slices.Clone(answers), other)
	}
	if len(h.m.dialogs) != 1 {
		t.Fatalf("%d dialogs are open", len(h.m.dialogs))
	}
	h.press("s")
	for _, a := range first {
		if err := <-a; err != nil {
			t.Errorf("the answer is %v", err)
		}
	}
	h.until("the next question", func() bool { return len(h.m.dialogs) == 1 && h.m.asked.trust.Settling() })
	h.press("s") // was pressed twice
	h.pass(time.Second)
	h.press("enter")
	h.gone("Certificate not trusted")
	refused := 0
	for _, a := range answers {
		if len(first) == 5 && a != other || len(first) == 1 && a == other {
			continue
		}
		if err := <-a; errors.Is(err, ErrDistrusted) {
			refused++
		}
	}
	if refused != 6-len(first) {
		t.Errorf("%d were refused", refused)
	}
}

// waiting counts who asks about a server.
func (h *harness) waiting(address string) int {
	q := h.m.deps.Questions
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for _, o := range q.open {
		if o.address == address {
			n += o.asking
		}
	}
	return n
}

func TestTrustVanishesWithWhoAsked(t *testing.T) {
	h := start(t, 120, 36).ready()
	ctx, cancel := context.WithCancel(h.ctx)
	answer := h.asking(ctx, sampleAddress, sampleCertificate(1))
	h.shows("Certificate not trusted")
	cancel()
	if err := h.answered(answer); !errors.Is(err, context.Canceled) {
		t.Errorf("the answer is %v", err)
	}
	if h.waiting(sampleAddress) != 0 {
		t.Error("the question is still there")
	}
}

func TestHostileCertificate(t *testing.T) {
	c := sampleCertificate(1)
	evil := "\x1b]0;x\x07\u202e\r\n" + strings.Repeat("long ", 500)
	c.Leaf.Subject.CommonName, c.Leaf.Issuer.CommonName = evil, evil
	c.Leaf.RawIssuer = []byte("another")
	c.Leaf.DNSNames = slices.Repeat([]string{evil}, 50)
	c.Problem = x509.HostnameError{Certificate: c.Leaf, Host: c.Host}
	for _, size := range [][2]int{{120, 36}, {80, 24}, {40, 10}} {
		h := start(t, size[0], size[1]).ready()
		h.asking(h.ctx, sampleAddress, c)
		h.shows("not trusted")
		h.pass(time.Second)
		for range 2 {
			h.checkFrame()
			if !strings.Contains(h.text(), "[[ Disconnect ]]") {
				t.Errorf("%v: the buttons were pushed away:\n%s", size, h.text())
			}
			h.press("f")
		}
		if size[1] > 20 && !strings.Contains(h.text(), "01:08:0F:16") {
			t.Errorf("%v: the hash was pushed away:\n%s", size, h.text())
		}
	}
}

// TestTrustIsNotAnsweredUnseen makes the screen so small that there is no room for a dialog.
func TestTrustIsNotAnsweredUnseen(t *testing.T) {
	h := start(t, 120, 36).ready()
	answer := h.asked(sampleCertificate(1))
	h.send(tea.WindowSizeMsg{Width: smallestWidth - 1, Height: 20})
	h.press("s", "tab", "enter")
	h.send(tea.WindowSizeMsg{Width: 120, Height: 36})
	if !strings.Contains(h.text(), "[[ Disconnect ]]") || len(answer) > 0 {
		t.Errorf("it was answered unseen:\n%s", h.text())
	}
}

func TestTrustAtEverySize(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.asked(sampleCertificate(0x4F))
	for w := smallestWidth; w < 130; w += 3 {
		for ht := smallestHeight; ht < 40; ht += 3 {
			h.send(tea.WindowSizeMsg{Width: w, Height: ht})
			h.checkFrame()
		}
	}
}

func TestConnectChoosesSecurity(t *testing.T) {
	for _, tt := range []struct {
		address string
		rights  int // how often the choice is moved on
		want    ftpclient.Security
		says    string
	}{
		{"a@h", 0, ftpclient.SecurityAuto, "if the server has no TLS"},
		{"a@h", 1, ftpclient.SecurityExplicit, "Nothing is sent before"},
		{"a@h", 2, ftpclient.SecurityImplicit, "Nothing is sent before"},
		{"a@h", 3, ftpclient.SecurityNone, "Plain FTP sends the password unencrypted"},
		{"ftp://a@h", 3, ftpclient.SecurityNone, "Plain FTP sends the password unencrypted"},
		{"ftp://a@h", 1, ftpclient.SecurityExplicit, "Nothing is sent before"},
		{"ftps://a@h", 3, ftpclient.SecurityImplicit, "Nothing is sent before"},
		{" FTPES://a@h", 3, ftpclient.SecurityExplicit, "Nothing is sent before"},
		{"h", 3, ftpclient.SecurityNone, "anonymous"},
	} {
		var got ConnectRequest
		h := start(t, 120, 36, func(h *harness, d *Deps) {
			d.Connect = func(_ context.Context, to ConnectRequest) (vfs.FS, string, error) {
				got = to
				return h.remote, "/www/site", nil
			}
		}).ready()
		h.press("f2", tt.address, "tab", "tab", "tab")
		for range tt.rights {
			h.press("right")
		}
		if !strings.Contains(h.text(), tt.says) {
			t.Errorf("%+v: the remark is missing:\n%s", tt, h.text())
		}
		h.press("enter")
		h.shows("connected to")
		if got.Security != tt.want {
			t.Errorf("%+v: it asks for %v", tt, got.Security)
		}
	}
}

func TestHeaderTellsTheTruthAboutEncryption(t *testing.T) {
	for version, want := range map[string]string{"TLS 1.2": "TLS1.2", "TLS 1.3": "TLS1.3", "": "PLAIN"} {
		for _, w := range []int{80, 120} {
			h := start(t, w, 24, func(h *harness, _ *Deps) { h.remote.tls = version }).ready()
			if head := h.line("ferry"); !strings.Contains(head, want) {
				t.Errorf("%q: the header is %q", version, head)
			}
		}
	}
}

// TestConsent: only y, pressed after a look at the screen, is a yes; all who ask the same get that answer.
func TestConsent(t *testing.T) {
	for keys, want := range map[string]bool{
		"wait y": true, "wait tab enter": true, "wait enter": false, "wait esc": false, "wait n": false,
		"y enter wait enter": false,
	} {
		t.Run(keys, func(t *testing.T) {
			h := start(t, 120, 36).ready()
			answers := make(chan bool, 2)
			for range cap(answers) {
				h.wg.Go(func() {
					answers <- h.m.deps.Questions.AskConsent(h.ctx, Consent{Title: "Once\x1b more?", Why: "It may lock.", Yes: "Try"})
				})
			}
			h.shows("keys count in a moment")
			h.until("both to ask", func() bool {
				q := h.m.deps.Questions
				q.mu.Lock()
				defer q.mu.Unlock()
				return len(q.open) == 1 && q.open[0].asking == cap(answers)
			})
			for key := range strings.FieldsSeq(keys) {
				if key == "wait" {
					h.pass(time.Second)
					h.shows("It may lock.")
					h.shows("y try")
					continue
				}
				h.press(key)
			}
			h.gone("Once␛ more?")
			for range cap(answers) {
				if got := <-answers; got != want {
					t.Errorf("the answer is %v", got)
				}
			}
		})
	}
}

// TestConsentIsTakenBack when whoever asked gives up, which is a no.
func TestConsentIsTakenBack(t *testing.T) {
	h := start(t, 120, 36).ready()
	ctx, cancel := context.WithCancel(h.ctx)
	answer := make(chan bool, 1)
	h.wg.Go(func() { answer <- h.m.deps.Questions.AskConsent(ctx, Consent{Title: "Once more?", Yes: "Try"}) })
	h.shows("Once more?")
	cancel()
	h.gone("Once more?")
	if <-answer {
		t.Error("giving up is taken for a yes")
	}
}
