package vfs

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// NameMapper is also implemented by a file system that holds names which it cannot hold as they are under others.
type NameMapper interface {
	// HeldName gives the name under which it holds what is called name elsewhere; as a rule name itself.
	HeldName(name string) string
	// OriginalName is the way back: of HeldName(name) it gives name, unless that had to be shortened; of all other
	// names it gives themselves.
	OriginalName(held string) string
}

// NameAt gives the name that what is called name on one shore gets on the other: from the charset of one to that of the
// other, and in the form in which the other can hold it. mapped tells whether that is another name. The error is that
// of WireName.
func NameAt(from, to FS, name string) (there string, mapped bool, err error) {
	plain := DisplayName(from, name)
	there = plain
	if mapper, ok := from.(NameMapper); ok {
		there = DisplayName(from, mapper.OriginalName(name))
	}
	mapped = there != plain
	if there, err = WireName(to, there); err != nil {
		return name, false, err
	}
	if mapper, ok := to.(NameMapper); ok {
		held := mapper.HeldName(there)
		mapped = mapped || held != there
		there = held
	}
	return there, mapped, nil
}

// Escaping maps names by writing octets that a file system cannot hold as % and two hexadecimal digits. It tells
// which octets of a name these are.
type Escaping func(name string) []int

// Held gives the escaped name. A name with nothing to be escaped stays as it is, unless it looks like an escaped one.
func (e Escaping) Held(name string) string {
	bad := e(name)
	if len(bad) == 0 && e.Original(name) == name {
		return name
	}
	var b strings.Builder
	for i := range len(name) {
		if slices.Contains(bad, i) || name[i] == '%' {
			fmt.Fprintf(&b, "%%%02X", name[i])
		} else {
			b.WriteByte(name[i])
		}
	}
	return b.String()
}

// Original gives the name that Held has escaped. A name that is not exactly what Held makes of another one stays as it
// is: "my%20file" was called so by somebody else.
func (e Escaping) Original(held string) string {
	if original := unescape(held); original != held && e.Held(original) == held {
		return original
	}
	return held
}

func unescape(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if name[i] == '%' && i+2 < len(name) {
			if octet, err := hex.DecodeString(name[i+1 : i+3]); err == nil {
				b.WriteByte(octet[0])
				i += 2
				continue
			}
		}
		b.WriteByte(name[i])
	}
	return b.String()
}

// ShortName cuts a name to at most that many octets, which must be 64 or more. A hash of the whole name tells it from
// others that begin in the same way, and its ending stays. There is no way back.
func ShortName(name string, most int) string {
	if len(name) <= most {
		return name
	}
	ending := path.Ext(name)
	if len(ending) > 16 || ending == name {
		ending = ""
	}
	sum := sha256.Sum256([]byte(name))
	tail := "~" + hex.EncodeToString(sum[:4]) + ending
	head := name[:most-len(tail)]
	for n := 0; n < utf8.UTFMax && !utf8.ValidString(head); n++ {
		head = head[:len(head)-1]
	}
	return head + tail
}
