package foreign

import (
	"bytes"
	"net/url"
	"strings"

	"ferry/internal/site"
)

// isLftp reports whether the first line is a bookmark: a name, blanks, a URL.
func isLftp(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	fields := strings.Fields(string(line))
	return len(fields) == 2 && strings.Contains(fields[1], ":/")
}

// lftp reads the bookmarks of lftp: a name and a URL on each line.
func lftp(text []byte) (Import, error) {
	i := Import{Format: "lftp"}
	for line := range bytes.Lines(text) {
		fields := strings.Fields(string(line))
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 2 {
			i.note("a line that is no bookmark is left out")
			continue
		}
		i.lftpSite(fields[0], fields[1])
	}
	return i, nil
}

func (i *Import) lftpSite(name, address string) {
	u, err := url.Parse(address)
	if err != nil {
		i.note("%q is left out: its address cannot be read", name)
		return
	}
	tls, isFTP := map[string]string{"ftp": "", "ftps": "implicit"}[u.Scheme]
	if !isFTP {
		i.note("%q is left out: it does not speak FTP", name)
		return
	}
	password, _ := u.User.Password()
	dir := u.Path
	if dir != "/" {
		dir = strings.TrimSuffix(dir, "/")
	}
	switch {
	case strings.HasPrefix(dir, "//"):
		dir = dir[1:] // absolute
	case strings.HasPrefix(dir, "/~/"):
		dir = dir[3:]
	case dir == "/~":
		dir = ""
	default:
		dir = strings.TrimPrefix(dir, "/") // below the login folder, as in every URL
	}
	i.add(Found{site.Site{
		Name: name, Host: u.Hostname(), Port: unlessUsual(number(u.Port()), tls), User: u.User.Username(), TLS: tls,
		RemoteDir: dir,
	}, password})
}
