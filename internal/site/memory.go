package site

import (
	"context"
	"encoding/json"
	"maps"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"ferry/ftpclient"
	"ferry/internal/xdg"
)

// Memory keeps what servers have taught in a file, for all processes (ftpclient.Memory). What cannot be written is kept
// for this process, since nothing depends on it. It is safe for concurrent use.
type Memory struct {
	path string

	mu    sync.Mutex
	known map[string]ftpclient.Learned // of this process, in front of the file's
}

// NewMemory gives the memory whose file is in dir, the folder of state.
func NewMemory(dir string) *Memory {
	m := &Memory{known: map[string]ftpclient.Learned{}}
	if dir != "" {
		m.path = filepath.Join(dir, "learned.json")
	}
	return m
}

var _ ftpclient.Memory = (*Memory)(nil)

// Recall gives what is known under a key.
func (m *Memory) Recall(key string) ftpclient.Learned {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l, known := m.read()[key]; known {
		return l
	}
	return m.known[key]
}

// Remember writes what is known under a key.
func (m *Memory) Remember(key string, l ftpclient.Learned) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known[key] = l
	_ = m.change(func(all map[string]ftpclient.Learned) { all[key] = l }) // it is known in this process anyway
}

// read gives all that is in the file; one that cannot be read has nothing to say.
func (m *Memory) read() map[string]ftpclient.Learned {
	text, _ := xdg.Read(m.path)
	return learnedFrom(text)
}

func learnedFrom(text []byte) map[string]ftpclient.Learned {
	all := map[string]ftpclient.Learned{}
	if json.Unmarshal(text, &all) != nil || all == nil {
		return map[string]ftpclient.Learned{} // what it forgot can be learned anew
	}
	return all
}

func (m *Memory) change(change func(map[string]ftpclient.Learned)) error {
	return xdg.Update(context.Background(), m.path, func(old []byte) ([]byte, error) {
		all := learnedFrom(old)
		change(all)
		return json.MarshalIndent(all, "", "  ")
	})
}

// Server names an account on a server, as far as what was learned is concerned.
type Server struct {
	Host string
	Port int // 0: the usual one
	User string
}

// Of gives the server of a site.
func (s Site) Of() Server { return Server{s.Host, s.port(), s.User} }

func (s Site) port() int {
	switch {
	case s.Port != 0:
		return s.Port
	case s.TLS == ftpclient.SecurityImplicit.String():
		return 990
	}
	return 21
}

// urls gives the two addresses under which ftpclient keeps facts: of the server, and of the account.
func (s Server) urls() (server, account string) {
	hostport := net.JoinHostPort(strings.ToLower(s.Host), strconv.Itoa(s.Port))
	u := url.URL{Scheme: "ftp", Host: strings.TrimSuffix(hostport, ":21")}
	server = u.String()
	if s.User != "" && s.User != "anonymous" {
		u.User = url.User(s.User)
	}
	return server, u.String()
}

// about reports whether a key is about a server or the account on it.
func (s Server) about(key string) bool {
	server, account := s.urls()
	of, rest, more := strings.Cut(key, " ")
	return key == server || of == account && (more && (strings.HasPrefix(rest, "tls") || strings.HasPrefix(rest, "plain")))
}

// Forget takes away all that was learned about a server and an account on it, TLS included.
func (m *Memory) Forget(s Server) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.known, func(key string, _ ftpclient.Learned) bool { return s.about(key) })
	return m.change(func(all map[string]ftpclient.Learned) {
		maps.DeleteFunc(all, func(key string, _ ftpclient.Learned) bool { return s.about(key) })
	})
}

// Words tells what was learned about a server, a line for each fact.
func (m *Memory) Words(s Server) []string {
	m.mu.Lock()
	all := m.read()
	for key, l := range m.known {
		if _, written := all[key]; !written {
			all[key] = l
		}
	}
	m.mu.Unlock()
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if !s.about(key) {
			continue
		}
		_, from, _ := strings.Cut(key, " from ")
		for _, fact := range words(all[key], from) {
			if !slices.Contains(lines, fact) {
				lines = append(lines, fact)
			}
		}
	}
	return lines
}

// words tells facts; network is where they hold, "" for everywhere.
func words(l ftpclient.Learned, network string) []string {
	var facts []string
	since := ""
	if !l.At.IsZero() {
		since = " since " + l.At.Local().Format("2 Jan")
	}
	if l.TLS {
		facts = append(facts, "speaks TLS; it is never spoken to in the clear unless you say so")
	}
	if l.InClear && !l.TLS {
		facts = append(facts, "had no TLS, and you let user name and password go to it in the clear")
	}
	if network != "" {
		facts = append(facts, methodWords(l, " from "+network, since)...)
	}
	if l.OldTLS {
		facts = append(facts, "TLS 1.2 is used"+since+": data connections could not resume sessions of TLS 1.3")
	}
	if l.MaxConns > 0 {
		facts = append(facts, "allows "+count(l.MaxConns, "connection"))
	}
	if l.Clock != nil && *l.Clock != 0 {
		facts = append(facts, "LIST times are "+clockWords(*l.Clock))
	}
	if len(l.Absent) > 0 {
		facts = append(facts, "has no "+strings.Join(l.Absent, ", ")+" (asked"+since+")")
	}
	if l.IgnoresCase != nil && *l.IgnoresCase {
		facts = append(facts, "ignores the case of names: a.txt and A.TXT are one file")
	}
	if l.ListAll != nil && !*l.ListAll {
		facts = append(facts, "LIST -a is not honoured: names that begin with a dot may stay hidden")
	}
	return facts
}

func methodWords(l ftpclient.Learned, from, since string) []string {
	var facts []string
	if l.Method != ftpclient.MethodNone {
		way := "passive data connections work"
		if l.Method.Active() {
			way = "passive data connections did not come through, active is used"
		}
		facts = append(facts, way+" ("+l.Method.String()+")"+from+since)
	}
	if len(l.Refused) > 0 {
		var verbs []string
		for _, m := range l.Refused {
			verbs = append(verbs, m.String())
		}
		facts = append(facts, "refused "+strings.Join(verbs, " and ")+from)
	}
	return facts
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return itoa(n) + " " + thing + "s"
}

// clockWords tells minutes ahead of UTC.
func clockWords(minutes int) string {
	d := (time.Duration(minutes) * time.Minute).Abs()
	amount := itoa(int(d/time.Hour)) + " h"
	if rest := d % time.Hour; rest != 0 {
		amount += " " + itoa(int(rest/time.Minute)) + " min"
	}
	if minutes < 0 {
		return amount + " behind UTC"
	}
	return amount + " ahead of UTC"
}
