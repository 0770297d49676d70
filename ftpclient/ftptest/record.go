package ftptest

import (
	"slices"
	"strings"
	"sync"
)

// record keeps the command lines that arrived.
type record struct {
	mu    sync.Mutex
	lines []string
	byNo  map[int][]string
}

// note adds a line that came on control connection number conn.
func (r *record) note(conn int, line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byNo == nil {
		r.byNo = make(map[int][]string)
	}
	r.lines = append(r.lines, line)
	r.byNo[conn] = append(r.byNo[conn], line)
}

// Commands gives all command lines so far, as they came, without their line ends.
func (r *record) Commands() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.lines)
}

// CommandsOf gives the command lines of one control connection, counted from 1.
func (r *record) CommandsOf(conn int) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.byNo[conn])
}

// Count tells how many commands with this verb came, on all control connections.
func (r *record) Count(verb string) int {
	n := 0
	for _, line := range r.Commands() {
		if verbOf(line) == strings.ToUpper(verb) {
			n++
		}
	}
	return n
}

// verbOf gives the verb of a command line in capitals. Telnet bytes before it, as ABOR may have them (RFC 959
// §4.1.3), are passed over.
func verbOf(line string) string {
	line = strings.TrimLeftFunc(line, func(r rune) bool { return r > 'z' || r < 'A' })
	verb, _, _ := strings.Cut(line, " ")
	return strings.ToUpper(verb)
}
