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
	speeds   map[string]queue.Speed // this and all below by vfs.FS.ID
	workers  map[string]int
	excludes map[string][]string
}

// siteSays takes up what a site says that is opened now, and what no flag or variable says otherwise.
func (p *program) siteSays(id string, s site.Site) {
	r := &p.siteRules
	r.mu.Lock()
	defer r.mu.Unlock()
	if s.Name == "" {
		return
	}
	if rate, err := site.ParseRate(s.LimitRate); err == nil && rate > 0 && !p.flags.said("limit-rate") {
		put(&r.speeds, id, queue.Speed{Up: rate, Down: rate})
	}
	if s.Parallel > 0 && !p.jobsSaid() {
		put(&r.workers, id, s.Parallel)
	}
	if len(s.Exclude) > 0 {
		put(&r.excludes, id, s.Exclude)
	}
	r.tell()
}

// jobsSaid reports whether -j was given, which then wins over sites.
func (p *program) jobsSaid() bool {
	f := p.prefs.flags.Lookup("jobs")
	return f != nil && f.Changed
}

func put[V any](m *map[string]V, key string, value V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = value
}

// govern makes the rules those of a queue, beside a limit for all transfers together.
func (r *siteRules) govern(q *queue.Queue, total queue.Speed, others int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queue, r.total, r.others = q, total, others
	r.tell()
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
	return queue.Limits{Total: r.total, Sites: maps.Clone(r.speeds), Workers: workers}
}

// restrict leaves out of a request what its sites exclude.
func (r *siteRules) restrict(req queue.Request) queue.Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range []interface{ ID() string }{req.From, req.To} {
		if f != nil {
			req.Filter.Exclude = slices.Concat(req.Filter.Exclude, r.excludes[f.ID()])
		}
	}
	return req
}

// mostParallel gives the workers that the sites want at most, at least n.
func mostParallel(all site.List, n int) int {
	for _, s := range all {
		n = max(n, s.Parallel)
	}
	return n
}

// ruledQueue is the queue as the screen has it: requests and limits heed what sites say.
type ruledQueue struct {
	*queue.Queue
	rules *siteRules
}

// Add implements tui.Queue.
func (q ruledQueue) Add(r queue.Request) (queue.BatchID, error) {
	return q.Queue.Add(q.rules.restrict(r))
}

// SetLimits implements tui.Queue: the screen sets the limit for all transfers together.
func (q ruledQueue) SetLimits(l queue.Limits) { q.rules.setTotal(l.Total) }
