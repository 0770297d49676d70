package queue

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"ferry/internal/vfs"
)

// planner walks one folder: it makes the target folder or looks into it, and turns what the source's listing tells
// into items and further folders, batch by batch, so that transfers start before the listing ends. What a listing
// told is never asked again.
type planner struct {
	ctx      context.Context
	src, dst vfs.Session
	at       *folder
	req      *Request
	there    names[vfs.Entry] // what the target folder holds; empty if it is new
	ready    bool             // the target folder exists and there is known
	links    []link           // to be followed when the listing is over
	items    []*item
	folders  []*folder
	emit     func([]*item, []*folder)
}

// walk returns why the folder could not be walked to its end; what was found until then is emitted all the same.
func (p *planner) walk() error {
	p.at.walks++
	if p.at.depth > vfs.MaxDepth {
		return &vfs.Failure{
			Step: "copy " + p.at.from, Kind: vfs.ErrRefused,
			Said: fmt.Sprintf("it lies more than %d folders deep; perhaps a folder holds itself", vfs.MaxDepth),
		}
	}
	if p.at.sources != nil {
		return p.given()
	}
	return p.listed()
}

// given plans the request's own sources.
func (p *planner) given() error {
	if err := p.prepare(p.prepareRoot); err != nil {
		return err
	}
	for _, s := range p.at.sources {
		if err := p.plan(s.Entry, s.As); err != nil {
			return err
		}
	}
	return p.followLinks()
}

// listed plans what a listing tells. The target is made when the listing begins to come, not before: of a folder
// that cannot be read no empty one is left.
func (p *planner) listed() error {
	report, err := p.src.List(p.ctx, p.at.from, func(entries []vfs.Entry) error {
		if err := p.prepare(p.prepareBelow); err != nil {
			return err
		}
		defer p.flush()
		for _, e := range entries {
			if err := p.plan(e, ""); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := p.prepare(p.prepareBelow); err != nil { // it is empty
		return err
	}
	if err := p.followLinks(); err != nil {
		return err
	}
	return p.whole(report)
}

// whole tells whether the listing of the source named all that is there.
func (p *planner) whole(report vfs.ListReport) error {
	said := report.Note
	if report.Unread > 0 {
		said = fmt.Sprintf("%d lines of its listing could not be read", report.Unread)
	}
	if said == "" {
		return nil
	}
	return &vfs.Failure{Step: "copy all of " + p.at.from, Kind: vfs.ErrIncomplete, Said: said}
}

func (p *planner) flush() {
	if len(p.items)+len(p.folders) > 0 {
		p.emit(p.items, p.folders)
		p.items, p.folders = nil, nil
	}
}

func (p *planner) prepare(how func() error) error {
	if p.ready {
		return nil
	}
	err := how()
	p.ready = err == nil
	return err
}

// prepareRoot looks into the target folder of the request, which mostly exists, else makes it.
func (p *planner) prepareRoot() error {
	err := p.look()
	if errors.Is(err, fs.ErrNotExist) {
		p.there = names[vfs.Entry]{}
		return p.dst.Mkdir(p.ctx, p.at.to)
	}
	return err
}

// prepareBelow makes a folder of the tree, which mostly is new, else looks into it.
func (p *planner) prepareBelow() error {
	if p.at.exists {
		return p.look()
	}
	refused := p.dst.Mkdir(p.ctx, p.at.to)
	switch {
	case refused == nil:
		return nil
	case vfs.Temporary(refused) || p.ctx.Err() != nil:
		return refused
	}
	// Whatever the server says, it may exist: from an earlier try, or under a name of other case.
	if e, err := p.dst.Stat(p.ctx, p.at.to); err == nil && !e.IsDir() {
		return p.inTheWay(p.at.to, e)
	}
	if err := p.look(); err != nil {
		if errors.Is(refused, fs.ErrExist) {
			return err
		}
		return refused
	}
	return nil
}

// look reads what the target folder holds.
func (p *planner) look() error {
	p.there = names[vfs.Entry]{}
	_, err := p.dst.List(p.ctx, p.at.to, func(entries []vfs.Entry) error {
		for _, e := range entries {
			p.there.put(e.Name, e)
		}
		return nil
	})
	return err
}

// inTheWay tells that a folder cannot be made; a link is never followed, wherever it leads.
func (*planner) inTheWay(path string, e vfs.Entry) error {
	return &vfs.Failure{
		Step: "make the folder " + path, Said: "a " + kindOf(e.Type) + " of that name is there", Kind: fs.ErrExist,
		Hint: "Rename or remove it, and try again.",
	}
}

// plan decides about one entry of the source. Its error is that the request became too large.
func (p *planner) plan(e vfs.Entry, as string) error {
	if e.Type != vfs.Link && !p.passes(e) {
		return nil
	}
	as, unnamed := p.named(e.Name, as)
	walk, claimed := p.claimed(as)
	if claimed && walk < p.at.walks {
		return nil // found before the folder had to be walked again
	}
	if p.at.batch.found.Add(1) > mostFound {
		return &vfs.Failure{
			Step: "copy all of " + p.at.from, Kind: vfs.ErrRefused,
			Said: fmt.Sprintf("there are more than %d entries to copy", mostFound), Hint: "Copy it in parts.",
		}
	}
	if err := cmp.Or(unnamed, p.req.To.CheckName(as)); err != nil {
		p.settle(p.newItem(e, ""), Failed, err)
		return nil
	}
	if claimed {
		p.settle(p.newItem(e, as), Failed, p.collision(e, as))
		return nil
	}
	p.claim(as)
	p.planNamed(e, as)
	return nil
}

// named gives the name that an entry will have at the target: the one that was asked for, or its own, from the charset
// of the source to that of the target.
func (p *planner) named(name, as string) (string, error) {
	if as != "" {
		return as, nil
	}
	as, _, err := vfs.NameAt(p.req.From, p.req.To, name)
	return as, err
}

// mapping tells of a name that the target holds, or the source held, under another one; "" where there is none.
func (p *planner) mapping(name, as string) string {
	if there, mapped, err := vfs.NameAt(p.req.From, p.req.To, name); err == nil && mapped && there == as {
		return "named " + as + " there"
	}
	return ""
}

func (p *planner) claim(name string) { p.at.claims.put(name, p.at.walks) }

func (p *planner) collision(e vfs.Entry, as string) error {
	return &vfs.Failure{
		Step: "copy " + p.req.From.Join(p.at.from, e.Name), Kind: fs.ErrExist,
		Said: "another file of this copy has the same name there: " + as,
	}
}

func (p *planner) planNamed(e vfs.Entry, as string) {
	switch {
	case vfs.IsPartialName(as):
		p.settle(p.newItem(e, as), Skipped, errLeftover)
	case e.Type == vfs.Dir:
		p.planFolder(e, as)
	case e.Type == vfs.File:
		p.planFile(e, as, false)
	case e.Type == vfs.Link && p.req.FollowLinks:
		p.links = append(p.links, link{e, as})
	case e.Type == vfs.Link:
		p.settle(p.newItem(e, as), Skipped, errLink)
	default:
		p.settle(p.newItem(e, as), Skipped, errSpecial)
	}
}

func (p *planner) planFolder(e vfs.Entry, as string) {
	if !p.req.Recursive {
		p.settle(p.newItem(e, as), Failed, &vfs.Failure{
			Step: "copy " + p.req.From.Join(p.at.from, e.Name), Said: "it is a folder", Kind: vfs.ErrRefused,
			Hint: "Folders are copied only if that is asked for.",
		})
		return
	}
	p.descend(p.at.child(e.Name, as), as)
}

// descend lets a folder be walked, unless its place is taken.
func (p *planner) descend(f *folder, as string) {
	there, exists := p.held(as)
	if exists && !there.IsDir() {
		f.newItem()
		p.settle(f.item, Failed, p.inTheWay(f.to, there))
		return
	}
	f.exists = exists
	p.folders = append(p.folders, f)
}

// planFile plans an entry that is a file, or the end of a link that is followed.
func (p *planner) planFile(e vfs.Entry, as string, follow bool) {
	it := p.newItem(e, as)
	var there *vfs.Entry
	if found, taken := p.held(as); taken {
		there = &found
	}
	d := decide(p.req.OnConflict, e, there, it.To)
	look := there != nil && (p.at.broke || p.req.OnConflict == RuleNewer && blurred(e, *there))
	if look { // that may be what was copied before, or the listings tell too little
		d = decision{}
	}
	if d.rename {
		as = p.freeName(as)
		d, it.To = decision{begin: onPartial}, p.req.To.Join(p.at.to, as)
	}
	if it.From == it.To && it.FromID == it.ToID {
		d = skipped(errSame)
	}
	if d.begin != afresh {
		d = p.withPartial(d, as, it.To)
	}
	it.copy = &copying{
		from: it.From, to: it.To, source: e, rule: p.req.OnConflict, overwrite: d.overwrite, begin: d.begin,
		segments: p.req.Segments, verify: p.req.Verify, keepMode: p.req.KeepMode, inPlace: p.req.InPlace,
		named: it.Note, follow: follow, move: p.req.Move,
		look: look, broke: p.at.broke,
	}
	it.Clash = d.clash
	p.settle(it, d.state, d.reason)
}

// withPartial asks for a partial of ours only where the listing showed one: a question for each file would cost a
// command each.
func (p *planner) withPartial(d decision, as, target string) decision {
	_, found := p.held(vfs.PartialName(as))
	switch {
	case d.begin == onPartial && !found:
		d.begin = afresh
	case d.begin == onTheOther && found:
		return taken(target, "both a shorter file of that name and the unfinished part of another copy are there")
	}
	return d
}

func (p *planner) freeName(name string) string {
	for n := 2; ; n++ {
		free := Numbered(name, n)
		_, taken := p.held(free)
		_, claimed := p.claimed(free)
		if !taken && !claimed {
			p.claim(free)
			return free
		}
	}
}

// newItem makes the item of an entry; without a name that the target can hold it is told to go to the folder.
func (p *planner) newItem(e vfs.Entry, as string) *item {
	to := p.at.to
	if as != "" {
		to = p.req.To.Join(p.at.to, as)
	}
	it := p.at.batch.newItem(p.req.From.Join(p.at.from, e.Name), to,
		below(p.at.name, vfs.DisplayName(p.req.From, e.Name)))
	it.Folder, it.Note = e.IsDir(), p.mapping(e.Name, as)
	if e.Type == vfs.File {
		it.Size = e.Size
	}
	if as != "" { // then it may be retried, even if it is not copied now
		it.copy = &copying{
			from: it.From, to: it.To, source: e, rule: p.req.OnConflict,
			segments: p.req.Segments, verify: p.req.Verify, keepMode: p.req.KeepMode, inPlace: p.req.InPlace,
			named: it.Note, move: p.req.Move,
		}
	}
	return it
}

func (p *planner) settle(it *item, s State, why error) {
	it.State, it.Reason = s, why
	p.items = append(p.items, it)
}
