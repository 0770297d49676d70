package listing

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// Charset says how the bytes of a server's names are to be read by people. Entries keep the bytes, as only these fetch
// the file again; a Charset is for the screen, and for names that a person types. The zero value is UTF-8.
type Charset struct{ encoding encoding.Encoding }

// LookupCharset gives the charset of a label such as "shift_jis", "windows-1251" or "iso-8859-1", in any case, by the
// names of the Web's Encoding Standard. "" and "auto" are UTF-8.
func LookupCharset(label string) (Charset, error) {
	switch label = strings.ToLower(strings.TrimSpace(label)); label {
	case "", "auto", "utf-8", "utf8":
		return Charset{}, nil
	case "utf-16le", "utf-16be", "utf-16", "iso-2022-jp", "replacement":
		return Charset{}, fmt.Errorf("the charset %q cannot be that of file names", label)
	}
	e, err := htmlindex.Get(label)
	if err != nil {
		return Charset{}, fmt.Errorf("the charset %.40q is not known", label)
	}
	return Charset{e}, nil
}

// Decode gives a name for people. What is not of the charset stays as it is, as the screen shows every byte anyhow.
func (c Charset) Decode(raw string) string {
	if c.encoding == nil {
		return raw
	}
	text, err := c.encoding.NewDecoder().String(raw)
	if err != nil || strings.ContainsRune(text, utf8.RuneError) {
		return raw
	}
	return text
}

// Encode gives the bytes for a name that a person typed; an error if the charset has no such characters.
func (c Charset) Encode(text string) (string, error) {
	if c.encoding == nil {
		return text, nil
	}
	raw, err := c.encoding.NewEncoder().String(text)
	if err != nil {
		return "", fmt.Errorf("the charset of the site cannot hold the name %.80q", text)
	}
	return raw, nil
}
