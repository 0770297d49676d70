package wire

import (
	"net/netip"
	"slices"
	"strconv"

	"ferry/ftpclient"
	"ferry/internal/termtext"
	"ferry/tui/theme"
)

// trouble is what is known of data connections that did not come to be, since the last one that did as usual.
type trouble struct {
	failed []failure
	way    ftpclient.Method // that worked after them; MethodNone while none did
}

// failure is one method that was tried in vain.
type failure struct {
	method   ftpclient.Method
	mode     ftpclient.Mode // that was in force
	obstacle ftpclient.Obstacle
	code     int
	local    netip.AddrPort
	remote   netip.AddrPort
	told     netip.Addr
	text     string     // safe to draw
	ours     netip.Addr // both ends of the control connection
	theirs   netip.Addr
}

// fail takes in a failure beside a control connection. A method has its latest one only; after one that worked a new
// story begins.
func (t *trouble) fail(e ftpclient.Event, beside *control) {
	if t.way != ftpclient.MethodNone {
		t.forget()
	}
	t.failed = slices.DeleteFunc(t.failed, func(f failure) bool { return f.method == e.Method })
	t.failed = append(t.failed, failure{
		e.Method, e.Mode, e.Obstacle, e.Code, e.Local, e.Remote, e.Told, termtext.Display(e.Text),
		beside.local.Addr(), beside.remote.Addr(),
	})
}

// recover hears that a method worked. Where it had failed before, all is well again.
func (t *trouble) recover(by ftpclient.Method) {
	if slices.ContainsFunc(t.failed, func(f failure) bool { return f.method == by }) {
		t.forget()
	}
	if len(t.failed) > 0 {
		t.way = by
	}
}

func (t *trouble) forget() { t.failed, t.way = nil, ftpclient.MethodNone }

// sentence is a part of the story, safe to draw.
type sentence struct {
	role  theme.Role
	text  string
	drawn bool // a line of the drawing says it too
}

// drawn reports whether it is known between which ends the connection failed.
func (f *failure) drawn() bool { return f.local.IsValid() || f.remote.IsValid() }

// story tells in plain words what was tried, what that means, and what to do about it: key is the one that switches
// the mode. It is empty where all is well.
func (t *trouble) story(key string) []sentence {
	if len(t.failed) == 0 {
		return nil
	}
	var told []sentence
	telling := 0 // of one direction, the failure that says most about the network
	for i, f := range t.failed {
		told = append(told, sentence{theme.Bad, f.what(), f.drawn()})
		if f.obstacle != ftpclient.ObstacleRefused || t.failed[telling].obstacle == ftpclient.ObstacleRefused {
			telling = i
		}
		if last := i == len(t.failed)-1; last || t.failed[i+1].method.Active() != f.method.Active() {
			told = append(told, sentence{role: theme.Text, text: t.failed[telling].means(t.way)})
			telling = i + 1
		}
	}
	role := theme.Warn
	if t.way != ftpclient.MethodNone {
		role = theme.Good
	}
	return append(told, sentence{role: role, text: t.todo(key)})
}

// what tells what was tried.
func (f *failure) what() string {
	m := f.method.String()
	switch f.obstacle {
	case ftpclient.ObstacleRefused:
		return m + ": the server refused with " + strconv.Itoa(f.code) + "."
	case ftpclient.ObstacleSilence:
		if f.method.Active() {
			return m + ": we waited at " + address(f.local) + ", and the server never dialled."
		}
		return m + ": we dialled " + address(f.remote) + ", and nobody answered."
	case ftpclient.ObstacleClosed:
		return m + ": we dialled " + address(f.remote) + ", and that port is closed."
	case ftpclient.ObstacleHere:
		return m + ": no port could be opened on this machine."
	}
	return f.text + "."
}

// short tells the same in a few words.
func (f *failure) short() string {
	switch {
	case f.obstacle == ftpclient.ObstacleRefused:
		return "refused with " + strconv.Itoa(f.code)
	case f.obstacle == ftpclient.ObstacleSilence && f.method.Active():
		return "the server never dialled"
	case f.obstacle == ftpclient.ObstacleSilence:
		return "nobody answers"
	case f.obstacle == ftpclient.ObstacleClosed:
		return "the port is closed"
	}
	return "failed"
}

func address(a netip.AddrPort) string {
	if !a.IsValid() {
		return "the port it named"
	}
	return a.String()
}

// means tells what a failure says about the network, where way worked after it.
func (f *failure) means(way ftpclient.Method) string {
	switch {
	case f.behindNAT():
		return "You are behind a NAT: " + f.announced().String() + " is a private address, which the server cannot dial."
	case f.obstacle == ftpclient.ObstacleRefused:
		return "The server does not offer this way, or not to you."
	case f.obstacle == ftpclient.ObstacleHere:
		return "All ports that the settings allow for active mode are taken or forbidden here."
	case f.obstacle != ftpclient.ObstacleOther && way != ftpclient.MethodNone && way.Active() == f.method.Active():
		return "A NAT or a firewall on the way knows " + way.String() + ", it seems, and not " + f.method.String() + "."
	case f.method.Active():
		return "A firewall on your side, or on the way, keeps the server from dialling you."
	case private(f.told) && f.told != f.theirs:
		return "The server named " + f.told.String() + ", a private address: it stands behind a NAT that does not " +
			"forward port " + strconv.Itoa(int(f.remote.Port())) + "."
	case f.obstacle == ftpclient.ObstacleSilence:
		return "A firewall, on the server's side as a rule, keeps its passive ports shut."
	case f.obstacle == ftpclient.ObstacleClosed:
		return "The server listens elsewhere: behind a NAT, or a firewall, that forwards its control port only."
	}
	return "What the server said cannot be used for a data connection."
}

// announced gives the address at which the server was to dial us.
func (f *failure) announced() netip.Addr {
	if f.local.IsValid() {
		return f.local.Addr()
	}
	return f.ours
}

// behindNAT reports whether the server was to dial an address that is none from where it stands.
func (f *failure) behindNAT() bool {
	return f.method.Active() && f.obstacle != ftpclient.ObstacleHere && private(f.announced()) &&
		!private(f.theirs) && !f.theirs.IsLoopback()
}

// shared is what providers give out behind a NAT of their own (RFC 6598).
var shared = netip.MustParsePrefix("100.64.0.0/10")

// private reports whether an address means something in a local network only.
func private(a netip.Addr) bool {
	return a.IsValid() && (a.IsPrivate() || a.IsLinkLocalUnicast() || shared.Contains(a))
}

// oneWay reports whether all that failed is of one direction.
func (t *trouble) oneWay() bool {
	return !slices.ContainsFunc(t.failed, func(f failure) bool { return f.method.Active() != t.failed[0].method.Active() })
}

// todo tells how it goes on.
func (t *trouble) todo(key string) string {
	last := t.failed[len(t.failed)-1]
	passive, active := "passive", "active"
	failed, other := passive, active
	if last.method.Active() {
		failed, other = active, passive
	}
	switch {
	case t.way != ftpclient.MethodNone && t.way.Active() != last.method.Active():
		return "Ferry went on in " + other + " mode (" + t.way.String() + "), which works, and tries it first from now on."
	case t.way != ftpclient.MethodNone:
		return "Ferry went on with " + t.way.String() + ", which works, and tries it first from now on."
	case last.mode == ftpclient.ModePassive:
		return "Press " + key + " for active mode: the server then dials you."
	case last.mode == ftpclient.ModeActive:
		return "Press " + key + " for auto: you dial the server then, as in passive mode."
	case t.oneWay():
		return "In auto mode " + other + " mode is next, unless the server has refused it before. " + key +
			" chooses one for good."
	}
	return "In auto mode both ways are tried; " + failed + " was the last. " + key + " chooses one for good."
}
