package pattern

import (
	"cmp"
	"slices"
	"strings"
)

// rule is a pattern in a set.
type rule struct {
	key  any
	id   uint32
	ways []way
}

// way is one way to satisfy a rule: all that it asks for.
type way struct {
	rule  *rule
	asks  []ask
	filed []filing
	id    uint32
	vague uint32 // its number in the groups, if it is filed in one
	again bool   // more than one leaf may lead to it, even where paths have but one
}

// ask is a test on the path of that number in the set.
type ask struct {
	path int32
	test
}

// posting is the ways filed under one key: one, or many by their ids.
type posting struct {
	one  *way
	many *waySet
}

type waySet struct {
	ways *trie[*way]
	n    int
}

func (p posting) len() int {
	if p.many != nil {
		return p.many.n
	}
	if p.one != nil {
		return 1
	}
	return 0
}

func (p posting) with(w *way) posting {
	switch {
	case p.many != nil:
		return posting{many: &waySet{p.many.ways.with(uint64(w.id), w), p.many.n + 1}}
	case p.one == nil:
		return posting{one: w}
	}
	var t *trie[*way]
	return posting{many: &waySet{t.with(uint64(p.one.id), p.one).with(uint64(w.id), w), 2}}
}

func (p posting) without(w *way) posting {
	if p.many == nil {
		return posting{}
	}
	if p.many.n > 2 {
		return posting{many: &waySet{p.many.ways.without(uint64(w.id)), p.many.n - 1}}
	}
	var last *way
	p.many.ways.each(func(x *way) {
		if x != w {
			last = x
		}
	})
	return posting{one: last}
}

// version is what a reader sees of a set. Nothing in it ever changes.
type version struct {
	root  *pathNode
	index *trie[posting]
	groups
	// upper bounds of the numbers that paths, ways and rules have
	paths int
	ways  int
	rules int
}

// catalog files the rules of a set. One goroutine changes it; versions of it
// are for all.
type catalog struct {
	h     hasher
	root  *pathNode
	index *trie[posting]
	groups
	paths map[string]*pathUse
	byID  []*pathUse // in the order of their numbers, with gaps

	pathIDs, wayIDs, ruleIDs, vagueIDs ids
}

// pathUse says what a path of a set is used for.
type pathUse struct {
	path   string
	id     int32
	seed   uint64
	asks   int
	probes map[probe]int // filings of each
}

// ids gives the smallest numbers it can, so that readers' tables stay small.
type ids struct {
	next uint32
	free []uint32
}

func (x *ids) take() uint32 {
	if n := len(x.free); n > 0 {
		id := x.free[n-1]
		x.free = x.free[:n-1]
		return id
	}
	x.next++
	return x.next - 1
}

func (x *ids) give(id uint32) { x.free = append(x.free, id) }

// alwaysKey files the ways that nothing in an event leads to.
const alwaysKey = 0

func (c *catalog) init() {
	c.h = newHasher()
	c.root = &pathNode{id: noPath}
	c.paths = map[string]*pathUse{}
}

func (c *catalog) version() *version {
	return &version{c.root, c.index, c.groups, int(c.pathIDs.next), int(c.wayIDs.next), int(c.ruleIDs.next)}
}

// add files a pattern.
func (c *catalog) add(key any, p *Pattern) *rule {
	r := &rule{key: key, id: c.ruleIDs.take(), ways: make([]way, len(p.combinations))}
	for i, comb := range p.combinations {
		w := &r.ways[i]
		*w = way{rule: r, id: c.wayIDs.take(), asks: make([]ask, len(comb))}
		for j, cond := range comb {
			w.asks[j] = ask{c.use(cond.path).id, cond.test}
		}
		c.file(w)
	}
	return r
}

// use counts a use of a path.
func (c *catalog) use(path string) *pathUse {
	u := c.paths[path]
	if u == nil {
		path = strings.Clone(path)
		id := int32(c.pathIDs.take())
		u = &pathUse{path: path, id: id, seed: c.h.text(path), probes: map[probe]int{}}
		c.paths[path] = u
		c.byID = grown(c.byID, int(id)+1)
		c.byID[id] = u
		c.root = c.root.with(c.h, path, func(n *pathNode) { n.id, n.seed = u.id, u.seed })
	}
	u.asks++
	return u
}

// file files a way where the fewest others are.
func (c *catalog) file(w *way) {
	var best filer
	for i := range w.asks {
		a := &w.asks[i]
		f := filer{h: c.h, seed: c.byID[a.path].seed, path: a.path, count: c.count}
		if f.test(&a.test) && (best.places == nil || f.cost < best.cost) {
			best = f
		}
	}
	if best.places == nil {
		best.places = []filing{{key: alwaysKey, path: noPath}}
	}
	w.filed = once(best.places)
	// A text may hold a gram in several places.
	w.again = len(w.filed) > 1 || w.filed[0].probe.kind == probeGram
	if w.filed[0].probe.kind == probeGroup {
		c.group(w)
	}
	for _, p := range w.filed {
		c.post(w, p)
	}
}

// once drops the places that are there already: the long prefixes of two
// alternatives may begin alike.
func once(places []filing) []filing {
	if len(places) == 1 {
		return places
	}
	slices.SortFunc(places, func(a, b filing) int { return cmp.Compare(a.key, b.key) })
	return slices.CompactFunc(places, func(a, b filing) bool { return a.key == b.key })
}

// group makes w a member of the group that it is filed under, and files all
// that it excludes, at whichever of its paths.
func (c *catalog) group(w *way) {
	w.vague, w.again = c.vagueIDs.take(), false
	c.groups = c.groups.with(w, w.filed[0].key)
	for i := range w.asks {
		a := &w.asks[i]
		f := filer{h: c.h, seed: c.byID[a.path].seed, path: a.path}
		f.exclusions(&a.test)
		w.filed = append(w.filed, f.places...)
	}
}

// count is how many ways are filed under key.
func (c *catalog) count(x probe, key uint64) int {
	if x.kind == probeGroup {
		g, _ := c.members.get(key)
		return g.n
	}
	p, _ := c.index.get(key)
	return p.len()
}

// post puts a way under a key.
func (c *catalog) post(w *way, f filing) {
	switch {
	case f.probe.kind > probeGroup:
		c.groups = c.exclude(w, f)
	case f.probe.kind != probeGroup:
		p, _ := c.index.get(f.key)
		c.index = c.index.with(f.key, p.with(w))
	}
	if f.path == noPath {
		return
	}
	u := c.byID[f.path]
	if u.probes[f.probe]++; u.probes[f.probe] == 1 {
		c.root = c.root.with(c.h, u.path, func(n *pathNode) { n.probes = n.probes.with(f.probe, true) })
	}
}

// remove takes a rule out.
func (c *catalog) remove(r *rule) {
	for i := range r.ways {
		w := &r.ways[i]
		for _, f := range w.filed {
			c.unpost(w, f)
		}
		for _, a := range w.asks {
			c.release(c.byID[a.path])
		}
		if w.filed[0].probe.kind == probeGroup {
			c.groups = c.groups.without(w, w.filed[0].key)
			c.vagueIDs.give(w.vague)
		}
		c.wayIDs.give(w.id)
	}
	c.ruleIDs.give(r.id)
}

func (c *catalog) unpost(w *way, f filing) {
	switch {
	case f.probe.kind > probeGroup:
		c.groups = c.include(w, f)
	case f.probe.kind != probeGroup:
		p, _ := c.index.get(f.key)
		if p = p.without(w); p.len() == 0 {
			c.index = c.index.without(f.key)
		} else {
			c.index = c.index.with(f.key, p)
		}
	}
	if f.path == noPath {
		return
	}
	u := c.byID[f.path]
	if u.probes[f.probe]--; u.probes[f.probe] == 0 {
		delete(u.probes, f.probe)
		c.root = c.root.with(c.h, u.path, func(n *pathNode) { n.probes = n.probes.with(f.probe, false) })
	}
}

// release ends a use of a path.
func (c *catalog) release(u *pathUse) {
	if u.asks--; u.asks > 0 {
		return
	}
	delete(c.paths, u.path)
	c.byID[u.id] = nil
	c.pathIDs.give(uint32(u.id))
	c.root = c.root.with(c.h, u.path, func(n *pathNode) { n.id, n.probes = noPath, nil })
}
