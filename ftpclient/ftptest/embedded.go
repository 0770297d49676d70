package ftptest

import (
	"context"
	"net"
	"testing"

	"ferry/internal/demo"

	"github.com/spf13/afero"
)

// The account of all servers that have accounts of their own. passwordHash is sha512-crypt of password.
const (
	account      = "ferry"
	password     = "ferry-secret"
	passwordHash = "$6$ferrysalt$G7Mk3GUiFvprfuiODJrVz8XI2hFD9Nsv.Chmr4mEsK4RSftgg56aqJCI.v3vVLRu4L3WI1U8dEaebwQZLDn5p1"
)

// Embedded starts the server of internal/demo over a folder on disk, in this process.
func Embedded(t testing.TB, options ...Option) *Server {
	t.Helper()
	with := collect(t, options)
	root, id := newRoot(t), newIdentity(t, with)
	files := afero.NewBasePathFs(afero.NewOsFs(), root)
	if with.ignoreCase {
		files = caselessFs{files}
	}
	if with.room != nil {
		files = smallFs{files, with.room}
	}
	if with.pace != nil {
		files = pacedFs{files, with.pace}
	}
	running, err := demo.Start(context.Background(), demo.Options{
		Listen:         net.JoinHostPort(with.host(), "0"),
		FS:             files,
		User:           account,
		Password:       password,
		BytesPerSecond: with.bytesPerSecond,
		MaxConns:       with.maxPerHost,
		OnCommand:      with.onCommand,
		TLS:            id.config(t),
	})
	if err != nil {
		t.Fatalf("start the embedded server: %v", err)
	}
	t.Cleanup(func() {
		if err := running.Close(); err != nil {
			t.Errorf("end the embedded server: %v", err)
		}
	})
	return &Server{
		Name: "embedded", Addr: running.Addr(), User: account, Password: password, Root: root, Home: "/",
		Roots: id.roots, CertFile: id.certFile,
		MLSD: true, MFMT: true, Chmod: true, Hash: true, UTF8Option: true,
	}
}
