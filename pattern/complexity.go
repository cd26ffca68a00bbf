package pattern

import "strings"

// maxComplexity is the highest score that the service accepts; 11 is on record
// as refused, 7 as accepted, 10 is the engine's guide. (inferred)
const maxComplexity = 10

const tooComplex = "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character"

// complexity scores the wildcards of one path as AWS's engine does: the
// greatest number of their prefixes that one input can keep alive at once. The
// quotes around a value count as characters of it.
//
// A star, once reached, stays alive, so the worst input first goes through all
// literals and then spells the literal whose beginnings repeat most; which
// prefixes are alive then is a walk along the failure links of an automaton
// over all literals after a star.
type complexity struct {
	groups [][]wildcard // one operator each; its wildcards share their prefixes
}

// add counts the wildcards of one operator.
func (c *complexity) add(ws ...wildcard) { c.groups = append(c.groups, ws) }

// score is 0 without wildcards.
func (c *complexity) score() int {
	// All operators are alive at the quote.
	best := len(c.groups)
	if best > maxComplexity {
		return best
	}
	for _, head := range c.heads() {
		best = max(best, c.scoreAfter(head))
		if best > maxComplexity {
			// It is refused: by how much does not matter, and trying each of
			// many heads could be long.
			return best
		}
	}
	return best
}

// heads are the literals before a first star of which no other is the start.
func (c *complexity) heads() []string {
	var all []string
	for _, ws := range c.groups {
		for _, w := range ws {
			if len(w) > 1 {
				all = append(all, w[0])
			}
		}
	}
	return longest(all)
}

// longest drops the strings that another one starts with.
func longest(all []string) []string {
	shortest := newStringSet(all).list // sorted
	var kept []string
	for i, s := range shortest {
		if i+1 == len(shortest) || !strings.HasPrefix(shortest[i+1], s) {
			kept = append(kept, s)
		}
	}
	return kept
}

// scoreAfter is the score of inputs that begin with head.
func (c *complexity) scoreAfter(head string) int {
	var (
		stars int
		auto  = automaton{{}}
	)
	for _, ws := range c.groups {
		group := prefixes{}
		for _, w := range ws {
			if len(w) > 1 && strings.HasPrefix(head, w[0]) {
				stars += auto.add(w, group)
			}
		}
	}
	return stars + auto.deepest()
}

// prefixes are the prefixes of the wildcards of one operator: from the number
// of a prefix and what follows (a byte, or star) to the number of the longer
// one.
type prefixes map[[2]int]int

const star = 256

// extend returns the prefix that is p followed by c, and whether it is new.
func (ps prefixes) extend(p, c int) (longer int, isNew bool) {
	key := [2]int{p, c}
	longer, ok := ps[key]
	if !ok {
		longer = len(ps) + 1
		ps[key] = longer
	}
	return longer, !ok
}

// automaton is a trie of literals, its root first.
type automaton []literalNode

type literalNode struct {
	next  map[byte]int
	alive int // prefixes that end here
}

// add puts the literals after a star in and returns the number of stars. What
// the group has already is not counted again.
func (a *automaton) add(w wildcard, group prefixes) (stars int) {
	p := 0
	for i := range len(w[0]) {
		p, _ = group.extend(p, int(w[0][i]))
	}
	for i, lit := range w[1:] {
		if i == len(w)-2 {
			lit += `"`
		}
		var isNew bool
		if p, isNew = group.extend(p, star); isNew {
			stars++
		}
		at := 0
		for j := range len(lit) {
			at = a.step(at, lit[j])
			if p, isNew = group.extend(p, int(lit[j])); isNew {
				(*a)[at].alive++
			}
		}
	}
	return stars
}

// step returns the node after at for c, made if it was not there.
func (a *automaton) step(at int, c byte) int {
	if next, ok := (*a)[at].next[c]; ok {
		return next
	}
	if (*a)[at].next == nil {
		(*a)[at].next = map[byte]int{}
	}
	(*a)[at].next[c] = len(*a)
	*a = append(*a, literalNode{})
	return len(*a) - 1
}

// deepest is the greatest number of prefixes alive together.
func (a automaton) deepest() int {
	var (
		fail  = make([]int, len(a))
		queue = []int{0}
		best  int
	)
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for c, next := range a[at].next {
			if at != 0 {
				f := fail[at]
				for f != 0 && !a.has(f, c) {
					f = fail[f]
				}
				fail[next] = a[f].next[c]
			}
			a[next].alive += a[fail[next]].alive
			best = max(best, a[next].alive)
			queue = append(queue, next)
		}
	}
	return best
}

func (a automaton) has(at int, c byte) bool {
	_, ok := a[at].next[c]
	return ok
}
