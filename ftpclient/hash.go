package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ferry/internal/vfs"
)

var _ vfs.Hasher = (*session)(nil)

// hashVerbs gives the commands besides HASH that tell one kind of hash, the most common first.
func hashVerbs(kind vfs.HashKind) []string {
	return map[vfs.HashKind][]string{
		vfs.SHA512: {"XSHA512"},
		vfs.SHA256: {"XSHA256"},
		vfs.SHA1:   {"XSHA1", "XSHA"},
		vfs.MD5:    {"XMD5", "MD5"}, // draft-twine-ftpmd5 has the second
		vfs.CRC32:  {"XCRC"},
	}[kind]
}

// HashKinds gives the kinds that FEAT has listed and no refusal has taken away, the best first.
func (s *session) HashKinds() []vfs.HashKind {
	var kinds []vfs.HashKind
	for _, kind := range []vfs.HashKind{vfs.SHA512, vfs.SHA256, vfs.SHA1, vfs.MD5, vfs.CRC32} {
		if len(s.cl.server().hashWays(kind)) > 0 {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// Hash asks the server for the hash of a file.
func (s *session) Hash(ctx context.Context, path string, kind vfs.HashKind) (string, error) {
	var sum string
	err := s.ask(ctx, fmt.Sprintf("ask for the %s of %s", kind, path), func(c *Conn) error {
		var err error
		sum, err = c.Hash(ctx, path, kind)
		return err
	})
	return sum, err
}

// Hash gives the hash of the whole file at path in lower-case hexadecimal: by HASH (draft-bryan-ftpext-hash), else by
// one of the older commands that FEAT lists, such as XSHA256. It returns ErrNotSupported where none of them is known,
// and a *ReplyError (often 550) if the server refused this path. It waits up to Timeouts.Hash.
func (c *Conn) Hash(ctx context.Context, path string, kind vfs.HashKind) (string, error) {
	for _, verb := range c.server.hashWays(kind) {
		sum, err := c.hashBy(ctx, verb, path, kind)
		if !errors.Is(err, ErrNotSupported) {
			return sum, err
		}
	}
	return "", fmt.Errorf("%s: %w", kind, ErrNotSupported)
}

// hashBy returns ErrNotSupported where the command, or this kind with it, does not work; it is then remembered as
// absent.
func (c *Conn) hashBy(ctx context.Context, verb, path string, kind vfs.HashKind) (string, error) {
	if verb == "HASH" {
		if err := c.selectHash(ctx, kind); err != nil {
			return "", err
		}
	}
	reply, err := c.askHash(ctx, verb, path)
	if err != nil {
		return "", err
	}
	sum, ok := findHash(reply.Text, path, kind)
	if !ok {
		c.server.setAbsent(hashWay(verb, kind))
		c.note(fmt.Sprintf("the server's answer to %s holds no %s: %s", verb, kind, clip(reply.Text)))
		return "", fmt.Errorf("%s: %w", verb, ErrNotSupported)
	}
	return sum, nil
}

// askHash puts a path with blanks in quotes for the older commands, which take more arguments behind it; a server that
// takes the quotes for a part of the name is asked again without them.
func (c *Conn) askHash(ctx context.Context, verb, path string) (Reply, error) {
	limit := c.cfg.Timeouts.Hash
	if verb == "HASH" || !strings.Contains(path, " ") || strings.Contains(path, `"`) {
		return c.optionalWithin(ctx, verb, path, limit)
	}
	reply, err := c.optionalWithin(ctx, verb, `"`+path+`"`, limit)
	if isRefusal(err) && !errors.Is(err, ErrNotSupported) && c.Usable() {
		return c.optionalWithin(ctx, verb, path, limit)
	}
	return reply, err
}

// selectHash chooses the kind that HASH tells on this connection (OPTS HASH), unless it is in force.
func (c *Conn) selectHash(ctx context.Context, kind vfs.HashKind) error {
	if c.hashKind == kind {
		return nil
	}
	offered, _ := c.server.feature("HASH")
	name, chosen := hashName(offered, kind)
	if !chosen || c.hashKind != "" {
		_, err := c.command(ctx, "OPTS", "HASH "+name)
		if isRefusal(err) && c.Usable() {
			c.server.setAbsent(hashWay("HASH", kind))
			return fmt.Errorf("%w: %w", ErrNotSupported, err)
		}
		if err != nil {
			return err
		}
	}
	c.hashKind = kind
	return nil
}

// hashName finds the server's own name of a kind in its FEAT line, "CRC32;MD5;SHA-1*;SHA-256", and whether a star marks
// it as the one in force.
func hashName(offered string, kind vfs.HashKind) (name string, chosen bool) {
	plain := func(s string) string { return strings.ToUpper(strings.ReplaceAll(s, "-", "")) }
	for item := range strings.SplitSeq(offered, ";") {
		name, chosen := strings.CutSuffix(strings.TrimSpace(item), "*")
		if plain(name) == plain(string(kind)) {
			return name, chosen
		}
	}
	return "", false
}

// hashWay is the name by which the absence of a command for one kind of hash is remembered.
func hashWay(verb string, kind vfs.HashKind) string {
	if verb == "HASH" {
		return "HASH " + string(kind)
	}
	return verb
}

// hashWays gives the commands that FEAT lists for a kind of hash and that have not been refused.
func (s *server) hashWays(kind vfs.HashKind) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ways []string
	if name, _ := hashName(s.features["HASH"], kind); name != "" && !s.absent["HASH"] && !s.absent["HASH "+string(kind)] {
		ways = append(ways, "HASH")
	}
	for _, verb := range hashVerbs(kind) {
		if s.features.Has(verb) && !s.absent[verb] {
			ways = append(ways, verb)
		}
	}
	return ways
}

// findHash finds the one word of a reply that is hexadecimal and as long as the hash is; servers put it before the
// name, behind it, and among other words. A word of the path that looks like one does not count, unless it is the only
// one there.
func findHash(text, path string, kind vfs.HashKind) (string, bool) {
	newHash := kind.New()
	if newHash == nil {
		return "", false
	}
	inPath := map[string]bool{}
	for _, word := range hexWords(path, 2*newHash.Size()) {
		inPath[word] = true
	}
	found := map[string]bool{}
	for _, word := range hexWords(text, 2*newHash.Size()) {
		found[word] = true
	}
	if len(found) > 1 {
		for word := range inPath {
			delete(found, word)
		}
	}
	for word := range found {
		return word, len(found) == 1
	}
	return "", false
}

// hexWords gives the words of that many hexadecimal digits, in lower case.
func hexWords(text string, length int) []string {
	var words []string
	isOther := func(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'z') }
	for _, word := range strings.FieldsFunc(strings.ToLower(text), isOther) {
		if len(word) == length && strings.Trim(word, "0123456789abcdef") == "" {
			words = append(words, word)
		}
	}
	return words
}
