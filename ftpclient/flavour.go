package ftpclient

import (
	"path"
	"regexp"
	"strings"
	"unicode"
)

// flavour is how a server writes its paths. It is told by the folder in which a login lands.
type flavour uint8

const (
	slashes  flavour = iota // "/a/b/c", also "C:/a/b": nearly all
	vms                     // "DISK:[A.B]C.TXT;1" (OpenVMS)
	datasets                // "'USER.A.B'", and members "'USER.PDS(M)'" (z/OS, MVS)
)

var vmsFolder = regexp.MustCompile(`^[^/\[\]]*\[[^\[\]]+\]$`)

// flavourOf reads it off a folder.
func flavourOf(folder string) flavour {
	switch {
	case vmsFolder.MatchString(folder):
		return vms
	case len(folder) > 2 && folder[0] == '\'' && folder[len(folder)-1] == '\'' && !strings.Contains(folder, "/"):
		return datasets
	}
	return slashes
}

func (s *server) flavour() flavour {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.paths
}

// separators gives what cannot stand inside a name, since paths are made of it.
func (f flavour) separators() string {
	return [...]string{slashes: "/", vms: "/[]", datasets: "/'()"}[f]
}

// holdsPartials reports whether files can bear the names of partials: OpenVMS knows one dot in a name, and z/OS takes
// each dot for a folder's end.
func (f flavour) holdsPartials() bool { return f == slashes }

// folder gives a path as the commands about folders want it. On OpenVMS "[A]B" is the name of a folder B in A, and
// "[A.B]" the folder itself.
func (f flavour) folder(p string) string {
	i := strings.LastIndexByte(p, ']')
	if f != vms || i < 0 || i == len(p)-1 {
		return p
	}
	return strings.Replace(p[:i], "[000000", "[", 1) + dotUnlessFirst(p[:i]) + p[i+1:] + "]"
}

// dotUnlessFirst separates a folder from the one that it is in; the topmost one, [000000], is not named then.
func dotUnlessFirst(outer string) string {
	if strings.HasSuffix(outer, "[000000") {
		return ""
	}
	return "."
}

func (f flavour) join(dir, name string) string {
	switch f {
	case vms:
		return f.folder(dir) + name
	case datasets:
		inner := strings.TrimSuffix(dir, "'")
		if strings.HasSuffix(inner, ".") {
			return inner + name + "'"
		}
		return inner + "(" + name + ")'"
	default:
	}
	if strings.HasSuffix(dir, "/") {
		return dir + name
	}
	return dir + "/" + name
}

func (f flavour) parent(p string) string {
	switch f {
	case vms:
		return vmsParent(p)
	case datasets:
		return datasetParent(p)
	default:
	}
	if p = strings.TrimRight(p, "/"); p == "" {
		return "/"
	}
	if i := strings.LastIndexByte(p, '/'); i > 0 && !isDrive(p[:i]) {
		return path.Dir(p)
	} else if i > 0 || isDrive(p) { // the root of a drive
		return p[:2] + "/"
	}
	return "/"
}

// isDrive reports the name of a disk on Windows.
func isDrive(p string) bool { return len(p) == 2 && p[1] == ':' && unicode.IsLetter(rune(p[0])) }

func vmsParent(p string) string {
	end := strings.LastIndexByte(p, ']')
	if end >= 0 && end < len(p)-1 {
		return p[:end+1]
	}
	open := strings.IndexByte(p, '[')
	if dot := strings.LastIndexByte(p, '.'); dot > open {
		return p[:dot] + "]"
	}
	return p[:open+1] + "000000]"
}

// datasetParent gives the library of a member, the prefix of a dataset, and the shorter prefix of a prefix.
func datasetParent(p string) string {
	inner := strings.TrimSuffix(strings.TrimSuffix(p, "'"), ".")
	if i := strings.IndexByte(inner, '('); i > 0 {
		return inner[:i] + "'"
	}
	if dot := strings.LastIndexByte(inner, '.'); dot > 0 {
		return inner[:dot+1] + "'"
	}
	return inner + ".'"
}

func (f flavour) base(p string) string {
	switch f {
	case vms:
		p = strings.TrimSuffix(p, "]")
		return p[strings.LastIndexAny(p, "].[")+1+vmsFileStart(p):]
	case datasets:
		p = strings.TrimRight(strings.TrimSuffix(p, "'"), ").")
		return p[strings.LastIndexAny(p, "'.(")+1:]
	default:
	}
	return path.Base(p)
}

// vmsFileStart corrects base for a file, in whose name dots do not separate folders.
func vmsFileStart(p string) int {
	if i := strings.LastIndexByte(p, ']'); i >= 0 {
		return i - strings.LastIndexAny(p, "].[")
	}
	return 0
}
