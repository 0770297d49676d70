package ftpclient

import (
	"unicode/utf8"

	"ferry/ftpclient/listing"
	"ferry/internal/vfs"
)

var (
	_ vfs.NameCoder  = (*Client)(nil)
	_ vfs.NameMapper = (*Client)(nil)
)

// CheckEncoding reports whether Config.Encoding can be that label: its error says that no such charset is known.
func CheckEncoding(label string) error {
	_, err := listing.LookupCharset(label)
	return err
}

// decode gives a server's text for people: UTF-8 where it is valid, which legacy text hardly ever is by chance, else
// read by the charset of the configuration. What neither can read stays as it is.
func (s *server) decode(raw string) string {
	if utf8.ValidString(raw) {
		return raw
	}
	return s.charset.Decode(raw)
}

// DisplayName gives a raw name or path for people, by Config.Encoding where it is not UTF-8.
func (cl *Client) DisplayName(raw string) string { return cl.server().decode(raw) }

// WireName gives the raw form of a name or path that a person typed, in the charset of Config.Encoding. Its error, of
// kind vfs.ErrUnsafeName, is that the charset lacks a character.
func (cl *Client) WireName(typed string) (string, error) {
	raw, err := cl.server().charset.Encode(typed)
	if err != nil {
		return "", &vfs.Failure{
			Step: "use the name " + clip(typed), On: cl.server().cfg.address(),
			Said: "the charset " + cl.server().cfg.Encoding + " has no such characters",
			Hint: "Choose another name, or another charset for the site.", Kind: vfs.ErrUnsafeName, Err: err,
		}
	}
	return raw, nil
}
