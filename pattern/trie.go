package pattern

import (
	"math/bits"
	"slices"
)

// trieBits is the number of key bits that one level of a trie consumes.
const trieBits = 5

// trie is a persistent map from 64-bit keys, nil when empty: changing it makes
// a new trie that shares all but one path with the old one. Readers of the old
// one never notice.
type trie[V any] struct {
	leaves  uint32 // which of the 32 slots hold an entry
	kids    uint32 // which of the 32 slots hold a deeper trie
	entries []trieEntry[V]
	nodes   []*trie[V]
}

type trieEntry[V any] struct {
	key uint64
	val V
}

// rank is the position of a slot's content among the occupied slots.
func rank(occupied, bit uint32) int { return bits.OnesCount32(occupied & (bit - 1)) }

func slotBit(h uint64) uint32 { return 1 << (h & (1<<trieBits - 1)) }

// get returns the value under key.
func (t *trie[V]) get(key uint64) (val V, ok bool) {
	for h := key; t != nil; h >>= trieBits {
		bit := slotBit(h)
		if t.leaves&bit != 0 {
			e := &t.entries[rank(t.leaves, bit)]
			if e.key != key {
				return val, false
			}
			return e.val, true
		}
		if t.kids&bit == 0 {
			return val, false
		}
		t = t.nodes[rank(t.kids, bit)]
	}
	return val, false
}

// with returns a trie that has val under key.
func (t *trie[V]) with(key uint64, val V) *trie[V] {
	return t.put(key, 0, trieEntry[V]{key, val})
}

// put is with at the level that starts at bit shift of the key.
func (t *trie[V]) put(key uint64, shift int, e trieEntry[V]) *trie[V] {
	bit := slotBit(key >> shift)
	if t == nil {
		return &trie[V]{leaves: bit, entries: []trieEntry[V]{e}}
	}
	c := *t
	switch {
	case t.kids&bit != 0:
		i := rank(t.kids, bit)
		c.nodes = slices.Clone(t.nodes)
		c.nodes[i] = t.nodes[i].put(key, shift+trieBits, e)
	case t.leaves&bit == 0:
		c.leaves |= bit
		c.entries = inserted(t.entries, rank(t.leaves, bit), e)
	default:
		i := rank(t.leaves, bit)
		old := t.entries[i]
		if old.key == key {
			c.entries = slices.Clone(t.entries)
			c.entries[i] = e
			break
		}
		var deeper *trie[V]
		deeper = deeper.put(old.key, shift+trieBits, old).put(key, shift+trieBits, e)
		c.leaves &^= bit
		c.entries = removed(t.entries, i)
		c.kids |= bit
		c.nodes = inserted(t.nodes, rank(t.kids, bit), deeper)
	}
	return &c
}

// without returns a trie that has nothing under key.
func (t *trie[V]) without(key uint64) *trie[V] { return t.drop(key, 0) }

func (t *trie[V]) drop(key uint64, shift int) *trie[V] {
	if t == nil {
		return nil
	}
	bit := slotBit(key >> shift)
	c := *t
	switch {
	case t.kids&bit != 0:
		i := rank(t.kids, bit)
		deeper := t.nodes[i].drop(key, shift+trieBits)
		if deeper == t.nodes[i] {
			return t
		}
		if deeper.kids != 0 || len(deeper.entries) > 1 {
			c.nodes = slices.Clone(t.nodes)
			c.nodes[i] = deeper
			break
		}
		// One entry alone moves up, so that a trie looks the same whatever
		// was in it before.
		c.kids &^= bit
		c.nodes = removed(t.nodes, i)
		c.leaves |= bit
		c.entries = inserted(t.entries, rank(t.leaves, bit), deeper.entries[0])
	case t.leaves&bit != 0 && t.entries[rank(t.leaves, bit)].key == key:
		c.leaves &^= bit
		c.entries = removed(t.entries, rank(t.leaves, bit))
	default:
		return t
	}
	if c.leaves == 0 && c.kids == 0 {
		return nil
	}
	return &c
}

// each calls f with every value.
func (t *trie[V]) each(f func(V)) {
	if t == nil {
		return
	}
	for i := range t.entries {
		f(t.entries[i].val)
	}
	for _, n := range t.nodes {
		n.each(f)
	}
}

// inserted and removed make new slices of exactly the needed size: a trie is
// mostly made of them, and they are never changed again.
func inserted[E any](s []E, i int, e E) []E {
	c := make([]E, len(s)+1)
	copy(c, s[:i])
	c[i] = e
	copy(c[i+1:], s[i:])
	return c
}

func removed[E any](s []E, i int) []E {
	if len(s) == 1 {
		return nil
	}
	c := make([]E, len(s)-1)
	copy(c, s[:i])
	copy(c[i:], s[i+1:])
	return c
}
