package ftpclient

import (
	"context"
	"errors"
	"net/netip"
	"syscall"
)

// Obstacle is what kept a data connection from coming to be.
type Obstacle uint8

// The obstacles.
const (
	// ObstacleOther: none of the others; the reply made no sense, for example.
	ObstacleOther Obstacle = iota
	// ObstacleRefused: the server refused the command that was to arrange it, or to dial (425).
	ObstacleRefused
	// ObstacleSilence: nobody answered where we dialled, or nobody dialled where we waited.
	ObstacleSilence
	// ObstacleClosed: the port that we dialled was closed.
	ObstacleClosed
	// ObstacleHere: no port could be opened on this machine.
	ObstacleHere
)

// dialObstacle sorts an error of dialling.
func dialObstacle(err error) Obstacle {
	switch {
	case errors.Is(err, context.DeadlineExceeded) || isTimeout(err):
		return ObstacleSilence
	case errors.Is(err, syscall.ECONNREFUSED):
		return ObstacleClosed
	}
	return ObstacleOther
}

// dialled gives the address of a passive port that was dialled; the zero one behind a proxy, which knows it alone.
func (c *Conn) dialled(host string, port uint16) netip.AddrPort {
	addr, err := netip.ParseAddr(host)
	if err != nil || c.cfg.Proxy != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(addr, port)
}

// traceFailed tells that a method made no data connection.
func (c *Conn) traceFailed(m Method, mode Mode, err error) {
	e := Event{Kind: EventDataFailed, Method: m, Mode: mode, Text: methodWords(m, err)}
	var refused methodRefusedError
	var unreachable *unreachableError
	switch {
	case errors.As(err, &refused):
		e.Obstacle, e.Code = ObstacleRefused, refused.Code
	case errors.As(err, &unreachable):
		e.Obstacle, e.Told = unreachable.obstacle, unreachable.told
		e.Remote, e.Local = unreachable.dialled, unreachable.awaited
	}
	c.trace(e)
}

// MethodChoice tells how the method of data connections came to be chosen.
type MethodChoice struct {
	Method   Method               // of the latest data connection, or the one that is tried first; MethodNone at first
	Recalled bool                 // it had worked in an earlier run
	Failed   [MethodPORT + 1]bool // the methods that were refused, or tried in vain
}

// choice tells how the method was chosen.
func (s *server) choice() MethodChoice {
	s.mu.Lock()
	defer s.mu.Unlock()
	chosen := MethodChoice{
		Method:   s.methods.worked,
		Recalled: s.methods.worked != MethodNone && s.methods.worked == s.methods.recalled,
	}
	for m := range chosen.Failed {
		_, unreachable := s.methods.unreachable[Method(m)]
		chosen.Failed[m] = unreachable || s.methods.refused[Method(m)]
	}
	return chosen
}
