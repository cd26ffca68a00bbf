package pattern

import "unsafe"

// reader matches one event at a time and keeps its tables for the next.
type reader struct {
	h hasher
	v *version

	// of the event
	src      []byte
	pos      int
	arena    []byte // texts that are not in src as they are
	leaves   []leaf
	slots    []slot    // by path
	elements []element // array elements, in the order of the text
	arrays   []array
	nodes    []*pathNode // of the leaves' paths that have probes

	indexes    [][]hashedLeaf // of the paths with many leaves
	excluders  []*trie[word]
	path, leaf int32    // the leaf that is followed, which likely satisfies its path's test
	several    bool     // the path that is followed has more than one leaf
	round      uint32   // of the marks
	wayMarks   []uint32 // by way: the round in which it was tried
	ruleMarks  []uint32 // by rule: the round in which it was found
	found      []*rule

	solver solver
}

// slot is what an event has at a path.
type slot struct {
	round    uint32 // the event's; another one's leaves do not count
	first    int32  // leaf
	count    int32
	index    int  // one more than its place in indexes, if it has one
	inArrays bool // some leaf is in an array's element
}

// match finds the rules that an event satisfies. What it returns is good until
// the reader's next event.
func (r *reader) match(v *version, event []byte) ([]*rule, error) {
	r.start(v, event)
	if err := r.scan(); err != nil {
		return nil, err
	}
	r.several, r.path = false, noPath
	r.try(alwaysKey)
	for i := range r.leaves {
		if n := r.nodes[i]; n.probes != nil && n.probes.excludes() && r.slots[n.id].count == 1 {
			r.exclude(n, &r.leaves[i])
		}
	}
	for i := range r.leaves {
		if n := r.nodes[i]; n.probes != nil {
			r.follow(n, int32(i))
		}
	}
	return r.found, nil
}

// follow tries the ways that a leaf leads to.
func (r *reader) follow(n *pathNode, leaf int32) {
	r.several, r.path, r.leaf = r.slots[n.id].count > 1, n.id, leaf
	l := &r.leaves[leaf]
	n.probes.keys(r.h, n.seed, l, r.try)
	if n.probes[probeGroup] != nil {
		r.followGroup(n, leaf)
	}
}

const noLeaf = -1

// start makes the tables ready for an event.
func (r *reader) start(v *version, event []byte) {
	r.v, r.src, r.pos = v, event, 0
	if r.round++; r.round == 0 { // all marks of old rounds would be new again
		clear(r.slots)
		clear(r.wayMarks)
		clear(r.ruleMarks)
		r.round = 1
	}
	r.slots = grown(r.slots, v.paths)
	r.wayMarks = grown(r.wayMarks, v.ways)
	r.ruleMarks = grown(r.ruleMarks, v.rules)
	r.elements = append(r.elements[:0], element{})
	r.arrays = r.arrays[:0]
	r.leaves = r.leaves[:0]
	r.nodes = r.nodes[:0]
	r.found = r.found[:0]
	r.arena = r.arena[:0]
	r.excluders = r.excluders[:0]
	r.indexes = r.indexes[:0]
}

// maxKept is how many leaves' room a reader keeps for the next event: one huge
// event shall not be paid for ever after.
const maxKept = 1 << 12

// forget drops what refers to the event or to the set.
func (r *reader) forget() {
	r.v, r.src = nil, nil
	if cap(r.leaves) > maxKept {
		r.leaves, r.nodes, r.elements, r.arrays = nil, nil, nil, nil
	}
	if cap(r.arena) > maxKept {
		r.arena = nil
	}
	if cap(r.found) > maxKept {
		r.found = nil
	}
	clear(r.leaves)
	clear(r.nodes)
	clear(r.found)
	clear(r.excluders)
	clear(r.indexes)
	r.leaves, r.nodes, r.found = r.leaves[:0], r.nodes[:0], r.found[:0]
}

func grown[E any](s []E, n int) []E {
	if len(s) >= n {
		return s
	}
	c := make([]E, n+n/4)
	copy(c, s)
	return c
}

// try tries the ways filed under key.
func (r *reader) try(key uint64) {
	p, ok := r.v.index.get(key)
	if !ok {
		return
	}
	if p.many == nil {
		r.tryWay(p.one)
		return
	}
	p.many.ways.each(r.tryWay)
}

// tryWay tries a way, once in an event.
func (r *reader) tryWay(w *way) {
	if w.again || r.several {
		if r.wayMarks[w.id] == r.round {
			return
		}
		r.wayMarks[w.id] = r.round
	}
	if len(w.rule.ways) == 1 {
		if r.satisfies(w) {
			r.found = append(r.found, w.rule)
		}
		return
	}
	if r.ruleMarks[w.rule.id] != r.round && r.satisfies(w) {
		r.ruleMarks[w.rule.id] = r.round
		r.found = append(r.found, w.rule)
	}
}

// satisfies reports whether the event satisfies w.
func (r *reader) satisfies(w *way) bool {
	inArrays, open := 0, false
	for i := range w.asks {
		a := &w.asks[i]
		s := &r.slots[a.path]
		if s.round != r.round {
			if !a.maybeAbsent() {
				return false
			}
			continue
		}
		if s.inArrays {
			inArrays++
		}
		if !(a.path == r.path && a.match(&r.leaves[r.leaf])) && !r.anyMatch(s, &a.test) {
			if !s.inArrays || !a.maybeAbsent() {
				return false
			}
			open = true // perhaps absent from the elements that the others choose
		}
	}
	if inArrays < 2 {
		return !open
	}
	return r.consistent(w)
}

// anyMatch reports whether a leaf of a path satisfies a test.
func (r *reader) anyMatch(s *slot, t *test) (found bool) {
	if s.count == 1 {
		return t.match(&r.leaves[s.first])
	}
	r.each(s, t, func(*leaf) bool {
		found = true
		return true
	})
	return found
}

// bytesOf is s without a copy; nobody may change it.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// text is a part of the event as a string that lives as long as the event.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
