package ftpclient

import (
	"fmt"
	"strings"
)

// Mode says which side opens data connections (RFC 959 §3.3).
type Mode int32

// The modes of a client. In ModeAuto it opens them itself (passive) and lets the server do so (active) when that
// fails, and remembers what worked.
const (
	ModeAuto Mode = iota
	ModePassive
	ModeActive
)

// String gives "auto", "passive" or "active".
func (m Mode) String() string { return [...]string{"auto", "passive", "active"}[m] }

// ParseMode reads what String writes, in any case.
func ParseMode(s string) (Mode, error) {
	for _, m := range []Mode{ModeAuto, ModePassive, ModeActive} {
		if strings.EqualFold(s, m.String()) {
			return m, nil
		}
	}
	return ModeAuto, fmt.Errorf("the data mode %q is none of auto, passive, active", s)
}

// Method is the command by which a data connection is arranged.
type Method uint8

// The methods: extended passive (RFC 2428 §3), passive (RFC 959 §4.1.2), extended active port (RFC 2428 §2) and
// port (RFC 959 §4.1.2).
const (
	MethodNone Method = iota
	MethodEPSV
	MethodPASV
	MethodEPRT
	MethodPORT
)

// String gives the command's verb.
func (m Method) String() string { return [...]string{"", "EPSV", "PASV", "EPRT", "PORT"}[m] }

// Active reports whether the server dials.
func (m Method) Active() bool { return m == MethodEPRT || m == MethodPORT }

// MarshalText gives the command's verb, as files keep it.
func (m Method) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText wrote; anything else is MethodNone, for what a file forgot can be learned anew.
func (m *Method) UnmarshalText(text []byte) error {
	*m = MethodNone
	for _, known := range []Method{MethodEPSV, MethodPASV, MethodEPRT, MethodPORT} {
		if string(text) == known.String() {
			*m = known
		}
	}
	return nil
}
