package foreign

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ferry/internal/site"
)

// The elements of sitemanager.xml. A name stands in Name, in old files as text of the element itself.
type (
	fzFile struct {
		XMLName xml.Name `xml:"FileZilla3"`
		Servers fzFolder `xml:"Servers"`
	}
	fzFolder struct {
		Name    string     `xml:",chardata"`
		Folders []fzFolder `xml:"Folder"`
		Servers []fzServer `xml:"Server"`
	}
	fzServer struct {
		Host, Port, Protocol, User string
		Pass                       fzPass
		Account                    string `xml:",omitempty"`
		Logontype                  string
		TimezoneOffset             string       `xml:",omitempty"`
		PasvMode                   string       `xml:",omitempty"`
		MaximumConnections         string       `xml:"MaximumMultipleConnections,omitempty"`
		EncodingType               string       `xml:",omitempty"`
		CustomEncoding             string       `xml:",omitempty"`
		Name, Comments             string       `xml:",omitempty"`
		Colour                     string       `xml:",omitempty"`
		LocalDir, RemoteDir        string       `xml:",omitempty"`
		Bookmarks                  []fzBookmark `xml:"Bookmark"`
		Text                       string       `xml:",chardata"`
	}
	fzPass struct {
		Encoding string `xml:"encoding,attr,omitempty"`
		Text     string `xml:",chardata"`
	}
	fzBookmark struct {
		Name, LocalDir, RemoteDir string
	}
)

// FileZilla's protocols.
const (
	fzAuto     = "0" // FTP, with TLS where the server has it
	fzImplicit = "3"
	fzExplicit = "4"
	fzPlain    = "6"
)

// fzProtocols are FileZilla's names for what is not FTP.
func fzOther(protocol string) string {
	names := map[string]string{"1": "SFTP", "7": "S3", "9": "WebDAV"}
	if name := names[protocol]; name != "" {
		return name
	}
	return "another protocol"
}

func fzColours() []string {
	return []string{"", "red", "green", "blue", "yellow", "cyan", "magenta", "yellow"}
}

func fileZilla(text []byte) (Import, error) {
	i := Import{Format: "FileZilla"}
	var file fzFile
	if err := xml.NewDecoder(bytes.NewReader(text)).Decode(&file); err != nil {
		return i, errors.New("this is XML, but not FileZilla's sitemanager.xml: " + xmlWords(err))
	}
	i.fzFolder(file.Servers, nil)
	return i, nil
}

// xmlWords tells a mistake in XML without quoting what may be a password.
func xmlWords(err error) string {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("line %d is broken", syntax.Line)
	}
	return "it holds something else"
}

func (i *Import) fzFolder(f fzFolder, path []string) {
	for _, s := range f.Servers {
		i.fzServer(s, strings.Join(path, "/"))
	}
	for _, sub := range f.Folders {
		i.fzFolder(sub, append(slices.Clone(path), strings.TrimSpace(sub.Name)))
	}
}

func (i *Import) fzServer(s fzServer, folder string) {
	name := strings.TrimSpace(s.Name)
	if name == "" {
		name = strings.TrimSpace(s.Text)
	}
	if name == "" {
		name = s.Host
	}
	tls, isFTP := map[string]string{
		fzAuto: "", "": "", fzImplicit: "implicit", fzExplicit: "explicit", fzPlain: "off",
	}[s.Protocol]
	if !isFTP {
		i.note("%q is left out: it speaks %s", name, fzOther(s.Protocol))
		return
	}
	found := Found{Site: site.Site{
		Name: name, Folder: folder, Host: strings.Trim(s.Host, "[]"), Port: unlessUsual(number(s.Port), tls), TLS: tls,
		Mode:       map[string]string{"MODE_PASSIVE": "passive", "MODE_ACTIVE": "active"}[s.PasvMode],
		TimeOffset: offset(number(s.TimezoneOffset)), Connections: min(max(number(s.MaximumConnections), 0), 32),
		Notes: strings.TrimRight(s.Comments, "\n"), LocalDir: s.LocalDir,
	}}
	found.Site.RemoteDir = fzPath(s.RemoteDir)
	if s.EncodingType == "Custom" {
		found.Site.Encoding = s.CustomEncoding
	}
	if n := number(s.Colour); n > 0 && n < len(fzColours()) {
		found.Site.Colour = fzColours()[n]
	}
	for _, b := range s.Bookmarks {
		found.Site.Bookmarks = append(found.Site.Bookmarks, site.Bookmark{
			Name: b.Name, Local: b.LocalDir, Remote: fzPath(b.RemoteDir),
		})
	}
	i.fzLogin(s, name, &found)
	i.add(found)
}

// fzLogin reads who logs in and by what password.
func (i *Import) fzLogin(s fzServer, name string, found *Found) {
	if s.Logontype == "0" {
		return // anonymous
	}
	found.Site.User, found.Site.Account = s.User, s.Account
	switch s.Pass.Encoding {
	case "base64":
		plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s.Pass.Text))
		if err != nil {
			i.note("the password of %q cannot be read", name)
			return
		}
		found.Password = string(plain)
	case "":
		found.Password = s.Pass.Text
	default:
		i.note("the password of %q is encrypted by FileZilla's master password and stays there", name)
	}
	if s.Logontype == "2" || s.Logontype == "3" {
		found.Site.Password, found.Password = site.KeeperAsk, ""
	}
}

// fzPath reads a path as FileZilla stores it: "1 0 3 pub 4 docs" is /pub/docs. A plain one is taken as it is.
func fzPath(s string) string {
	kind, rest, _ := strings.Cut(s, " ")
	if kind == "" || strings.HasPrefix(s, "/") {
		return s
	}
	prefixLength, rest, _ := strings.Cut(rest, " ")
	if n := number(prefixLength); n > 0 && n < len(rest) {
		rest = rest[n+1:] // of dialects such as VMS; what follows are folders all the same
	}
	path := ""
	for rest != "" {
		var length string
		length, rest, _ = strings.Cut(rest, " ")
		letters := []rune(rest) // FileZilla counts letters
		n := number(length)
		if n <= 0 || n > len(letters) {
			return ""
		}
		path += "/" + string(letters[:n])
		rest = strings.TrimPrefix(string(letters[n:]), " ")
	}
	if path == "" {
		return "/"
	}
	return path
}

// WriteFileZilla writes sites as FileZilla's sitemanager.xml. passwords are by the names of sites; nil: none.
func WriteFileZilla(all site.List, passwords map[string]string) ([]byte, error) {
	var file fzFile
	for _, s := range all {
		into := &file.Servers
		if s.Folder != "" {
			for name := range strings.SplitSeq(s.Folder, "/") {
				into = into.folder(name)
			}
		}
		into.Servers = append(into.Servers, toFileZilla(s, passwords[s.Name]))
	}
	text, err := xml.MarshalIndent(file, "", "\t")
	return append([]byte(xml.Header), append(text, '\n')...), err
}

// folder gives the folder of a name, which is made if it is not there.
func (f *fzFolder) folder(name string) *fzFolder {
	i := slices.IndexFunc(f.Folders, func(sub fzFolder) bool { return sub.Name == name })
	if i < 0 {
		i = len(f.Folders)
		f.Folders = append(f.Folders, fzFolder{Name: name})
	}
	return &f.Folders[i]
}

func toFileZilla(s site.Site, password string) fzServer {
	protocol := map[string]string{"explicit": fzExplicit, "implicit": fzImplicit, "off": fzPlain}[s.TLS]
	if protocol == "" {
		protocol = fzAuto
	}
	out := fzServer{
		Host: s.Host, Port: fmt.Sprint(s.Of().Port), Protocol: protocol, User: s.User, Account: s.Account,
		Logontype: "2", Name: s.Name, Comments: s.Notes, LocalDir: s.LocalDir, RemoteDir: toFZPath(s.RemoteDir),
		PasvMode:     map[string]string{"passive": "MODE_PASSIVE", "active": "MODE_ACTIVE"}[s.Mode],
		EncodingType: "Auto", MaximumConnections: fmt.Sprint(s.Connections),
	}
	if minutes, told, _ := s.Offset(); told {
		out.TimezoneOffset = fmt.Sprint(int(minutes.Minutes()))
	}
	if s.Encoding != "" {
		out.EncodingType, out.CustomEncoding = "Custom", s.Encoding
	}
	if i := slices.Index(fzColours(), s.Colour); i > 0 {
		out.Colour = fmt.Sprint(i)
	}
	switch {
	case s.User == "":
		out.Logontype = "0"
	case password != "":
		out.Logontype = "1"
		out.Pass = fzPass{"base64", base64.StdEncoding.EncodeToString([]byte(password))}
	}
	for _, b := range s.Bookmarks {
		out.Bookmarks = append(out.Bookmarks, fzBookmark{b.Name, b.Local, toFZPath(b.Remote)})
	}
	return out
}

func toFZPath(path string) string {
	if path == "" {
		return ""
	}
	out := "1 0"
	for name := range strings.SplitSeq(path, "/") {
		if name != "" {
			out += fmt.Sprintf(" %d %s", len([]rune(name)), name)
		}
	}
	return out
}
