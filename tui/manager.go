package tui

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	sites "ferry/internal/site"
	"ferry/tui/dialog"
	"ferry/tui/prose"
	"ferry/tui/theme"
)

// sites opens the saved sites.
func (m *Model) sites() tea.Cmd {
	d := &dialog.Sites{Theme: m.deps.Theme, All: func() sites.List { return m.book.Sites }, Card: m.siteCard}
	d.Keys = map[string]func(sites.Site) tea.Cmd{
		"enter": func(s sites.Site) tea.Cmd {
			m.close(d)
			return m.connectSite(s)
		},
		"e": func(s sites.Site) tea.Cmd { return m.editSite(s.Name, s) },
		"y": func(s sites.Site) tea.Cmd {
			s.Name = m.book.Sites.FreeName(s.Name)
			return m.editSite("", s)
		},
		"d": m.removeSite,
		"f": func(s sites.Site) tea.Cmd {
			return m.readBook(func(ctx context.Context) (string, error) {
				return "what " + prose.Safe(s.Name) + " taught is forgotten", m.deps.Sites.Forget(ctx, s.Name)
			})
		},
		"t": m.examine,
	}
	d.Add = func() tea.Cmd { return m.editSite("", sites.Site{}) }
	d.Import, d.Export = m.importSites, m.exportSites
	d.Faults = func() []string { return m.book.Problems }
	m.open(d)
	return m.readBook(nil)
}

// connectSite connects to a site, as the connect dialog would.
func (m *Model) connectSite(s sites.Site) tea.Cmd {
	f := &dialog.Finder{
		Theme: m.deps.Theme, Title: "Connect to " + prose.Safe(s.Name), Now: m.deps.Now,
		Foot: "Enter try again · Esc cancel",
	}
	f.Offers = func(string) []dialog.Offer { return []dialog.Offer{siteOffer(s)} }
	f.Choose = func(string) tea.Cmd { return m.connectTo(f, ConnectRequest{Site: s.Name}, m.paneForServers()) }
	m.open(f)
	_, cmd := f.Update(tea.KeyMsg{Type: tea.KeyEnter})
	return cmd
}

// siteCard tells all about a site.
func (m *Model) siteCard(s sites.Site) []dialog.Line {
	fact := func(label, text string) []dialog.Line {
		if text == "" {
			return nil
		}
		return []dialog.Line{{Text: fmt.Sprintf("%-10s %s", label, prose.Safe(text))}}
	}
	host := s.Host
	if s.Port != 0 {
		host = fmt.Sprintf("%s:%d", host, s.Port)
	}
	lines := []dialog.Line{{Role: theme.TitleFocused, Text: prose.Safe(s.Name)}}
	lines = append(lines, fact("host", host)...)
	for _, f := range cardFacts() {
		lines = append(lines, fact(f.label, sites.Text(s, f.key))...)
	}
	for _, b := range s.Bookmarks {
		lines = append(lines, fact("bookmark", b.Name+"  "+b.Remote)...)
	}
	if s.Notes != "" {
		lines = append(lines, dialog.Line{})
		for note := range strings.SplitSeq(s.Notes, "\n") {
			lines = append(lines, dialog.Line{Role: theme.Note, Text: prose.Safe(note)})
		}
	}
	if learned := m.book.Learned[s.Name]; len(learned) > 0 {
		lines = append(lines, dialog.Line{}, dialog.Line{Role: theme.Dim, Text: "learned from the server (f forgets it)"})
		for _, l := range learned {
			lines = append(lines, dialog.Line{Text: "· " + prose.Safe(l)})
		}
	}
	return lines
}

// cardFacts are the keys of a site that its card shows, where they are set.
func cardFacts() []siteField {
	return []siteField{
		{label: "user", key: "user"},
		{label: "TLS", key: "tls"},
		{label: "mode", key: "mode"},
		{label: "charset", key: "encoding"},
		{label: "proxy", key: "proxy"},
		{label: "password", key: "password"},
		{label: "kind", key: "profile"},
		{label: "clock", key: "time_offset"},
		{label: "at most", key: "connections"},
		{label: "at a time", key: "parallel"},
		{label: "limit", key: "limit_rate"},
		{label: "left out", key: "exclude"},
		{label: "trash", key: "trash"},
		{label: "hashes", key: "verify"},
		{label: "rights", key: "keep_mode"},
		{label: "in place", key: "in_place"},
		{label: "starts in", key: "remote_dir"},
		{label: "here in", key: "local_dir"},
	}
}

func (m *Model) removeSite(s sites.Site) tea.Cmd {
	m.open(&dialog.Choice{
		Theme: m.deps.Theme, Title: "Delete the site " + prose.Safe(s.Name),
		Lines: []dialog.Line{
			{Text: "Its password and what its server taught are forgotten, too."},
			{Role: theme.Dim, Text: "Nothing on the server is touched."},
		},
		Foot: "y delete · n/Esc/Enter cancel",
		Buttons: []dialog.Button{
			{Label: "Cancel", Key: "n"},
			{Label: "Delete", Key: "y", Do: func() tea.Cmd {
				return m.readBook(func(ctx context.Context) (string, error) {
					return prose.Safe(s.Name) + " is deleted", m.deps.Sites.Remove(ctx, s.Name)
				})
			}},
		},
	})
	return nil
}

// importSites asks for another program's file.
func (m *Model) importSites() tea.Cmd {
	form := &dialog.Form{
		Theme: m.deps.Theme, Title: "Import sites", Submit: "Import", Now: m.deps.Now,
		Intro: []dialog.Line{{
			Role: theme.Dim, Text: "FileZilla's sitemanager.xml, WinSCP.ini, lftp's bookmarks, ~/.netrc, or ferry's own",
		}},
		Fields: []dialog.Field{dialog.Text("File", "~/.config/filezilla/sitemanager.xml")},
	}
	form.Do = func(values []string) tea.Cmd {
		path := strings.TrimSpace(values[0])
		if rest, is := strings.CutPrefix(path, "~"); is {
			path = m.deps.Home + rest
		}
		m.close(form)
		return m.readBook(func(ctx context.Context) (string, error) { return m.deps.Sites.Import(ctx, path) })
	}
	m.open(form)
	return nil
}

// siteSavedMsg tells that a site was written, or why not.
type siteSavedMsg struct {
	run *formRun
	err error
}

// editSite shows all that can be said about a site; old is the name it has in the file.
func (m *Model) editSite(old string, s sites.Site) tea.Cmd {
	title := "A new site"
	if old != "" {
		title = "The site " + prose.Safe(old)
	}
	form := &dialog.Form{
		Theme: m.deps.Theme, Title: title, Submit: "Save", Doing: "saving", Now: m.deps.Now, Width: siteFormWidth,
		Fields: siteFields(s),
	}
	form.Check = func(values []string) (int, string) {
		_, field, err := siteFrom(s, values)
		return field, prose.Sentence(err)
	}
	form.Do = func(values []string) tea.Cmd {
		edited, _, _ := siteFrom(s, values) // checked before
		return m.begin(form, func(ctx context.Context, run *formRun) tea.Msg {
			return siteSavedMsg{run, m.deps.Sites.Save(ctx, old, edited)}
		})
	}
	m.open(form)
	return nil
}

const siteFormWidth = 72

func (m *Model) siteSaved(msg siteSavedMsg) tea.Cmd {
	if !m.ended(msg.run) {
		return m.readBook(nil)
	}
	if msg.err != nil {
		msg.run.form.Fail(prose.Sentence(msg.err))
		return nil
	}
	m.close(msg.run.form)
	return m.readBook(func(context.Context) (string, error) { return "saved", nil })
}

// siteField is a key of a site as the form shows it.
type siteField struct {
	section, label, key string
	options             []string
}

// siteForm is the form of a site. The name is its first field, and no key.
func siteForm() []siteField {
	yes, yesNo := []string{"", "true"}, []string{"", "true", "false"}
	return []siteField{
		{"Server", "Host", "host", nil},
		{"", "Port", "port", nil},
		{"", "User", "user", nil},
		{"", "Password is kept in", "password", append([]string{""}, sites.Keepers()...)},
		{"", "Password command", "password_command", nil},
		{"", "Account", "account", nil},
		{"Places", "Start folder there", "remote_dir", nil},
		{"", "Start folder here", "local_dir", nil},
		{"", "Bookmarks", "bookmarks", nil},
		{"Connection", "TLS", "tls", []string{"", "auto", "explicit", "implicit", "off"}},
		{"", "Mode", "mode", []string{"", "auto", "passive", "active"}},
		{"", "Charset", "encoding", nil},
		{"", "Proxy", "proxy", nil},
		{"", "Most connections", "connections", nil},
		{"", "Time offset", "time_offset", nil},
		{"", "Kind of server", "profile", nil},
		{"Transfers", "At a time", "parallel", nil},
		{"", "Speed limit", "limit_rate", nil},
		{"", "Left out", "exclude", nil},
		{"", "Trash folder", "trash", nil},
		{"", "Compare hashes", "verify", append([]string{""}, sites.VerifyWords()...)},
		{"", "Keep permissions", "keep_mode", yesNo},
		{"", "Write in place", "in_place", yesNo},
		{"Odd servers", "Ports (active)", "active_ports", nil},
		{"", "Our address (active)", "active_host", nil},
		{"", "Believe PASV's address", "believe_passive", yes},
		{"", "Clear control (CCC)", "clear_control", yes},
		{"", "Allow cut TLS", "allow_cut", yes},
		{"", "Lowest TLS", "min_tls", append([]string{""}, sites.TLSVersions()...)},
		{"", "Own certificate", "client_certificate", nil},
		{"", "Own key", "client_key", nil},
		{"", "Clear data (PROT C)", "clear_data", yes},
		{"", "Ports under 1024", "low_ports", yes},
		{"", "Hidden by LIST -a", "list_hidden", append([]string{""}, sites.HiddenWords()...)},
		{"", "Telnet before ABOR", "telnet_abort", yes},
		{"", "Byte FF single", "single_iac", yes},
		{"", "Login in charset", "legacy_login", yes},
		{"In the list", "Folder", "folder", nil},
		{"", "Colour", "colour", append([]string{""}, sites.Colours()...)},
		{"", "Notes", "notes", nil},
	}
}

// asDefault is how an option that says nothing is shown.
const asDefault = "default"

func siteFields(s sites.Site) []dialog.Field {
	fields := []dialog.Field{dialog.Text("Name", s.Name)}
	for _, f := range siteForm() {
		text := strings.ReplaceAll(sites.Text(s, f.key), "\n", `\n`)
		field := dialog.Text(f.label, text)
		if f.options != nil {
			words, chosen := make([]string, len(f.options)), 0
			for i, o := range f.options {
				words[i] = o
				if o == "" {
					words[i] = asDefault
				}
				if o == text {
					chosen = i
				}
			}
			field = dialog.Radio(f.label, words, chosen)
		}
		field.Section = f.section
		fields = append(fields, field)
	}
	return fields
}

// siteFrom gives a site with the values of its form, or the field that is wrong.
func siteFrom(s sites.Site, values []string) (sites.Site, int, error) {
	s.Name = strings.TrimSpace(values[0])
	if err := sites.CheckName(s.Name); err != nil {
		return s, 0, err
	}
	for i, f := range siteForm() {
		value := strings.TrimSpace(values[i+1])
		if f.options != nil && value == asDefault {
			value = ""
		}
		if f.key == "notes" {
			value = strings.ReplaceAll(value, `\n`, "\n")
		}
		next, err := sites.Set(s, f.key, value)
		if err == nil && f.key == "host" && value == "" {
			err = fmt.Errorf("a site needs a host")
		}
		if err != nil {
			return s, i + 1, err
		}
		s = next
	}
	return s, 0, nil
}
