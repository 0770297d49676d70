package ftpclient

import (
	"cmp"
	"context"
	"errors"
	"unicode"
	"unicode/utf8"

	"ferry/internal/vfs"
)

var (
	_ vfs.Cased      = (*Client)(nil)
	_ vfs.CaseFinder = (*session)(nil)
)

// NameCase tells whether the server is known to take names that differ only in case for one. It sends nothing; a
// session asks where somebody has to know (vfs.IgnoresCase).
func (cl *Client) NameCase() vfs.Case { return cl.server().nameCase() }

// FindCase asks the server for what is at path in another spelling (MLST; SIZE and CWD where that is missing), and
// checks the answer by a name that must be there, or must not: some servers say the same to any name. What it finds out
// is remembered, so that it is asked once for a server.
func (s *session) FindCase(ctx context.Context, path string) vfs.Case {
	if known := s.cl.NameCase(); known != vfs.CaseUnknown {
		return known
	}
	other, differs := otherCase(path)
	if !differs {
		return vfs.CaseUnknown
	}
	found := vfs.CaseUnknown
	_ = s.ask(ctx, "find out whether the case of names counts", func(c *Conn) error {
		var err error
		found, err = c.findCase(ctx, path, other)
		return err
	})
	if found != vfs.CaseUnknown {
		s.cl.server().learnCase(found == vfs.CaseIgnored)
	}
	return found
}

// findCase gives an error only if the connection is lost.
func (c *Conn) findCase(ctx context.Context, path, other string) (vfs.Case, error) {
	there, err := c.isThere(ctx, other)
	if err != nil {
		return vfs.CaseUnknown, err
	}
	found, check := vfs.CaseCounts, path
	if there {
		found, check = vfs.CaseIgnored, path+".ferrycase"
	}
	checked, err := c.isThere(ctx, check)
	if err != nil || checked == there {
		return vfs.CaseUnknown, err
	}
	return found, nil
}

// isThere takes every refusal for a no.
func (c *Conn) isThere(ctx context.Context, path string) (bool, error) {
	_, err := c.stat(ctx, path)
	var refused *ReplyError
	if err != nil && (errors.As(err, &refused) || errors.Is(err, ErrNotSupported)) && c.Usable() {
		return false, nil
	}
	return err == nil, err
}

// otherCase spells a path otherwise, by its last letter that has two cases. So is hardly anything else called.
func otherCase(path string) (string, bool) {
	for end := len(path); end > 0; {
		letter, size := utf8.DecodeLastRuneInString(path[:end])
		for _, other := range []rune{unicode.ToLower(letter), unicode.ToUpper(letter)} {
			if other != letter && unicode.ToLower(other) == unicode.ToLower(letter) {
				return path[:end-size] + string(other) + path[end:], true
			}
		}
		end -= size
	}
	return path, false
}

func (s *server) nameCase() vfs.Case {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ignoresCase == nil:
		return vfs.CaseUnknown
	case *s.ignoresCase:
		return vfs.CaseIgnored
	}
	return vfs.CaseCounts
}

func (s *server) learnCase(ignored bool) { s.learn(func() { s.ignoresCase = &ignored }) }

// renameCase renames where old and new name differ in case only, and the new one is taken: by the file itself, if the
// server ignores case. It goes by a third name, and back if the new one is another file's after all.
func (c *Conn) renameCase(ctx context.Context, from, to string, taken error) error {
	third := to + ".ferrycase"
	if err := c.mustBeFree(ctx, third); err != nil {
		return err
	}
	if err := c.Rename(ctx, from, third); err != nil {
		return err
	}
	err := c.mustBeFree(ctx, to)
	if err == nil {
		c.server.learnCase(true)
		err = c.Rename(ctx, third, to)
	}
	if err == nil || !c.Usable() {
		return err
	}
	return cmp.Or(c.Rename(ctx, third, from), taken)
}
