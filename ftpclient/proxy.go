package ftpclient

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/net/proxy"
)

// dialFunc makes a TCP connection, as net.Dialer.DialContext does.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// CheckProxy reports whether a URL names a proxy that a Client can go through: socks5://, or http:// for a proxy that
// knows CONNECT (RFC 9110 §9.3.6), each with user and password where needed.
func CheckProxy(u *url.URL) error {
	switch {
	case u.Scheme != "socks5" && u.Scheme != "http":
		return fmt.Errorf("the proxy %s is neither socks5:// nor http://", u.Redacted())
	case u.Port() == "" || u.Hostname() == "":
		return fmt.Errorf("the proxy %s needs a host and a port", u.Redacted())
	}
	return nil
}

// throughProxy makes connections by way of the proxy. The proxy looks names up.
func throughProxy(u *url.URL, direct dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if err := CheckProxy(u); err != nil {
			return nil, err
		}
		if u.Scheme == "http" {
			return connectHTTP(ctx, u, direct, address)
		}
		dialer, err := proxy.FromURL(u, dialerOf(direct))
		if err != nil {
			return nil, err
		}
		return dialer.(proxy.ContextDialer).DialContext(ctx, network, address)
	}
}

// dialerOf lets a function pass for x/net/proxy's two interfaces.
type dialerOf dialFunc

func (d dialerOf) Dial(network, address string) (net.Conn, error) {
	return d(context.Background(), network, address)
}

func (d dialerOf) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return d(ctx, network, address)
}

// connectHTTP asks an HTTP proxy for a tunnel.
func connectHTTP(ctx context.Context, u *url.URL, direct dialFunc, address string) (net.Conn, error) {
	nc, err := direct(ctx, "tcp", u.Host)
	if err != nil {
		return nil, err
	}
	// The end of ctx must end the conversation too.
	stop := context.AfterFunc(ctx, func() { _ = nc.SetDeadline(time.Unix(1, 0)) })
	tunnel, err := openTunnel(nc, u, address)
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		_ = nc.Close()
		return nil, err
	}
	return tunnel, nil
}

func openTunnel(nc net.Conn, u *url.URL, address string) (net.Conn, error) {
	head := "CONNECT " + address + " HTTP/1.1\r\nHost: " + address + "\r\n"
	if u.User != nil {
		password, _ := u.User.Password()
		login := base64.StdEncoding.EncodeToString([]byte(u.User.Username() + ":" + password))
		head += "Proxy-Authorization: Basic " + login + "\r\n"
	}
	if _, err := io.WriteString(nc, head+"\r\n"); err != nil {
		return nil, err
	}
	br := bufio.NewReader(io.LimitReader(nc, maxReplySize))
	answer, err := http.ReadResponse(br, &http.Request{Method: http.MethodConnect})
	if err != nil {
		return nil, fmt.Errorf("the proxy gave no readable answer: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode/100 != 2 {
		return nil, proxyRefusal(answer)
	}
	early, err := br.Peek(br.Buffered()) // an FTP server speaks first
	return &tunnelled{nc, early}, err
}

func proxyRefusal(answer *http.Response) error {
	said := "the proxy refused: " + answer.Status
	if answer.StatusCode == http.StatusProxyAuthRequired {
		said += " (it wants a user and a password)"
	}
	return errors.New(said)
}

// tunnelled is a connection of which some octets have been read already.
type tunnelled struct {
	net.Conn
	early []byte
}

func (t *tunnelled) Read(p []byte) (int, error) {
	if len(t.early) > 0 {
		n := copy(p, t.early)
		t.early = t.early[n:]
		return n, nil
	}
	return t.Conn.Read(p)
}
