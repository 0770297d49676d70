package foreign

import (
	"bytes"
	"encoding/hex"
	"net/url"
	"strings"

	"ferry/internal/site"
)

// winSCP reads WinSCP.ini. Only what is not WinSCP's default is in it; its default protocol is SFTP.
func winSCP(text []byte) (Import, error) {
	i := Import{Format: "WinSCP"}
	sections := readINI(text)
	master := sections.get(`Configuration\Security`)["UseMasterPassword"] == "1"
	for _, s := range sections {
		if name, is := strings.CutPrefix(s.name, `Sessions\`); is && name != "Default%20Settings" {
			i.winSCPSite(winSCPText(name), s.keys, master)
		}
	}
	return i, nil
}

func (i *Import) winSCPSite(name string, keys map[string]string, master bool) {
	folder := ""
	if at := strings.LastIndexByte(name, '/'); at >= 0 {
		folder, name = name[:at], name[at+1:]
	}
	if keys["FSProtocol"] != "5" {
		i.note("%q is left out: it does not speak FTP", name)
		return
	}
	tls := map[string]string{"1": "implicit", "2": "explicit", "3": "explicit"}[keys["Ftps"]]
	if tls == "" {
		tls = "off" // WinSCP's "no encryption" means it
	}
	found := Found{Site: site.Site{
		Name: name, Folder: folder, Host: winSCPText(keys["HostName"]), TLS: tls,
		Port: unlessUsual(number(keys["PortNumber"]), tls), User: winSCPText(keys["UserName"]),
		Account: winSCPText(keys["FtpAccount"]), Notes: winSCPText(keys["Note"]),
		LocalDir: winSCPText(keys["LocalDirectory"]), RemoteDir: winSCPText(keys["RemoteDirectory"]),
		Mode: map[string]string{"0": "active", "1": "passive"}[keys["FtpPasvMode"]],
		// WinSCP tells how much to add to the server's times; ferry, how far they are ahead.
		TimeOffset: offset(-60*number(keys["TimeDifference"]) - number(keys["TimeDifferenceMin"])),
	}}
	if found.Site.User == "anonymous" {
		found.Site.User = ""
	}
	switch scrambled := keys["Password"]; {
	case scrambled == "":
	case master:
		i.note("the password of %q is encrypted by WinSCP's master password and stays there", name)
	default:
		plain, ok := unscramble(scrambled, winSCPText(keys["UserName"])+winSCPText(keys["HostName"]))
		if !ok {
			i.note("the password of %q cannot be read", name)
		}
		found.Password = plain
	}
	i.add(found)
}

// winSCPText reads a value: what is not plain ASCII is written by %, and UTF-8 is announced by its mark.
func winSCPText(s string) string {
	plain, err := url.PathUnescape(s)
	if err != nil {
		plain = s
	}
	return strings.TrimPrefix(plain, "\xEF\xBB\xBF")
}

const (
	winSCPMagic   = 0xA3
	winSCPMarked  = 0xFF // the length follows behind a version, and the text begins with user and host
	winSCPVersion = 2    // the length takes two octets
)

// unscramble reads a password that WinSCP has hidden: octets turned around, behind a length and a number of octets
// that mean nothing. key is what the text begins with.
func unscramble(s, key string) (string, bool) {
	octets, err := hex.DecodeString(s)
	if err != nil {
		return "", false
	}
	for i := range octets {
		octets[i] = ^(octets[i] ^ winSCPMagic)
	}
	next := func() int {
		if len(octets) == 0 {
			return 0
		}
		first := octets[0]
		octets = octets[1:]
		return int(first)
	}
	length := next()
	marked := length == winSCPMarked
	if marked {
		version := next()
		length = next()
		if version == winSCPVersion {
			length = length<<8 + next()
		}
	}
	if skip := next(); skip+length <= len(octets) {
		octets = octets[skip : skip+length]
	} else {
		return "", false
	}
	if !marked {
		return string(octets), true
	}
	plain, is := strings.CutPrefix(string(octets), key)
	if !is {
		return "", false // it belongs to another account
	}
	return plain, true
}

// section is a part of an INI file.
type section struct {
	name string
	keys map[string]string
}

type sections []section

func (all sections) get(name string) map[string]string {
	for _, s := range all {
		if s.name == name {
			return s.keys
		}
	}
	return nil
}

func readINI(text []byte) sections {
	var all sections
	for line := range bytes.Lines(text) {
		s := strings.TrimSpace(string(line))
		if name, is := strings.CutPrefix(s, "["); is {
			all = append(all, section{strings.TrimSuffix(name, "]"), map[string]string{}})
			continue
		}
		if key, value, is := strings.Cut(s, "="); is && len(all) > 0 && !strings.HasPrefix(s, ";") {
			all[len(all)-1].keys[key] = value
		}
	}
	return all
}
