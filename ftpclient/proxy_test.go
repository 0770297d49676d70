package ftpclient_test

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// speaker gets the wish of a proxy's client and says where it wants to go, "" where it is refused.
type speaker func(c net.Conn, r *bufio.Reader) (target string, accept []byte)

// relay is a proxy of a few lines.
func relay(t *testing.T, speak speaker) (at *url.URL, sockets func() int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	keep := func(c net.Conn) {
		mu.Lock()
		defer mu.Unlock()
		open = append(open, c)
	}
	running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			keep(c)
			running.Go(func() {
				defer c.Close()
				r := bufio.NewReader(c)
				target, accept := speak(c, r)
				if target == "" {
					return
				}
				up, err := net.Dial("tcp", target)
				if err != nil {
					return
				}
				keep(up)
				defer up.Close()
				_, _ = c.Write(accept)
				running.Go(func() { _, _ = io.Copy(up, r); _ = up.(*net.TCPConn).CloseWrite() })
				_, _ = io.Copy(c, up)
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, c := range open {
			_ = c.Close()
		}
		mu.Unlock()
		running.Wait()
	})
	used := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(open)
	}
	return &url.URL{Host: l.Addr().String()}, used
}

// speakHTTP understands CONNECT with one login.
func speakHTTP(c net.Conn, r *bufio.Reader) (string, []byte) {
	req, err := http.ReadRequest(r)
	if err != nil || req.Method != http.MethodConnect {
		return "", nil
	}
	if req.Header.Get("Proxy-Authorization") != "Basic cHJveHk6c2VjcmV0" { // proxy:secret
		_, _ = io.WriteString(c, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
		return "", nil
	}
	return req.Host, []byte("HTTP/1.1 200 OK\r\n\r\n")
}

// speakSOCKS understands SOCKS5 without login, by name and by address.
func speakSOCKS(c net.Conn, r *bufio.Reader) (string, []byte) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(r, head); err != nil {
		return "", nil
	}
	_, _ = io.CopyN(io.Discard, r, int64(head[1]))
	_, _ = c.Write([]byte{5, 0})
	request := make([]byte, 5)
	if _, err := io.ReadFull(r, request); err != nil {
		return "", nil
	}
	var host string
	if request[3] == 3 {
		name := make([]byte, request[4])
		_, _ = io.ReadFull(r, name)
		host = string(name)
	} else {
		rest := make([]byte, 3)
		_, _ = io.ReadFull(r, rest)
		host = net.IP(append([]byte{request[4]}, rest...)).String()
	}
	port := make([]byte, 2)
	_, _ = io.ReadFull(r, port)
	return net.JoinHostPort(host, portWords(port)), []byte{5, 0, 0, 1, 127, 0, 0, 1, 0, 0}
}

func portWords(b []byte) string {
	return strings.TrimPrefix((&net.TCPAddr{Port: int(binary.BigEndian.Uint16(b))}).String(), ":")
}

func TestThroughAProxy(t *testing.T) {
	server := ftptest.Embedded(t)
	server.WriteFile(t, "f", []byte("content"))
	for scheme, speak := range map[string]speaker{
		"http": speakHTTP, "socks5": speakSOCKS,
	} {
		t.Run(scheme, func(t *testing.T) {
			at, used := relay(t, speak)
			at.Scheme = scheme
			if scheme == "http" {
				at.User = url.UserPassword("proxy", "secret")
			}
			cl, _ := recorded(t, server, func(c *ftpclient.Config) { c.Proxy = at })
			s := lease(t, cl, vfs.Browse)
			defer s.Release()
			if got := readAll(t, s, "/f"); string(got) != "content" || used() < 4 {
				t.Errorf("got %q through %d sockets of the proxy", got, used())
			}
			cl.SetMode(ftpclient.ModeActive)
			_, err := s.Open(t.Context(), "/f", 0)
			mustFail(t, err, vfs.ErrConnect, "cannot through a proxy")
		})
	}
}

func TestProxyThatRefuses(t *testing.T) {
	at, _ := relay(t, speakHTTP)
	at.Scheme = "http"
	at.User = url.UserPassword("proxy", "wrong-secret")
	cl, _ := recorded(t, &ftptest.Server{Addr: "127.0.0.1:2121"}, func(c *ftpclient.Config) { c.Proxy = at })
	_, err := cl.Home(t.Context())
	mustFail(t, err, vfs.ErrConnect, "407 Proxy Authentication Required")
	if strings.Contains(err.Error(), "wrong-secret") {
		t.Errorf("the proxy's password is told: %v", err)
	}
}

func TestProxyURLs(t *testing.T) {
	for text, ok := range map[string]bool{
		"socks5://127.0.0.1:1080": true, "http://u:p@h:8080": true, "https://h:1": false, "socks5://h": false,
		"ftp://x:1": false,
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := ftpclient.CheckProxy(u); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}
