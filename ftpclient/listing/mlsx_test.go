package listing

import (
	"strings"
	"testing"
	"time"

	"ferry/internal/vfs"
)

func TestParseTimeVal(t *testing.T) {
	for text, want := range map[string]time.Time{
		"20240229235959":       time.Date(2024, 2, 29, 23, 59, 59, 0, time.UTC),
		"20190105000000.014":   time.Date(2019, 1, 5, 0, 0, 0, 14_000_000, time.UTC),
		"191020105123456":      time.Date(2002, 1, 5, 12, 34, 56, 0, time.UTC),
		"191200229000000":      time.Date(2020, 2, 29, 0, 0, 0, 0, time.UTC),
		"19681105165215":       time.Date(1968, 11, 5, 16, 52, 15, 0, time.UTC),
		"99991231235959":       time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		"20161231235960":       time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC),
		"20190105000000.12345": time.Date(2019, 1, 5, 0, 0, 0, 123_450_000, time.UTC),
	} {
		if got, err := ParseTimeVal(text); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v (%v), want %v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "2013", "20181305163248", "20180230163248", "20180101243248", "20180101 63248", "201801011632489999",
		"20180101163248.", "20180101163248x", "00000101000000", "Jan 5 2019", "191020230000000",
	} {
		if got, err := ParseTimeVal(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func TestParseFact(t *testing.T) {
	for line, want := range map[string]vfs.Entry{
		" type=file;size=3;UNIX.mode=0644; /pub/a b": {Name: "a b", Type: vfs.File, Size: 3, Mode: 0o644, ModeKnown: true},
		"type=dir; /pub/sub/\r":                      {Name: "sub", Type: vfs.Dir, Size: vfs.SizeUnknown},
		" Type=cdir;Perm=el; /":                      {Type: vfs.Dir, Size: vfs.SizeUnknown},
		" type=dir; ..":                              {Type: vfs.Dir, Size: vfs.SizeUnknown},
		"type=OS.unix=slink:/a b;size=3; /l":         {Name: "l", Type: vfs.Link, Size: vfs.SizeUnknown, Target: "/a b"},
		"size=9; x":                                  {Name: "x", Size: vfs.SizeUnknown},
	} {
		if got, err := ParseFact(line); err != nil || got != want {
			t.Errorf("%q: %+v (%v), want %+v", line, got, err, want)
		}
	}
	for _, line := range []string{"", " ", "x", " /pub/x", "type=file;", "type=file;size=3; a\x00b", "550 no such file"} {
		if got, err := ParseFact(line); err == nil {
			t.Errorf("%q was read as %+v", line, got)
		}
	}
}

func TestMLSDNames(t *testing.T) {
	for line, want := range map[string]string{
		"type=dir; sub/":         "sub",
		"type=file; /pub/x":      "x",
		"type=file; /pub/.":      "",
		"type=file; sub/":        "",
		"type=dir; /":            "",
		"type=file;size=1;":      "",
		"type=file;size=1; ":     "",
		"type=file; a -> b":      "a -> b",
		"type=OS.unix=slink:; l": "l",
	} {
		got, _ := collect(t, ParseMLSD, strings.NewReader(line+"\r\n"), Options{Dir: "/pub"})
		if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || got[0].Name != want) {
			t.Errorf("%q: %+v, want %q", line, got, want)
		}
	}
}
