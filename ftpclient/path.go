package ftpclient

import (
	"strings"

	"ferry/internal/vfs"
)

// checkArgument refuses what can stand in no command (RFC 2640 §3, RFC 959 §5.3.1): CR and LF would end it and begin
// another one, NUL is no character of a pathname. Nothing has been sent when it fails.
func checkArgument(arg string) error {
	if strings.ContainsAny(arg, "\r\n\x00") {
		return &vfs.Failure{
			Step: "send the name " + clip(arg),
			Said: "it holds a line end or a NUL byte, which no FTP command can carry",
			Hint: "Rename it by other means.",
			Kind: vfs.ErrUnsafeName,
		}
	}
	return nil
}

// parsePathname reads the quoted pathname of a 257 reply (RFC 959 Appendix II): quotes inside it are doubled, text
// behind it is commentary. Some servers leave the quotes out.
func parsePathname(text string) (string, bool) {
	open := strings.IndexByte(text, '"')
	if open < 0 {
		name, _, _ := strings.Cut(strings.TrimSpace(text), " ")
		return name, usablePathname(name)
	}
	var b strings.Builder
	for rest := text[open+1:]; ; {
		i := strings.IndexByte(rest, '"')
		if i < 0 {
			b.WriteString(rest) // never closed
			break
		}
		b.WriteString(rest[:i])
		if rest = rest[i+1:]; !strings.HasPrefix(rest, `"`) {
			break
		}
		b.WriteByte('"')
		rest = rest[1:]
	}
	return b.String(), usablePathname(b.String())
}

// usablePathname refuses what would be dangerous or useless as the argument of a later command.
func usablePathname(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7F })
}

// Join gives the path of name inside the folder dir.
func (cl *Client) Join(dir, name string) string { return cl.server().flavour().join(dir, name) }

// Parent gives the folder that holds p; the root is its own parent.
func (cl *Client) Parent(p string) string { return cl.server().flavour().parent(p) }

// Base gives the last element of p.
func (cl *Client) Base(p string) string { return cl.server().flavour().base(p) }

// CheckName tells whether name can be one element of a path in an FTP command. Its error is a *vfs.Failure of kind
// vfs.ErrUnsafeName.
func (cl *Client) CheckName(name string) error {
	if err := checkArgument(name); err != nil {
		return err
	}
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, cl.server().flavour().separators()) {
		return &vfs.Failure{
			Step: "use the name " + clip(name),
			Said: "it is not one element of a path",
			Kind: vfs.ErrUnsafeName,
		}
	}
	return nil
}

// lineEnds are the octets that no command can carry.
func lineEnds(name string) []int {
	var bad []int
	for i := range len(name) {
		if strings.IndexByte("\r\n\x00", name[i]) >= 0 {
			bad = append(bad, i)
		}
	}
	return bad
}

// HeldName implements vfs.NameMapper: line ends, which are good in names on Unix, are escaped, "%0A".
func (*Client) HeldName(name string) string { return vfs.Escaping(lineEnds).Held(name) }

// OriginalName implements vfs.NameMapper.
func (*Client) OriginalName(held string) string { return vfs.Escaping(lineEnds).Original(held) }
