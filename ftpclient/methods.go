package ftpclient

import (
	"errors"
	"slices"
)

// methodMemory is what a server taught about making data connections. Guarded by server.mu.
type methodMemory struct {
	worked      Method            // the last one that made a connection
	recalled    Method            // the one that did so in an earlier run
	refused     map[Method]bool   // answered by 500, 501, 502, 504 or 522
	unreachable map[Method]string // agreed to, and then no connection came to be; the reason in words
}

// currentMode is the data mode in force.
func (s *server) currentMode() Mode { return Mode(s.mode.Load()) }

// setMode changes the mode for the data connections to come, and forgets what was found unreachable: the person who
// switches wants it tried.
func (s *server) setMode(m Mode) {
	s.mode.Store(int32(m))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.methods.unreachable = nil
}

// hasWorked reports whether a data connection of that mode was the last one to be made.
func (s *server) hasWorked(mode Mode) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.methods.worked
	return m != MethodNone && (mode == ModeAuto || (mode == ModePassive) == (m == MethodEPSV || m == MethodPASV))
}

// methodsToTry gives the methods that the mode allows, those that worked first, the ones that failed last.
func (s *server) methodsToTry(mode Mode, ipv6 bool) []Method {
	if s.cfg.OnlyMethod != MethodNone {
		return []Method{s.cfg.OnlyMethod}
	}
	var all []Method
	if mode != ModeActive {
		all = append(all, MethodPASV)
		if !s.cfg.BelievePassive || ipv6 {
			all = []Method{MethodEPSV, MethodPASV}
		}
	}
	if mode != ModePassive && s.cfg.Proxy == nil {
		all = append(all, MethodEPRT, MethodPORT)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(all) == 0 {
		return nil // active mode behind a proxy
	}
	usable := slices.DeleteFunc(slices.Clone(all), func(m Method) bool {
		return s.methods.refused[m] || ipv6 && (m == MethodPASV || m == MethodPORT)
	})
	if len(usable) == 0 {
		return all[:1] // all were refused: ask once more rather than give up for ever
	}
	rank := func(m Method) int {
		_, failed := s.methods.unreachable[m]
		switch {
		case failed:
			return 2
		case m == s.methods.worked:
			return 0
		}
		return 1
	}
	slices.SortStableFunc(usable, func(a, b Method) int { return rank(a) - rank(b) })
	return usable
}

// failed remembers why a method did not work.
func (s *server) failed(m Method, err error) {
	var reply *ReplyError
	refused := errors.As(err, &reply) && !reply.Transient()
	s.learn(func() {
		switch {
		case refused:
			s.methods.refuse(m)
		case s.methods.unreachable == nil:
			s.methods.unreachable = map[Method]string{m: err.Error()}
		default:
			s.methods.unreachable[m] = err.Error()
		}
	})
}

func (mm *methodMemory) refuse(m Method) {
	if mm.refused == nil {
		mm.refused = map[Method]bool{}
	}
	mm.refused[m] = true
}

func (s *server) worked(m Method) {
	s.learn(func() {
		s.methods.worked = m
		delete(s.methods.unreachable, m)
		delete(s.methods.refused, m)
	})
}
