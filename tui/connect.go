package tui

import (
	"context"
	"net/url"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/ftpclient"
	"ferry/internal/vfs"
	"ferry/tui/dialog"
	"ferry/tui/keymap"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// The fields of the connect dialog.
const (
	fieldAddress = iota
	fieldUser
	fieldPassword
	fieldSecurity
	fieldMode
	fieldPane
)

const leftPane, rightPane = "left", "right"

// securities are the options of the field Security, in the order in which they are shown.
var securities = [...]struct {
	word string
	kind ftpclient.Security
}{
	{"auto", ftpclient.SecurityAuto},
	{"explicit", ftpclient.SecurityExplicit},
	{"implicit", ftpclient.SecurityImplicit},
	{"plain", ftpclient.SecurityNone},
}

// connectWidth is wide enough for all options of a field.
const connectWidth = 60

// connect asks where to connect to: by one line, that is an address or finds a site.
func (m *Model) connect() tea.Cmd {
	f := &dialog.Finder{
		Theme: m.deps.Theme, Title: "Connect", Now: m.deps.Now, Offers: m.connectOffers,
		Foot:  "Enter connect · Tab more · Esc cancel",
		Empty: "A host is needed: ftp.example.org, host:2121 or ftp://user@host/folder.",
	}
	f.More = func(text string) tea.Cmd {
		m.connectForm(strings.TrimPrefix(text, siteValue))
		return nil
	}
	f.Choose = func(value string) tea.Cmd {
		to := ConnectRequest{Address: value}
		if name, is := strings.CutPrefix(value, siteValue); is {
			to = ConnectRequest{Site: name}
		} else if complaint := checkAddress(value); complaint != "" {
			f.Fail(complaint)
			return nil
		}
		return m.connectTo(f, to, m.paneForServers())
	}
	m.open(f)
	return m.readBook(nil)
}

// connectTo makes a connection for a finder, which shows how far it has come.
func (m *Model) connectTo(f *dialog.Finder, to ConnectRequest, pane int) tea.Cmd {
	to.Progress = &Progress{now: m.deps.Now}
	to.Progress.Reach(ReachedLookup)
	f.Steps = to.Progress.shown
	return m.begin(f, func(ctx context.Context, run *formRun) tea.Msg {
		fs, dir, err := m.deps.Connect(ctx, to)
		return connectedMsg{run, pane, fs, dir, err, to}
	})
}

// connectForm asks for all that there is to say about a connection.
func (m *Model) connectForm(address string) {
	form := &dialog.Form{
		Theme: m.deps.Theme, Title: "Connect", Submit: "Connect", Doing: "connecting", Now: m.deps.Now,
		Width: connectWidth,
		Fields: []dialog.Field{
			dialog.Text("Address", address),
			dialog.Text("User", ""),
			dialog.Secret("Password"),
			m.securityField(),
			dialog.Radio("Data", modeWords(), 0),
			dialog.Radio("Open in", []string{leftPane, rightPane}, m.paneForServers()),
		},
		Check:  checkConnect,
		Remark: remarkConnect,
	}
	form.Do = func(values []string) tea.Cmd {
		mode, _ := ftpclient.ParseMode(values[fieldMode]) // one of the words offered
		to := ConnectRequest{
			Address: strings.TrimSpace(values[fieldAddress]), User: values[fieldUser],
			Password: values[fieldPassword], Mode: mode, Security: chosenSecurity(values), Chosen: true,
		}
		pane := 0
		if values[fieldPane] == rightPane {
			pane = 1
		}
		return m.begin(form, func(ctx context.Context, run *formRun) tea.Msg {
			fs, dir, err := m.deps.Connect(ctx, to)
			return connectedMsg{run, pane, fs, dir, err, to}
		})
	}
	form.Focus(fieldUser)
	m.open(form)
}

func modeWords() []string {
	return []string{
		ftpclient.ModeAuto.String(), ftpclient.ModePassive.String(), ftpclient.ModeActive.String(),
	}
}

func (m *Model) securityField() dialog.Field {
	words, chosen := make([]string, len(securities)), 0
	for i, s := range securities {
		words[i] = s.word
		if s.kind == m.deps.Security {
			chosen = i
		}
	}
	return dialog.Radio("Security", words, chosen)
}

// chosenSecurity gives what the values of the connect dialog ask for. The scheme of a URL wins: ftps:// is implicit,
// ftpes:// explicit; ftp:// says nothing.
func chosenSecurity(values []string) ftpclient.Security {
	scheme, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(values[fieldAddress])), "://")
	switch scheme {
	case "ftps":
		return ftpclient.SecurityImplicit
	case "ftpes":
		return ftpclient.SecurityExplicit
	}
	for _, s := range securities {
		if s.word == values[fieldSecurity] {
			return s.kind
		}
	}
	return ftpclient.SecurityExplicit // not reached: one of the words offered
}

// paneForServers gives the pane that shows a server already, the active one first, else the right one.
func (m *Model) paneForServers() int {
	if i, ok := m.headerPane(); ok {
		return i
	}
	return 1
}

// checkConnect complains about what cannot be connected to.
func checkConnect(values []string) (int, string) {
	address := strings.TrimSpace(values[fieldAddress])
	if complaint := checkAddress(address); complaint != "" {
		return fieldAddress, complaint
	}
	if values[fieldPassword] != "" && values[fieldUser] == "" && !namesUser(address) {
		return fieldUser, "A password needs a user name."
	}
	return 0, ""
}

// checkAddress complains about what cannot be an address.
func checkAddress(address string) string {
	switch {
	case address == "":
		return "A host is needed: ftp.example.org, host:2121 or ftp://user@host/folder."
	case strings.ContainsAny(address, " \t"):
		return "An address has no blanks. In a URL a blank is written %20."
	}
	if strings.Contains(address, "://") {
		if _, err := url.Parse(address); err != nil {
			return "This is not a URL that can be read: it looks like ftp://user@host:21/folder."
		}
	}
	return ""
}

func namesUser(address string) bool { return strings.Contains(address, "@") }

func remarkConnect(values []string) dialog.Line {
	if values[fieldUser] == "" && !namesUser(values[fieldAddress]) {
		return dialog.Line{Role: theme.Dim, Text: "Without a user name the login is anonymous."}
	}
	switch chosenSecurity(values) {
	case ftpclient.SecurityNone:
		return dialog.Line{Role: theme.Warn, Text: "! Plain FTP sends the password unencrypted."}
	case ftpclient.SecurityAuto:
		return dialog.Line{Role: theme.Dim, Text: "The password goes unencrypted if the server has no TLS."}
	default:
		return dialog.Line{Role: theme.Dim, Text: "Nothing is sent before the connection is encrypted."}
	}
}

// connectedMsg tells how connecting ended.
type connectedMsg struct {
	run  *formRun
	pane int
	fs   vfs.FS
	dir  string
	err  error
	to   ConnectRequest
}

func (m *Model) connected(msg connectedMsg) tea.Cmd {
	if !m.ended(msg.run) {
		return nil // it was stopped
	}
	if msg.err != nil {
		msg.run.form.Fail(prose.Sentence(msg.err))
		return nil
	}
	m.focus(panel(msg.pane))
	cmd := m.panes[msg.pane].Open(msg.fs, msg.dir, isLocal(msg.fs))
	m.sampleRemotes()
	m.named[msg.fs.ID()] = msg.to.Site
	if f, is := msg.run.form.(*dialog.Finder); is {
		msg.to.Progress.Reach(ReachedListing)
		m.arriving = arriving{f, msg.pane}
		f.SetStop(func() { m.panes[msg.pane].Stop() })
	} else {
		m.close(msg.run.form)
	}
	return tea.Batch(cmd, m.localSide(msg), m.say(good, m.welcome(msg)), m.tick())
}

// localSide takes the other pane to where the site wants it.
func (m *Model) localSide(msg connectedMsg) tea.Cmd {
	if s, saved := m.book.Sites.Find(msg.to.Site); saved && s.LocalDir != "" {
		return m.openLocal(1-msg.pane, s.LocalDir)
	}
	return nil
}

// welcome tells that a connection stands, and how to keep what is not saved yet.
func (m *Model) welcome(msg connectedMsg) string {
	text := "connected to " + where(msg.fs)
	switch {
	case m.deps.Sites == nil:
	case msg.to.Progress.wasReplaced():
		text += " · " + m.key(keymap.KeepServer) + " keeps the new password"
	case msg.to.Site == "":
		text += " · " + m.key(keymap.KeepServer) + " saves it as a site, with its password"
	}
	return text
}

// arriving is a connection whose first listing is under way, and the finder that shows that.
type arriving struct {
	finder *dialog.Finder
	pane   int
}

// arrivedAt closes the finder of a connection when its first folder is there, or is not to be had.
func (m *Model) arrivedAt() {
	if a := m.arriving; a.finder != nil && !m.panes[a.pane].Busy() {
		m.close(a.finder)
		m.arriving = arriving{}
	}
}

// disconnect turns a pane back to the local side. Transfers of the connection go on.
func (m *Model) disconnect() tea.Cmd {
	i, _ := m.headerPane()
	local := m.deps.Local
	if local == nil {
		return m.say(bad, "There is no local side to go back to.")
	}
	dir := "" // where a person starts
	for _, p := range m.deps.Start {
		if p.FS == local {
			dir = p.Dir
		}
	}
	cmd := m.panes[i].Open(local, dir, true)
	m.sampleRemotes()
	return tea.Batch(cmd, m.say(plain, "The pane is local again; transfers in the queue go on."))
}

// toggleMode switches how the data connections of a server are made.
func (m *Model) toggleMode() tea.Cmd {
	i, _ := m.headerPane()
	remote := m.panes[i].FS().(Remote)
	next := (remote.Mode() + 1) % (ftpclient.ModeActive + 1)
	remote.SetMode(next)
	m.log.ModeChanged()
	m.sampleRemotes()
	what := [...]string{
		ftpclient.ModeAuto:    "auto from the next data connection on: we dial, and the server does where that fails",
		ftpclient.ModePassive: "passive from the next data connection on: we dial the server",
		ftpclient.ModeActive:  "active from the next data connection on: the server dials us",
	}[next]
	return m.say(good, what)
}
