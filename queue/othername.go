package queue

import (
	"errors"
	"path"
	"strings"

	"ferry/internal/vfs"
)

// longestPlain is how many letters a name may have that every server takes which is still in use.
const longestPlain = 60

// offerName adds to the refusal of a name another one that the target may take.
func offerName(err error, name string) error {
	var refused *vfs.Failure
	plain := PlainName(name)
	if plain == name || !errors.Is(err, vfs.ErrUnsafeName) || !errors.As(err, &refused) {
		return err
	}
	offer := *refused
	offer.Hint += " It may be taken as " + plain + ": rename it, or copy it under that name."
	offer.Hint = strings.TrimSpace(offer.Hint)
	return &offer
}

// PlainName spells a name in letters, digits and few signs of ASCII, and not too long; its ending stays.
func PlainName(name string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', strings.ContainsRune("._-", r):
			return r
		}
		return '_'
	}, name)
	ending := path.Ext(plain)
	if ending = ending[:min(len(ending), longestPlain/2)]; len(plain) > longestPlain {
		plain = plain[:longestPlain-len(ending)] + ending
	}
	return plain
}
