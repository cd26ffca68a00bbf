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

// take returns the free environment of a version that was used last, and
// those that run something else by now: the code or configuration changed.
func (p *pool) take(s Spec) (e *environment, outdated []*environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
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

// reserve takes a slot for a new environment. When there is none, a free
// environment of another function has to go: the one unused for longest. Both
// nil and false: all are at work.
func (p *pool) reserve() (victim *environment, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.slots < p.max {
		p.slots++
		return nil, true
	}
	for _, list := range p.free {
		if victim == nil || list[0].lastUsed.Before(victim.lastUsed) {
			victim = list[0]
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
			if !e.lastUsed.After(t) {
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
