package runtime

import (
	"slices"
	"sync"
	"time"
)

// key is what environments are shared by.
type key struct{ arn, version string }

func keyOf(s Spec) key { return key{s.ARN, s.Version} }

// pool holds all environments: those at work, and those that are free in the
// order in which they became so.
type pool struct {
	mu    sync.Mutex
	max   int
	slots int // taken: environments, and starts under way
	all   map[*environment]struct{}
	free  map[key][]*environment // the last used last
}

func newPool(maximum int) *pool {
	return &pool{max: maximum, all: map[*environment]struct{}{}, free: map[key][]*environment{}}
}

// got is what acquire has for a call: a free environment, a slot for a new one,
// or, where neither is there, a free environment of another function that has to
// go first. Nothing: all are at work.
type got struct {
	free   *environment
	slot   bool
	victim *environment
	// outdated run something else by now: the code or configuration changed.
	outdated []*environment
}

// acquire finds what a call needs, in one step: between a look for a free
// environment and one for a slot another call's could become free, and would be
// ended for a new one of its own kind.
func (p *pool) acquire(s Spec) (g got) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if g.free, g.outdated = p.take(s); g.free == nil {
		g.victim, g.slot = p.room()
	}
	return g
}

// take returns the free environment of a version that was used last, and those
// that are outdated.
func (p *pool) take(s Spec) (e *environment, outdated []*environment) {
	k := keyOf(s)
	for list := p.free[k]; len(list) > 0; list = p.free[k] {
		e := list[len(list)-1]
		p.drop(e)
		switch {
		case !e.spec.runs(s):
			outdated = append(outdated, e)
		case e.alive():
			return e, outdated
		}
	}
	return nil, outdated
}

// drop takes an environment out of the free ones.
func (p *pool) drop(e *environment) {
	list := p.free[e.key]
	if i := slices.Index(list, e); i >= 0 {
		p.free[e.key] = slices.Delete(list, i, i+1)
	}
	if len(p.free[e.key]) == 0 {
		delete(p.free, e.key)
	}
}

// reserve is room for what takes no free environment.
func (p *pool) reserve() (victim *environment, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.room()
}

// room takes a slot for a new environment. When there is none, a free
// environment has to go: the one unused for longest, but none that is kept. Both
// nil and false: all are at work.
func (p *pool) room() (victim *environment, ok bool) {
	if p.slots < p.max {
		p.slots++
		return nil, true
	}
	for _, list := range p.free {
		for _, e := range list {
			if !e.kept && (victim == nil || e.lastUsed.Before(victim.lastUsed)) {
				victim = e
			}
		}
	}
	if victim != nil {
		p.drop(victim)
	}
	return victim, false
}

// add gives a reserved slot to an environment.
func (p *pool) add(e *environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all[e] = struct{}{}
}

// unreserve gives a slot back that no environment has.
func (p *pool) unreserve() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.slots--
}

// remove forgets an environment that has ended. Its slot stays with whoever
// took it until unreserve.
func (p *pool) remove(e *environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop(e)
	if _, ok := p.all[e]; ok {
		delete(p.all, e)
		p.slots--
	}
}

// put makes an environment free, unless it should end.
func (p *pool) put(e *environment, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.stale || !e.alive() {
		return false
	}
	e.lastUsed = now
	p.free[e.key] = append(p.free[e.key], e)
	return true
}

// expired takes out the free environments that were not used since t.
func (p *pool) expired(t time.Time) (list []*environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, free := range p.free {
		for _, e := range free {
			if !e.kept && !e.lastUsed.After(t) {
				list = append(list, e)
			}
		}
	}
	for _, e := range list {
		p.drop(e)
	}
	return list
}

// condemn marks the environments that match as stale and takes out those that
// are free.
func (p *pool) condemn(match func(key) bool) (free []*environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for e := range p.all {
		if match(e.key) {
			e.stale = true
		}
	}
	for k, list := range p.free {
		if match(k) {
			free = append(free, list...)
			delete(p.free, k)
		}
	}
	return free
}

// keptOf tells how many environments of a version are kept and have started, and
// how many of these are free.
func (p *pool) keptOf(k key) (started, free int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for e := range p.all {
		if e.key == k && e.kept && !e.stale && e.alive() && e.x.asked() {
			started++
		}
	}
	for _, e := range p.free[k] {
		if e.kept && e.alive() {
			free++
		}
	}
	return started, free
}

// unkeep makes environments of a version like all others, all but most of them,
// free ones first.
func (p *pool) unkeep(k key, most int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	kept := 0
	for e := range p.all {
		if e.key == k && e.kept {
			kept++
		}
	}
	release := func(e *environment) {
		if kept > most && e.key == k && e.kept {
			e.kept = false
			kept--
		}
	}
	for _, e := range p.free[k] {
		release(e)
	}
	for e := range p.all {
		release(e)
	}
}

// count tells how many environments are free, and how many slots are taken.
func (p *pool) count() (free, slots int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, list := range p.free {
		free += len(list)
	}
	return free, p.slots
}

func (p *pool) freeOf(k key) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.free[k])
}
