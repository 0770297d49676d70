package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"ferry/ftpclient"
	"ferry/internal/vfs"
)

// way is a method over a family.
type way struct {
	method ftpclient.Method
	family family
}

// errEnough ends a listing of which no more is needed.
var errEnough = errors.New("enough")

// enough is how many entries of a long folder are read where only the data connection matters.
const enough = 2000

// data makes a data connection by each method over each family, each on a control connection of its own: some servers
// hang up when one fails.
func (e *exam) data(ctx context.Context) {
	for _, f := range e.families {
		for _, m := range []ftpclient.Method{
			ftpclient.MethodEPSV, ftpclient.MethodPASV, ftpclient.MethodEPRT, ftpclient.MethodPORT,
		} {
			title := m.String() + " over " + f.name
			switch {
			case ctx.Err() != nil:
				return
			case f == anywhere && m.Active():
				continue
			case f == ipv6 && (m == ftpclient.MethodPASV || m == ftpclient.MethodPORT):
				continue // they can name IPv4 addresses only
			}
			e.try("data", title, func() Finding { return e.connectData(ctx, way{m, f}) })
		}
	}
	e.advise()
}

// connectData lists the folder over one data connection.
func (e *exam) connectData(ctx context.Context, w way) Finding {
	cfg := w.family.over(e.Server)
	cfg.OnlyMethod, cfg.MaxConns, cfg.Memory, cfg.BelievePassive = w.method, 1, nil, false
	p := e.patient(cfg)
	defer func() { _ = p.Close() }()
	err := e.visit(ctx, p)
	facts := map[string]any{"method": w.method.String(), "family": w.family.name, "works": err == nil}
	if err != nil {
		f := failed(err)
		f.Facts, f.Means = facts, ""
		diagnose(&f, w, p)
		return f
	}
	e.works = append(e.works, w)
	f := Finding{Verdict: Good, Found: "works", Took: p.log.arranged(w.method), Facts: facts}
	facts["milliseconds"] = float64(f.Took.Microseconds()) / 1000
	if told, peer := p.log.passiveAddress(), p.log.peer().Addr(); w.method == ftpclient.MethodPASV && told.IsValid() &&
		told != peer && w.family != anywhere {
		facts["named"], facts["repaired"] = told.String(), true
		f.Verdict = Note
		f.Found = fmt.Sprintf("works, repaired: the server names %s, ferry dials its own address %s", told, peer)
		f.Means = "Programs that believe the server fail. " + whyWrong(told)
		f.Set = "Nothing on this side; the server's operator can set its public address for passive mode."
	}
	return f
}

// visit logs in and lists the folder.
func (e *exam) visit(ctx context.Context, p *patient) error {
	s, err := e.lease(ctx, p)
	if err != nil {
		return err
	}
	defer s.Release()
	return e.look(ctx, s)
}

// whyWrong says what an address in a reply to PASV gives away.
func whyWrong(told netip.Addr) string {
	switch {
	case told.IsUnspecified():
		return "The server does not know its own address."
	case told.IsPrivate(), told.IsLoopback(), told.IsLinkLocalUnicast():
		return "The server is behind NAT and tells its inner address."
	}
	return "The server has several addresses, or its data live on another host."
}

// look lists the folder until there is enough.
func (e *exam) look(ctx context.Context, s vfs.Session) error {
	seen := 0
	_, err := s.List(ctx, e.Dir, func(batch []vfs.Entry) error {
		if seen += len(batch); seen >= enough {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// diagnose says what it means that a method does not work.
func diagnose(f *Finding, w way, p *patient) {
	obstacle, met := p.log.obstacle(w.method)
	const (
		ours   = "--active-ports LO-HI for a range that is let through, --active-host IP behind NAT; else --mode passive."
		theirs = "The server's operator must open its range of passive ports; --mode active may work meanwhile."
	)
	switch {
	case !met && p.log.arranged(w.method) > 0:
		f.Means = "The data connection stood; the listing itself failed."
	case !met:
		f.Means = "It did not come to that command."
	case obstacle == ftpclient.ObstacleRefused:
		f.Means = "The server does not know this command, or does not allow it. The other methods may do."
	case obstacle == ftpclient.ObstacleOther:
		f.Means = "The server's answer cannot be used; the other methods may do."
	case obstacle == ftpclient.ObstacleHere:
		f.Means, f.Set = "The ports to listen on are taken, or may not be used.", ours
	case w.method.Active():
		f.Means = "The server could not dial this machine: a firewall or NAT on this side, or on its side, is in the way."
		f.Set = ours
	default:
		f.Means = "The server says where it listens, and a firewall, most likely on its side, keeps that port closed."
		f.Set = theirs
	}
}

// advise says which data mode to use.
func (e *exam) advise() {
	passive := slices.ContainsFunc(e.works, func(w way) bool { return !w.method.Active() })
	active := slices.ContainsFunc(e.works, func(w way) bool { return w.method.Active() })
	f := Finding{Check: "mode", Title: "Data mode", Verdict: Good}
	switch {
	case passive && active:
		f.Found = "passive and active mode work"
	case passive:
		f.Found = "passive mode works, active mode does not"
		f.Means = "Auto, the default, uses passive mode."
	case active:
		f.Verdict, f.Found = Note, "only active mode works"
		f.Means = "Auto finds that out by itself, and loses a few seconds with it the first time."
		f.Set = "--mode active (mode of the site)."
	default:
		f.Verdict, f.Found = Bad, "no data connection can be made in any way"
		f.Means = "Neither folders nor files can be read; firewalls or NAT are in the way of both modes."
		f.Set = "Ask the server's operator which passive ports are open, or try --active-ports and --active-host."
	}
	f.Facts = map[string]any{"passive": passive, "active": active}
	e.tell(f)
}
