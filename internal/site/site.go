// Package site keeps what a person has saved about servers, in a file that people read, edit and share, and beside it
// what servers have taught and where the person has been of late. Secrets are in neither.
package site

import (
	"cmp"
	"slices"
	"strings"
)

// Site is a saved server. Only Name and Host are always set; the zero value of any other field leaves the matter to the
// settings, as if it had not been said.
type Site struct {
	Name string `toml:"-"` // the table's: [site.NAME]

	Host   string `toml:"host,omitempty"`
	Port   int    `toml:"port,omitempty"`
	User   string `toml:"user,omitempty"`   // "": anonymous
	Folder string `toml:"folder,omitempty"` // where it is found among the sites: "Work/Clients"
	Colour string `toml:"colour,omitempty"` // one of Colours
	Notes  string `toml:"notes,omitempty,multiline"`

	Account         string `toml:"account,omitempty"`          // what ACCT sends
	Password        string `toml:"password,omitempty"`         // where it is kept, one of Keepers; never the password
	PasswordCommand string `toml:"password_command,omitempty"` // prints the password, for the keeper "command"

	TLS        string `toml:"tls,omitempty"`         // auto, explicit, implicit, off
	Mode       string `toml:"mode,omitempty"`        // auto, passive, active
	Encoding   string `toml:"encoding,omitempty"`    // charset of names that are not UTF-8
	Proxy      string `toml:"proxy,omitempty"`       // a URL without a password
	TimeOffset string `toml:"time_offset,omitempty"` // how far the times in LIST are ahead of UTC: "2h", "-90m"
	Profile    string `toml:"profile,omitempty"`     // the kind of server, where it is not to be guessed

	RemoteDir string     `toml:"remote_dir,omitempty"` // where the server's pane begins
	LocalDir  string     `toml:"local_dir,omitempty"`  // where the other pane goes
	Bookmarks []Bookmark `toml:"bookmarks,omitempty,multiline,inline"`

	Connections int      `toml:"connections,omitempty"` // most control connections at a time
	Parallel    int      `toml:"parallel,omitempty"`    // transfers at a time
	LimitRate   string   `toml:"limit_rate,omitempty"`  // octets a second: "800K", "5M"
	Trash       string   `toml:"trash,omitempty"`       // folder on the server that deleted files are moved to
	Exclude     []string `toml:"exclude,omitempty"`     // patterns of names that are left out of copies of folders
	Verify      string   `toml:"verify,omitempty"`      // when hashes are compared, one of VerifyWords
	KeepMode    *bool    `toml:"keep_mode,omitempty"`   // files get the permissions of their sources
	InPlace     *bool    `toml:"in_place,omitempty"`    // files there are written under their final names at once

	ActivePorts    string `toml:"active_ports,omitempty"` // "50000-50100"
	ActiveHost     string `toml:"active_host,omitempty"`
	BelievePassive bool   `toml:"believe_passive,omitempty"` // see ftpclient.Config, as for the next seven
	ClearControl   bool   `toml:"clear_control,omitempty"`
	AllowCut       bool   `toml:"allow_cut,omitempty"`
	LowPorts       bool   `toml:"low_ports,omitempty"`
	ClearData      bool   `toml:"clear_data,omitempty"`
	TelnetAbort    bool   `toml:"telnet_abort,omitempty"`
	SingleIAC      bool   `toml:"single_iac,omitempty"`
	LegacyLogin    bool   `toml:"legacy_login,omitempty"`

	ListHidden        string `toml:"list_hidden,omitempty"`        // whether LIST -a is sent, one of HiddenWords
	MinTLS            string `toml:"min_tls,omitempty"`            // lowest TLS version, one of TLSVersions
	ClientCertificate string `toml:"client_certificate,omitempty"` // file in PEM, for servers that ask for one
	ClientKey         string `toml:"client_key,omitempty"`         // file in PEM; "": in the same file
}

// Bookmark is a folder worth going back to.
type Bookmark struct {
	Name   string `toml:"name"`
	Remote string `toml:"remote,omitempty"`
	Local  string `toml:"local,omitempty"`
}

// Where passwords are kept.
const (
	KeeperAuto    = ""        // the system's keyring, or the encrypted file where there is none
	KeeperKeyring = "keyring" // the system's keyring only
	KeeperFile    = "file"    // the encrypted file only
	KeeperAsk     = "ask"     // nowhere
	KeeperCommand = "command" // wherever a command gets it from
)

// Keepers are the words for where a password is kept.
func Keepers() []string { return []string{KeeperKeyring, KeeperFile, KeeperAsk, KeeperCommand} }

// Colours are the words for the colour of a site.
func Colours() []string { return []string{"red", "yellow", "green", "cyan", "blue", "magenta"} }

// VerifyWords are the words for when hashes are compared.
func VerifyWords() []string { return []string{"request", "always", "never"} }

// List are sites in the order in which they are shown: by folder, then by name.
type List []Site

// Find gives the site of a name, whatever its case if no other is written exactly so.
func (l List) Find(name string) (Site, bool) {
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		if i := slices.IndexFunc(l, func(s Site) bool { return same(s.Name, name) }); i >= 0 {
			return l[i], true
		}
	}
	return Site{}, false
}

func (l List) sort() {
	slices.SortFunc(l, func(a, b Site) int {
		return cmp.Or(
			strings.Compare(strings.ToLower(a.Folder), strings.ToLower(b.Folder)),
			strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)),
			strings.Compare(a.Name, b.Name),
		)
	})
}

// FreeName gives name, or name with the first number behind it that no site bears.
func (l List) FreeName(name string) string {
	free := name
	for n := 2; ; n++ {
		if _, taken := l.Find(free); !taken {
			return free
		}
		free = name + " " + itoa(n)
	}
}
