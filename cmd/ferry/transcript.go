package main

import (
	"fmt"
	"net/netip"
	"strings"

	"ferry/ftpclient"
)

// transcript writes the protocol's story to standard error, one event a line.
type transcript struct{ console *console }

// event is a ftpclient.Trace.
func (t *transcript) event(e ftpclient.Event) {
	head := fmt.Sprintf("%s %d ", e.At.Format("15:04:05.000"), e.Conn)
	lines := strings.Split(words(e), "\n")
	for i, line := range lines {
		lines[i] = head + line
	}
	t.console.Trace(strings.Join(lines, "\n"))
}

// words tells an event. "→" is what ferry sends, "←" what the server sends.
func words(e ftpclient.Event) string {
	switch e.Kind {
	case ftpclient.EventDialing:
		return "· dialling " + e.Text
	case ftpclient.EventControlConnected:
		return fmt.Sprintf("· control connection %s → %s", e.Local, e.Remote)
	case ftpclient.EventControlClosed:
		return "· control connection ended, " + e.Text
	case ftpclient.EventCommand:
		return "→ " + e.Text
	case ftpclient.EventReply:
		return fmt.Sprintf("← %03d %s", e.Code, strings.ReplaceAll(e.Text, "\n", "\n←     "))
	case ftpclient.EventReady:
		return "· logged in; in use: " + e.Text
	case ftpclient.EventDataConnected:
		return fmt.Sprintf("· data connection by %s %s", e.Method, dialled(e))
	case ftpclient.EventDataClosed:
		return fmt.Sprintf("· data connection ended after %d octets", e.Octets)
	}
	return "· " + e.Text
}

// dialled tells who dialled whom.
func dialled(e ftpclient.Event) string {
	from, to := e.Local, e.Remote
	if e.Method.Active() {
		from, to = to, from
	}
	return end(from) + " → " + end(to)
}

func end(a netip.AddrPort) string {
	if !a.IsValid() {
		return "?"
	}
	return a.String()
}
