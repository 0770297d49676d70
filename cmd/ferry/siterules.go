package main

import (
	"maps"
	"slices"
	"sync"

	"ferry/internal/site"
	"ferry/queue"
)

// siteRules are what saved sites say about transfers from and to them: they hold as soon as a site is opened. Safe for
// concurrent use.
type siteRules struct {
	mu       sync.Mutex
	queue    *queue.Queue // that is told; nil before there is one
	total    queue.Speed
	others   int                    // workers for servers about which no site says anything; 0: no bound
	together int                    // workers in all; 0: no bound but the queue's
	speeds   map[string]queue.Speed // this and all below by vfs.FS.ID
	workers  map[string]int
	sites    map[string]site.Site
}

// siteSays takes up what a site says that is opened now, and what no flag or variable says otherwise.
func (p *program) siteSays(id string, s site.Site) {
	r := &p.siteRules
	r.mu.Lock()
	defer r.mu.Unlock()
	if s.Name == "" {
		return
	}
	put(&r.sites, id, s)
	delete(r.speeds, id) // of what it said before it was edited
	delete(r.workers, id)
	if rate, err := site.ParseRate(s.LimitRate); err == nil && rate > 0 && !p.flags.said("limit-rate") {
		put(&r.speeds, id, queue.Speed{Up: rate, Down: rate})
	}
	if s.Parallel > 0 && !p.saidHere("jobs") {
		put(&r.workers, id, s.Parallel)
		if r.together > 0 {
			r.together = max(r.together, s.Parallel)
		}
	}
	r.tell()
}

// saidHere reports whether a flag of the command itself was given, which then wins over sites.
func (p *program) saidHere(flag string) bool {
	f := p.prefs.flags.Lookup(flag)
	return f != nil && f.Changed
}

func put[V any](m *map[string]V, key string, value V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = value
}

// govern makes the rules those of a queue, beside limits for all transfers together.
func (r *siteRules) govern(q *queue.Queue, total queue.Speed, others, together int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queue, r.total, r.others, r.together = q, total, others, together
	r.tell()
}

// setParallel changes how many transfers there may be at a time.
func (r *siteRules) setParallel(others, together int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.others, r.together = others, together
	r.tell()
}

// setRetries changes how often the queue tries again, by its own word for that.
func (r *siteRules) setRetries(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.queue != nil {
		r.queue.SetRetries(n)
	}
}

func (r *siteRules) setTotal(total queue.Speed) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total = total
	r.tell()
}

func (r *siteRules) tell() {
	if r.queue != nil {
		r.queue.SetLimits(r.limits())
	}
}

// limits gives the rules as the queue wants them; r is locked.
func (r *siteRules) limits() queue.Limits {
	workers := maps.Clone(r.workers)
	put(&workers, "", r.others)
	return queue.Limits{Total: r.total, Sites: maps.Clone(r.speeds), Workers: workers, Together: r.together}
}

// restrict leaves out of a request what its sites exclude.
func (r *siteRules) restrict(req queue.Request) queue.Request {
	for _, s := range r.of(req) {
		req.Filter.Exclude = slices.Concat(req.Filter.Exclude, s.Exclude)
	}
	return req
}

// of gives the sites that a request is about; that of the target comes last.
func (r *siteRules) of(req queue.Request) []site.Site {
	r.mu.Lock()
	defer r.mu.Unlock()
	return []site.Site{r.sites[req.From.ID()], r.sites[req.To.ID()]}
}

// shape sets what sites say about how files are copied, and no flag does.
func (p *program) shape(req *queue.Request) {
	for _, s := range p.siteRules.of(*req) {
		if s.Verify != "" && !p.saidHere("verify") {
			req.Verify = verifyWord(s.Verify)
		}
		if s.KeepMode != nil && !p.saidHere("keep-mode") {
			req.KeepMode = *s.KeepMode
		}
		if s.InPlace != nil && !p.saidHere("in-place") {
			req.InPlace = *s.InPlace
		}
	}
}

// verifyWord reads one of site.VerifyWords, which was looked at before.
func verifyWord(word string) queue.Verify {
	var v verifyFlag
	_ = v.Set(word)
	return v.verify
}

// mostParallel gives the workers that the sites want at most, at least n.
func mostParallel(all site.List, n int) int {
	for _, s := range all {
		n = max(n, s.Parallel)
	}
	return n
}

// ruledQueue is the queue as the screen has it: requests and limits heed what settings and sites say.
type ruledQueue struct {
	*queue.Queue
	program *program
}

// Add implements tui.Queue.
func (q ruledQueue) Add(r queue.Request) (queue.BatchID, error) {
	return q.Queue.Add(q.program.ruled(r))
}

// ruled gives what the screen asks for as settings and sites want it.
func (p *program) ruled(r queue.Request) queue.Request {
	settings := p.prefs.now()
	r.Verify = verifyWord(settings.Text("transfers.verify"))
	r.KeepMode, r.InPlace = settings.Bool("transfers.keep_mode"), settings.Bool("transfers.in_place")
	p.shape(&r)
	return p.siteRules.restrict(r)
}

// SetLimits implements tui.Queue: the screen sets the limit for all transfers together.
func (q ruledQueue) SetLimits(l queue.Limits) { q.program.siteRules.setTotal(l.Total) }
