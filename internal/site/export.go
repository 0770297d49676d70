package site

import (
	"bytes"
	"slices"
	"strconv"

	"ferry/internal/tomltext"
)

// plainPassword is a key that only files for export have, where passwords were asked for in so many words.
const plainPassword = "plain_password"

// WriteExport writes sites as TOML for another machine or person. passwords are by the names of sites; nil: none.
func WriteExport(all List, passwords map[string]string) ([]byte, error) {
	text := []byte("# Sites of ferry; ferry site import reads this.\n")
	if len(passwords) > 0 {
		text = []byte("# Sites of ferry, with their passwords: keep this file to yourself, and delete it after use.\n")
	}
	for _, s := range all {
		var err error
		if text, err = parse(text).add(s); err != nil {
			return nil, err
		}
		if p, has := passwords[s.Name]; has {
			text = append(text, plainPassword+" = "+strconv.Quote(p)+"\n"...)
		}
	}
	return text, nil
}

// ReadExport reads what WriteExport wrote, and any file of sites.
func ReadExport(text []byte) (List, map[string]string, []Problem) {
	passwords := map[string]string{}
	d := parse(text)
	for i := range d.Tables {
		t := &d.Tables[i]
		at := slices.IndexFunc(t.Pairs, func(p tomltext.Pair) bool { return slices.Equal(p.Key, []string{plainPassword}) })
		if at < 0 || len(t.Path) != 2 {
			continue
		}
		p := t.Pairs[at]
		t.Pairs = slices.Delete(t.Pairs, at, at+1)
		value := bytes.Trim(d.Text[p.Value:p.End], "'")
		if plain, err := strconv.Unquote(string(d.Text[p.Value:p.End])); err == nil {
			value = []byte(plain)
		}
		passwords[t.Path[1]] = string(value)
	}
	all, problems := d.sites()
	return all, passwords, problems
}
