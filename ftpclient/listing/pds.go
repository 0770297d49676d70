package listing

import (
	"strconv"

	"ferry/internal/vfs"
)

// pdsList reads the members of a partitioned dataset of z/OS: with the statistics of ISPF, whose Size counts records,
// or of a load library, whose Size is octets in hexadecimal.
//
//	Name     VV.MM   Created       Changed      Size  Init   Mod   Id
//	TBSHELF1  01.03 2002/09/12 2002/10/11 09:37    11    11     0 KIL001
//
//	Name      Size     TTR   Alias-of AC --------- Attributes --------- Amode Rmode
//	EAGKCPT   000058   000009          00 FO             RN RU            31    ANY
type pdsList struct {
	*setting
	f            fields
	headed, load bool
}

func newPDS(s *setting) dialect { return &pdsList{setting: s} }

func (l *pdsList) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	switch second := string(l.f.field(1)); {
	case l.f.n == 0:
		return harmless
	case string(l.f.field(0)) == "Name" && (second == "VV.MM" || second == "Size"):
		l.headed, l.load = true, second == "Size"
		return harmless
	case l.f.n == 1:
		if !l.headed || !isDatasetName(l.f.field(0)) {
			return unread
		}
	case l.load:
		if !l.module(e) {
			return unread
		}
	case !l.statistics(e):
		return unread
	}
	e.Type = vfs.File
	return l.name(e, l.f.field(0))
}

// statistics reads version, day of creation, and day and time of the last change. Years come first, also short ones.
func (l *pdsList) statistics(e *vfs.Entry) bool {
	if v := l.f.field(1); len(v) != 5 || v[2] != '.' || l.f.n < 5 {
		return false
	}
	st, ok := l.f.timeAt(3, yearFirstDate)
	return ok && l.setTime(e, st)
}

// module reads the size of a load module, and makes sure by the address (TTR) after it.
func (l *pdsList) module(e *vfs.Entry) bool {
	size, err := strconv.ParseInt(string(l.f.field(1)), 16, 63)
	if _, ttr := strconv.ParseInt(string(l.f.field(2)), 16, 63); err != nil || ttr != nil || size < 0 {
		return false
	}
	e.Size = size
	return true
}
