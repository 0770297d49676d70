package demo

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"sync"
)

// Speed is what a demo's control connection may move at most, in octets a second.
const Speed = 8_000_000

// Demo is a server over a throw-away tree, with a local scratch folder beside it.
type Demo struct {
	*Server
	Tree Tree

	dir   string
	once  sync.Once
	ended error
}

// New makes the tree in a new folder of the system's own for such things and serves it on listen, a host:port; ""
// takes a free port of the loopback. Anybody may log in. Close must be called, also when ctx has ended.
func New(ctx context.Context, listen string) (*Demo, error) {
	dir, err := os.MkdirTemp("", "ferry-demo-")
	if err != nil {
		return nil, err
	}
	d, err := start(ctx, listen, dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return d, nil
}

func start(ctx context.Context, listen, dir string) (*Demo, error) {
	tree, err := NewTree(dir)
	if err != nil {
		return nil, err
	}
	server, err := Start(ctx, Options{Listen: listen, FS: tree.FS(), BytesPerSecond: Speed})
	if err != nil {
		return nil, err
	}
	return &Demo{Server: server, Tree: tree, dir: dir}, nil
}

// URL gives the address to open on this machine.
func (d *Demo) URL() string {
	at := d.addr
	switch {
	case at.Addr().Is4() && at.Addr().IsUnspecified():
		at = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), at.Port())
	case at.Addr().IsUnspecified():
		at = netip.AddrPortFrom(netip.IPv6Loopback(), at.Port())
	}
	return "ftp://" + at.String() + "/"
}

// Local gives the scratch folder.
func (d *Demo) Local() string { return d.Tree.Local }

// Close ends the server and removes all files, those uploaded included. It may be called more than once.
func (d *Demo) Close() error {
	d.once.Do(func() { d.ended = errors.Join(d.Server.Close(), os.RemoveAll(d.dir)) })
	return d.ended
}
