package listing

import (
	"bytes"

	"ferry/internal/vfs"
)

// mvsList reads the datasets of z/OS and MVS:
//
//	Volume Unit    Referred Ext Used Recfm Lrecl BlkSz Dsorg Dsname
//	WYOSPT 3420   2003/05/21  1 ????  FB      80  8053  PS  MVS.FILE1
//	Migrated                                                BSCSYS.ISPUSER
//
// Columns overflow into each other; only volume, unit and day at the start, and organisation and name at the end can
// be relied on. There are no sizes in octets. The day is that of the last reference.
type mvsList struct {
	*setting
	f      fields
	headed bool
}

func newMVS(s *setting) dialect { return &mvsList{setting: s} }

func (l *mvsList) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	switch {
	case l.f.n == 0:
		return harmless
	case string(l.f.field(0)) == "Volume" && string(l.f.field(1)) == "Unit":
		l.headed = true
		return harmless
	case l.f.n < 2 || !isDatasetName(l.f.field(l.f.n-1)) || !l.organisation(e):
		return unread
	}
	return l.name(e, l.f.field(l.f.n-1))
}

// organisation fills in type and time. Only a line with a day is taken without the heading.
func (l *mvsList) organisation(e *vfs.Entry) bool {
	dsorg := l.f.field(l.f.n - 2)
	if bytes.IndexByte(l.f.field(2), '/') > 0 || string(bytes.Trim(l.f.field(2), "*")) == "NONE" {
		e.Type = organisationType(dsorg)
		return (l.headed || isOrganisation(dsorg)) && l.f.n >= 5 && l.referred(e)
	}
	if !l.headed {
		return false
	}
	switch first := string(bytes.ToUpper(l.f.field(0))); {
	case first == "PSEUDO":
		e.Type = vfs.Dir
	case first == "MIGRATED" || first == "MIGRAT" || first == "ARCIVE":
		e.Type = vfs.File
	case string(dsorg) == "VSAM":
		e.Type = vfs.File
	default:
		e.Type = vfs.Other // "Error determining attributes", "Not Direct Access Device"
	}
	return true
}

// isOrganisation knows the organisations, with or without their suffixes: PO-E, PS-L, DAU.
func isOrganisation(b []byte) bool {
	for _, start := range []string{"PO", "PS", "DA", "IS", "VS"} {
		if bytes.HasPrefix(b, []byte(start)) {
			return true
		}
	}
	return false
}

func organisationType(dsorg []byte) vfs.Type {
	if bytes.HasPrefix(dsorg, []byte("PO")) {
		return vfs.Dir // partitioned
	}
	return vfs.File
}

// referred reads the day of the last reference, or "**NONE**".
func (l *mvsList) referred(e *vfs.Entry) bool {
	b := l.f.field(2)
	if string(bytes.Trim(b, "*")) == "NONE" {
		return true
	}
	st, ok := numericDate(b)
	return ok && l.setTime(e, st)
}

// isDatasetName knows the letters that names of datasets and members are made of.
func isDatasetName(b []byte) bool {
	for _, c := range b {
		if !(c >= 'A' && c <= 'Z') && !isDigit(c) && bytes.IndexByte([]byte("$#@.-"), c) < 0 {
			return false
		}
	}
	return len(b) > 0
}
