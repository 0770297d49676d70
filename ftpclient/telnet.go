package ftpclient

import (
	"errors"
	"net"
	"strings"
	"time"
)

// The bytes of the telnet protocol, which control connections speak by the letter of RFC 959 §3: interpret as command,
// interrupt process, data mark (RFC 854).
const (
	telnetIAC = "\xff"
	telnetIP  = "\xf4"
	telnetDM  = "\xf2"
)

// escapeIAC doubles the byte 0xFF, which else would begin a telnet command (RFC 854). It never occurs in UTF-8.
func (c *Conn) escapeIAC(arg string) string {
	if !strings.Contains(arg, telnetIAC) || c.singleIAC || c.server.takesSingleIAC() {
		return arg
	}
	return strings.ReplaceAll(arg, telnetIAC, telnetIAC+telnetIAC)
}

// despiteIAC repeats work that was refused for a name with the byte 0xFF without doubling it: many servers know nothing
// of telnet, and look for a file with two such bytes. Where that helps it is remembered.
func (c *Conn) despiteIAC(arg string, work func() error) error {
	err := work()
	if c.singleIAC || !strings.Contains(arg, telnetIAC) || c.server.takesSingleIAC() || !c.Usable() || !blamesName(err) {
		return err
	}
	c.singleIAC = true
	defer func() { c.singleIAC = false }()
	again := work()
	if blamesName(again) {
		return err
	}
	if again == nil {
		c.server.learn(func() { c.server.singleIAC = true })
		c.note("the server wants the byte FF in names single; it is not doubled any more")
	}
	return again
}

// blamesName reports a refusal as it is given for a file that is not there.
func blamesName(err error) bool {
	var refused *ReplyError
	return errors.As(err, &refused) && (refused.Code == ReplyFileUnavailable || refused.Code == ReplyBadParameter ||
		refused.Code == ReplyNameNotAllowed || refused.Code == replyFileBusy)
}

func (s *server) takesSingleIAC() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.singleIAC
}

// interrupt sends the telnet signals IP and Synch (RFC 959 §4.1.3), where the configuration asks for it: a server that
// does not read commands during a transfer is woken by the urgent data. What follows is the command.
func (c *Conn) interrupt() {
	if !c.cfg.TelnetAbort {
		return
	}
	c.note("telnet IP and Synch are sent before ABOR, as the site's settings want it")
	_ = c.nc.SetWriteDeadline(time.Now().Add(c.cfg.Timeouts.Abort))
	signal := []byte(telnetIAC + telnetIP + telnetIAC)
	if tcp, ok := c.nc.(*net.TCPConn); !ok || sendUrgent(tcp, signal) != nil {
		_, _ = c.nc.Write(signal) // what is wrong with it the next write will tell
	}
	_, _ = c.nc.Write([]byte(telnetDM))
}
