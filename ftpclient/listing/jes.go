package listing

import (
	"bytes"

	"ferry/internal/vfs"
)

// jesList reads the jobs that z/OS lists with SITE FILETYPE=JES, of both interface levels:
//
//	ALFREDCA  JOB03192  OUTPUT    3 Spool Files
//
//	JOBNAME  JOBID    OWNER    STATUS CLASS
//	IBMUSER2 JOB01906 IBMUSER  OUTPUT A        RC=0000 3 spool files
//
// A job is fetched by its id, once it is in OUTPUT.
type jesList struct {
	*setting
	f fields
}

func newJES(s *setting) dialect { return &jesList{setting: s} }

func (l *jesList) read(line []byte, e *vfs.Entry) verdict {
	l.f.split(line)
	if l.f.n == 0 || string(l.f.field(0)) == "JOBNAME" && string(l.f.field(1)) == "JOBID" {
		return harmless
	}
	if l.f.n < 3 || !isJobID(l.f.field(1)) {
		return unread
	}
	status := l.f.field(2)
	if !isJobStatus(status) {
		if status = l.f.field(3); !isJobStatus(status) {
			return unread
		}
		if owner := l.f.field(2); len(bytes.Trim(owner, "+")) > 0 {
			e.Owner = l.word(owner)
		}
	}
	if string(status) == "OUTPUT" {
		e.Type = vfs.File
	}
	return l.name(e, l.f.field(1))
}

// isJobID knows "JOB03192", "TSU01830", "STC00968", "J0012345".
func isJobID(b []byte) bool {
	if len(b) != 8 || bytes.IndexByte([]byte("JTS"), b[0]) < 0 {
		return false
	}
	return allDigits(b[3:]) && (allDigits(b[1:3]) || isLetter(b[1]) && isLetter(b[2]))
}

func isJobStatus(b []byte) bool {
	switch string(b) {
	case "INPUT", "ACTIVE", "OUTPUT", "HELD":
		return true
	}
	return false
}
