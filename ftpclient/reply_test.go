package ftpclient

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// readerOf serves text as a control connection would, in pieces of n octets.
func readerOf(t testing.TB, text string, n int) (*replyReader, *[]string) {
	t.Helper()
	client, server := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer server.Close()
		for len(text) > 0 {
			piece := text[:min(n, len(text))]
			if _, err := io.WriteString(server, piece); err != nil {
				return
			}
			text = text[len(piece):]
		}
	}()
	t.Cleanup(func() { _ = client.Close(); <-done })
	var notes []string
	return newReplyReader(client, func(s string) { notes = append(notes, s) }), &notes
}

func TestReplies(t *testing.T) {
	cases := []struct {
		name, wire string
		want       []Reply
	}{
		{"one line", "220 hi\r\n", []Reply{{220, "hi"}}},
		{"LF only", "220 hi\n", []Reply{{220, "hi"}}},
		{"CR CR LF", "220 hi\r\r\n", []Reply{{220, "hi"}}},
		{"code with no text", "226\r\n331 \r\n", []Reply{{226, ""}, {331, ""}}},
		{"two in one segment", "150 a\r\n226 b\r\n", []Reply{{150, "a"}, {226, "b"}}},
		{
			"inner lines look final", "230-Hi\r\n220 not the end\r\n 230 nor this\r\n230 ok\r\n200 next\r\n",
			[]Reply{{230, "Hi\n220 not the end\n 230 nor this\nok"}, {200, "next"}},
		},
		{"inner line repeats the code", "211-a\r\n211-b\r\n211 c\r\n", []Reply{{211, "a\nb\nc"}}},
		{"empty and mid-line codes", "200-\r\n\r\nsee 200 below\r\n200\r\n", []Reply{{200, "\n\nsee 200 below\n"}}},
		{"BOM", "\ufeff220 hi\r\n", []Reply{{220, "hi"}}},
		{"telnet options", "\xff\xfb\x01220 hi\r\n", []Reply{{220, "hi"}}},
		{"banner without a code", "Authorised use only\r\n\r\n220 hi\r\n", []Reply{{220, "hi"}}},
		{"not UTF-8", "550 \xe9\xff\r\n", []Reply{{550, "\xe9\xff"}}},
	}
	for _, tc := range cases {
		for _, n := range []int{1, 3, 10_000} {
			r, _ := readerOf(t, tc.wire, n)
			for _, want := range tc.want {
				got, err := r.read()
				if err != nil || got != want {
					t.Errorf("%s in pieces of %d: got %+v, %v; want %+v", tc.name, n, got, err, want)
				}
			}
		}
	}
}

func TestReplyThatEndsWithAnotherCode(t *testing.T) {
	client, server := net.Pipe()
	defer client.Close()
	go func() { _, _ = io.WriteString(server, "250-x\r\n550 no\r\n") }()
	var notes []string
	r := newReplyReader(client, func(s string) { notes = append(notes, s) })
	got, err := r.read()
	if err != nil || got != (Reply{550, "x\nno"}) || len(notes) != 1 {
		t.Fatalf("got %+v, %v, notes %q", got, err, notes)
	}
	_ = server.Close()
}

func TestBrokenReplies(t *testing.T) {
	for name, wire := range map[string]string{
		"line without end":    "220 " + strings.Repeat("x", 20_000),
		"reply without end":   "220-a\r\n" + strings.Repeat("220-more\r\n", 2000),
		"large reply":         "220-a\r\n" + strings.Repeat("y"+strings.Repeat("x", 4000)+"\r\n", 40),
		"code out of range":   "633 x\r\n",
		"code zero":           "000 x\r\n",
		"NUL":                 "220 a\x00b\r\n",
		"another protocol":    "SSH-2.0-OpenSSH_9.2\r\n" + strings.Repeat("x\r\n", 100),
		"HTTP":                "HTTP/1.1 400 Bad Request\r\n" + strings.Repeat("Header: x\r\n", 100),
		"four digits, no end": strings.Repeat("9999 x\r\n", 100),
	} {
		r, _ := readerOf(t, wire, 4096)
		var broken *ProtocolError
		if got, err := r.read(); !errors.As(err, &broken) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		} else if len(broken.Error()) > 600 {
			t.Errorf("%s: the error tells too much: %d octets", name, len(broken.Error()))
		}
	}
}

func FuzzReply(f *testing.F) {
	for _, seed := range []string{
		"220 hi\r\n", "211-a\r\n b\r\n211 end\r\n", "250-x\r\n550 no\r\n", "226", "\xff\xfb\x01220 x\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, wire string) {
		r, _ := readerOf(t, wire, 4096)
		_ = r.nc.SetReadDeadline(time.Now().Add(10 * time.Second))
		for {
			reply, err := r.read()
			if err != nil {
				return
			}
			if reply.Code < 100 || reply.Code > 599 || len(reply.Text) > maxReplySize+maxReplyLine {
				t.Fatalf("accepted %d with %d octets", reply.Code, len(reply.Text))
			}
			if strings.ContainsAny(reply.Text, "\x00") {
				t.Fatalf("NUL in %q", reply.Text)
			}
		}
	})
}
