package localfs

import (
	"runtime"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"ferry/internal/vfs"
)

const longestName = 255 // octets, on Windows UTF-16 units

// checkName tells whether the system goos (as in runtime.GOOS) can hold a file of that name in a folder.
func checkName(goos, name string) error {
	said := faultOfName(name)
	switch {
	case said != "":
	case goos == "windows":
		said = faultOnWindows(name)
	case goos == "darwin" && !utf8.ValidString(name):
		said = "the name is not UTF-8"
	case len(name) > longestName:
		said = "the name is longer than 255 octets"
	}
	if said == "" {
		return nil
	}
	return &vfs.Failure{
		Step: "use the name " + name, Said: said, Kind: vfs.ErrUnsafeName, Err: vfs.ErrDisk,
		Hint: "Choose another name for it.",
	}
}

func faultOfName(name string) string {
	switch {
	case name == "":
		return "it is empty"
	case name == "." || name == "..":
		return "it stands for a folder"
	case strings.ContainsRune(name, '/'):
		return "it holds a slash"
	case strings.ContainsRune(name, 0):
		return "it holds a NUL octet"
	}
	return ""
}

func faultOnWindows(name string) string {
	switch {
	case !utf8.ValidString(name):
		return "the name is not UTF-8"
	case strings.ContainsAny(name, `<>:"\|?*`):
		return `Windows allows none of < > : " \ | ? * in a name`
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }):
		return "it holds a control character"
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " "):
		return "Windows drops a dot or blank at the end"
	case isDevice(name):
		return "Windows keeps this name for a device"
	case len(utf16.Encode([]rune(name))) > longestName:
		return "the name is longer than 255 characters"
	}
	return ""
}

// isDevice knows the names that Windows gives to devices, also with something behind a dot: "nul.txt".
func isDevice(name string) bool {
	stem, _, _ := strings.Cut(name, ".")
	stem = strings.ToUpper(strings.TrimRight(stem, " "))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	for _, port := range []string{"COM", "LPT"} {
		number, found := strings.CutPrefix(stem, port)
		if found && utf8.RuneCountInString(number) == 1 && strings.Contains("0123456789¹²³", number) {
			return true
		}
	}
	return false
}

// HeldName implements vfs.NameMapper: what the system refuses in a name is escaped ("a:b" is "a%3Ab" on Windows), and a
// name that is too long is cut.
func (*FS) HeldName(name string) string { return heldName(runtime.GOOS, name) }

// OriginalName implements vfs.NameMapper.
func (*FS) OriginalName(held string) string { return escaping(runtime.GOOS).Original(held) }

func heldName(goos, name string) string {
	if faultOfName(name) != "" {
		return name // not to be made a good one: it may be meant to leave its folder
	}
	return vfs.ShortName(escaping(goos).Held(name), longestName)
}

// escaping knows the octets that cannot stand in a name where they do.
func escaping(goos string) vfs.Escaping {
	return func(name string) []int {
		var bad []int
		for i, r := range name {
			invalid := r == utf8.RuneError && !strings.HasPrefix(name[i:], string(utf8.RuneError))
			last := i == len(name)-1 && (r == '.' || r == ' ')
			onWindows := r < ' ' || strings.ContainsRune(`<>:"\|?*`, r) || last || i == 0 && isDevice(name)
			if goos == "windows" && (onWindows || invalid) || goos == "darwin" && invalid {
				bad = append(bad, i)
			}
		}
		return bad
	}
}
