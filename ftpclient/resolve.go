package ftpclient

import (
	"context"

	"ferry/internal/vfs"
)

var _ vfs.Resolver = (*session)(nil)

// Resolve follows links: what can be changed to is a folder, and its true path is what PWD tells there; what has a size
// is a file. Servers that keep the path by which one came tell that one.
func (s *session) Resolve(ctx context.Context, path string) (string, vfs.Entry, error) {
	actual, e := path, vfs.Entry{}
	err := s.ask(ctx, "follow the link "+path, func(c *Conn) error {
		var err error
		actual, e, err = c.resolve(ctx, path)
		return err
	})
	e.Name = s.cl.Base(path)
	return actual, e, err
}

func (c *Conn) resolve(ctx context.Context, path string) (string, vfs.Entry, error) {
	if err := c.ChangeWorkingDirectory(ctx, path); err == nil {
		actual, err := c.PrintWorkingDirectory(ctx)
		return actual, vfs.Entry{Type: vfs.Dir, Size: vfs.SizeUnknown}, err
	} else if !c.Usable() {
		return path, vfs.Entry{}, err
	}
	e, err := c.statFile(ctx, path)
	return path, e, err
}
