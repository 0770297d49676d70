// Package foreign reads the saved sites of other programs, and writes them for FileZilla, whose format many read.
package foreign

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"ferry/internal/site"
	"ferry/internal/site/netrc"
)

// Found is a site with the password that was saved with it, "" if none was.
type Found struct {
	Site     site.Site
	Password string
}

// Import is what a file held.
type Import struct {
	Format string // "FileZilla", "WinSCP", "lftp", "netrc", "ferry"
	Sites  []Found
	Notes  []string // what was left out and why, for people; holds no secret
}

func (i *Import) note(format string, args ...any) {
	i.Notes = append(i.Notes, fmt.Sprintf(format, args...))
}

// add takes a site that is good, under a name that no other bears.
func (i *Import) add(f Found) {
	f.Site.Name = goodName(f.Site.Name, f.Site.Host)
	var all site.List
	for _, other := range i.Sites {
		all = append(all, other.Site)
	}
	f.Site.Name = all.FreeName(f.Site.Name)
	if key, err := f.Site.Check(); err != nil {
		i.note("%q is left out: its %s cannot be used: %v", f.Site.Name, key, err)
		return
	}
	i.Sites = append(i.Sites, f)
}

// goodName makes a name that a site can bear.
func goodName(name, host string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:/\@`, r) || r < ' ' || r == 0x7F {
			return '-'
		}
		return r
	}, strings.TrimSpace(name))
	if site.CheckName(name) == nil {
		return name
	}
	if host = strings.ReplaceAll(host, ":", "-"); site.CheckName(host) == nil {
		return host
	}
	return "site " + strings.Trim(name, "-")
}

// ErrUnknown says that a file is of none of the known formats.
var ErrUnknown = errors.New("this is neither FileZilla's sitemanager.xml, nor WinSCP.ini, nor the bookmarks of lftp, " +
	"nor ~/.netrc, nor a file of ferry's own")

// Read reads a file of any of the known formats, which it finds out by itself.
func Read(text []byte) (Import, error) {
	text = bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF"))
	trimmed := bytes.TrimSpace(text)
	switch {
	case bytes.HasPrefix(trimmed, []byte("<")):
		return fileZilla(text)
	case bytes.Contains(text, []byte(`[Sessions\`)):
		return winSCP(text)
	case bytes.Contains(text, []byte("[site.")):
		return own(text), nil
	case isNetrc(trimmed):
		return fromNetrc(text)
	case isLftp(trimmed):
		return lftp(text)
	}
	return Import{}, ErrUnknown
}

func own(text []byte) Import {
	i := Import{Format: "ferry"}
	all, passwords, problems := site.ReadExport(text)
	for _, s := range all {
		i.add(Found{s, passwords[s.Name]})
	}
	for _, p := range problems {
		i.note("line %d: %s", p.Line, p.Text)
	}
	return i
}

func isNetrc(text []byte) bool {
	for line := range bytes.Lines(text) {
		word, _, _ := bytes.Cut(bytes.TrimSpace(line), []byte(" "))
		switch string(bytes.TrimSpace(word)) {
		case "machine", "default", "macdef":
			return true
		}
		if len(word) > 0 && word[0] != '#' {
			return false
		}
	}
	return false
}

func fromNetrc(text []byte) (Import, error) {
	i := Import{Format: "netrc"}
	entries, err := netrc.Parse(bytes.NewReader(text))
	if err != nil {
		return i, err
	}
	for _, e := range entries {
		i.add(Found{
			site.Site{Name: e.Machine, Host: e.Machine, User: e.Login, Account: e.Account}, e.Password,
		})
	}
	return i, nil
}

// number reads a number that may be missing.
func number(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0
	}
	return n
}

// unlessUsual gives a port, 0 where it is the one that goes without saying.
func unlessUsual(port int, tls string) int {
	if usual := map[bool]int{true: 990, false: 21}[tls == "implicit"]; port == usual {
		return 0
	}
	return port
}

// offset writes minutes as a site does.
func offset(minutes int) string {
	if minutes == 0 {
		return ""
	}
	return strconv.Itoa(minutes) + "m"
}
