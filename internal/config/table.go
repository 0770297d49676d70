package config

import (
	"cmp"
	"slices"
)

// Sections are the tables of the file, in their order, with a word for people.
func Sections() []Section {
	return []Section{
		{"screen", "How the screen looks and behaves"},
		{"connection", "How servers are spoken to; a site's own settings win"},
		{"transfers", "How files are moved"},
	}
}

// Section is a table of the file.
type Section struct{ Name, Title string }

// Table gives all settings there are, in the order of the file.
func Table() []Setting {
	return slices.Concat(screen(), connection(), transfers())
}

// Lookup gives the setting of a key such as "screen.hidden".
func Lookup(key string) (Setting, bool) {
	all := Table()
	if i := slices.IndexFunc(all, func(s Setting) bool { return s.Key() == key }); i >= 0 {
		return all[i], true
	}
	return Setting{}, false
}

func screen() []Setting {
	return inSection("screen", AtOnce, []Setting{
		{
			Name: "colours", Kind: Choice, Default: "auto", Choices: []string{"auto", "never", "16", "256", "truecolor"},
			Help: "How many colours are shown; auto asks the terminal. --no-color wins.",
		},
		{
			Name: "theme", Kind: Choice, Default: "auto",
			Choices: []string{"auto", "dark", "light", "terminal", "high-contrast", "mono"},
			Help:    "The colours of the screen; auto leaves the terminal's background. g c shows them all.", Flag: "theme",
		},
		{
			Name: "background", Kind: Choice, Default: "auto", Choices: []string{"auto", "dark", "light"},
			Help: "The terminal's background, to choose colours that can be read on it.",
		},
		{
			Name: "icons", Kind: Switch, Default: "false",
			Help: "Signs for the kinds of files, which need a font with them (Nerd Fonts).",
		},
		{
			Name: "hidden", Kind: Switch, Default: "false",
			Help: "Files whose names begin with a dot are shown in new panes.",
		},
		{
			Name: "sort", Kind: Choice, Default: "name", Choices: []string{"name", "size", "time", "type"},
			Help: "How new panes are sorted.",
		},
		{
			Name: "mouse", Kind: Switch, Default: "true",
			Help: "The mouse works in ferry; without it the terminal selects text with it.",
		},
		{
			Name: "ring", Kind: Choice, Default: "bell", Choices: []string{"bell", "notify", "off"},
			Help: "How the terminal tells that transfers are finished while nobody looks.",
		},
		{
			Name: "sync_output", Kind: Switch, Default: "true",
			Help: "Frames are drawn in one go (mode 2026); to be switched off for terminals that show garbage.",
		},
	})
}

func connection() []Setting {
	return inSection("connection", NextConnection, []Setting{
		{
			Name: "mode", Kind: Choice, Default: "auto", Choices: []string{"auto", "passive", "active"},
			Help: "Who opens data connections: passive is ferry, active is the server; auto tries passive first.",
			Flag: "mode",
		},
		{
			Name: "tls", Kind: Choice, Default: "auto", Choices: []string{"auto", "explicit", "implicit", "off"},
			Help: "Encryption for ftp://: auto where the server has it, explicit demands it.", Flag: "tls",
		},
		{
			Name: "encoding", Kind: Text, Default: "",
			Help: `The charset of names that are not UTF-8, such as "windows-1252".`, Flag: "encoding",
		},
		{
			Name: "timeout", Kind: Duration, Default: "",
			Help: "The longest wait for a server; empty: by kind of wait, 15 s to a minute.", Flag: "timeout",
		},
		{
			Name: "keep_alive", Kind: Duration, Default: "45s",
			Help: "How long a connection of the screen may be idle before it shows a sign of life; 0s: never.",
		},
		{
			Name: "connections", Kind: Number, Default: "33", Low: 1, High: 33,
			Help: "The most connections to one server at a time; the parallel transfers bound them, too.",
		},
		{
			Name: "proxy", Kind: Text, Default: "", check: noPassword,
			Help: `A proxy to go through, such as "socks5://host:1080" or "http://user@host:3128".`, Flag: "proxy",
		},
		{
			Name: "active_ports", Kind: Text, Default: "", check: checkPorts,
			Help: `The ports to listen on in active mode, such as "50000-50100"; empty: any.`, Flag: "active-ports",
		},
		{
			Name: "active_host", Kind: Text, Default: "", check: checkAddress,
			Help: "The IP address to announce in active mode, behind NAT.", Flag: "active-host",
		},
	})
}

func transfers() []Setting {
	return inSection("transfers", AtOnce, []Setting{
		{
			Name: "parallel", Kind: Number, Default: "4", Low: 1, High: 32,
			Help: "How many files are moved at a time.", Flag: "jobs",
		},
		{
			Name: "limit_rate", Kind: Text, Default: "", check: checkSpeed, Flag: "limit-rate",
			Help: `The most octets a second, up and down each, such as "800K" or "5M"; empty: no limit.`,
		},
		{
			Name: "on_conflict", Kind: Choice, Default: "safe",
			Choices: []string{"safe", "skip", "overwrite", "newer", "size", "resume", "rename", "fail"},
			Help:    "What the shell does where a file exists; safe resumes what is proven to be a part of it, else it fails.",
			Flag:    "on-conflict", Counts: NextCommand,
		},
		{
			Name: "segments", Kind: Choice, Default: "off",
			Choices: []string{"off", "auto", "2", "3", "4", "6", "8"}, Flag: "segments", Counts: NextTransfer,
			Help: "Connections for one large file that is fetched; auto adds some over 64 MB if that is faster.",
		},
		{
			Name: "retries", Kind: Number, Default: "3", Low: 0, High: 1000,
			Help: "Further tries of a transfer after a failure that may pass.", Flag: "retries",
		},
		{
			Name: "verify", Kind: Choice, Default: "request", Choices: []string{"request", "always", "never"},
			Help: "When hashes of both sides are compared, where both tell them; request is when you ask for it.",
			Flag: "verify", Counts: NextTransfer,
		},
		{
			Name: "keep_mode", Kind: Switch, Default: "false",
			Help: "Files get the permissions of their sources.", Flag: "keep-mode", Counts: NextTransfer,
		},
		{
			Name: "in_place", Kind: Switch, Default: "false", Flag: "in-place", Counts: NextTransfer,
			Help: "Files on servers are written under their final names at once: quicker, and half a file if it breaks.",
		},
	})
}

// inSection fills in the section, and when changes count where a setting does not say that itself.
func inSection(section string, counts When, all []Setting) []Setting {
	for i := range all {
		all[i].Section = section
		all[i].Counts = cmp.Or(all[i].Counts, counts)
	}
	return all
}
