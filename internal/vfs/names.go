package vfs

// NameCoder is a file system whose names may be in another charset than UTF-8. Everything but a screen and a keyboard
// works with raw names: only these fetch the file again. Both methods take a name or a whole path.
type NameCoder interface {
	// DisplayName gives a raw name for people. It may still hold anything (internal/termtext makes it visible), and two
	// raw names may look the same.
	DisplayName(raw string) string
	// WireName gives the raw name for one that a person typed, or that comes from another file system. Its error, a
	// *Failure of kind ErrUnsafeName, says that the charset has no such characters.
	WireName(typed string) (string, error)
}

// DisplayName is f's DisplayName, or the raw name where f has none.
func DisplayName(f FS, raw string) string {
	if coder, ok := f.(NameCoder); ok {
		return coder.DisplayName(raw)
	}
	return raw
}

// WireName is f's WireName, or the typed name where f has none.
func WireName(f FS, typed string) (string, error) {
	if coder, ok := f.(NameCoder); ok {
		return coder.WireName(typed)
	}
	return typed, nil
}
