package pattern

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// groups file the ways that only the presence of a path leads to, since they
// ask for it to exist or to be anything but this or that. An event would try
// nearly all of them; instead, the ways of a path's group are a set of bits,
// and so are the ways that exclude a value at any path, and their difference
// is taken 64 ways at a time.
type groups struct {
	members  *trie[bitset]   // by the key of a path
	excluded *trie[excluder] // by the keys of what is excluded
	vague    *trie[*way]     // by their numbers
}

// bitset is a persistent set of numbers.
type bitset struct {
	words *trie[word] // by a 64th of the numbers
	n     int
}

type word struct {
	at   uint64
	bits uint64
}

// excluder is the ways that exclude what text stands for.
type excluder struct {
	text string
	bitset
}

func (b bitset) with(n uint32) bitset {
	at, bit := uint64(n/64), uint64(1)<<(n%64)
	w, _ := b.words.get(at)
	if w.bits&bit == 0 {
		b.n++
		b.words = b.words.with(at, word{at, w.bits | bit})
	}
	return b
}

func (b bitset) without(n uint32) bitset {
	at, bit := uint64(n/64), uint64(1)<<(n%64)
	w, _ := b.words.get(at)
	if w.bits&bit == 0 {
		return b
	}
	b.n--
	if w.bits &^= bit; w.bits == 0 {
		b.words = b.words.without(at)
	} else {
		b.words = b.words.with(at, word{at, w.bits})
	}
	return b
}

// with puts w into the group under key.
func (g groups) with(w *way, key uint64) groups {
	m, _ := g.members.get(key)
	g.members = g.members.with(key, m.with(w.vague))
	g.vague = g.vague.with(uint64(w.vague), w)
	return g
}

func (g groups) without(w *way, key uint64) groups {
	m, _ := g.members.get(key)
	if m = m.without(w.vague); m.n == 0 {
		g.members = g.members.without(key)
	} else {
		g.members = g.members.with(key, m)
	}
	g.vague = g.vague.without(uint64(w.vague))
	return g
}

// exclude notes what w excludes. If something else is under the key already,
// a collision, it is not noted: w is then tried, and fails.
func (g groups) exclude(w *way, f filing) groups {
	e, ok := g.excluded.get(f.key)
	if !ok {
		e.text = f.text
	}
	if e.text == f.text {
		e.bitset = e.with(w.vague)
		g.excluded = g.excluded.with(f.key, e)
	}
	return g
}

// include undoes exclude.
func (g groups) include(w *way, f filing) groups {
	e, ok := g.excluded.get(f.key)
	if !ok || e.text != f.text {
		return g
	}
	if e.bitset = e.without(w.vague); e.n == 0 {
		g.excluded = g.excluded.without(f.key)
	} else {
		g.excluded = g.excluded.with(f.key, e)
	}
	return g
}

// numberText stands for a number among the texts that are excluded.
func numberText(f float64) string {
	return string(binary.BigEndian.AppendUint64([]byte("number "), ordered(f)))
}

// maxExcluders is how many excluding sets of one event are looked at; that the
// ways of others are tried costs time only.
const maxExcluders = 64

// followGroup tries the ways of a path's group that exclude no leaf.
func (r *reader) followGroup(n *pathNode, leaf int32) {
	if r.leaves[leaf].next != noLeaf {
		return // once for a path
	}
	r.several = false
	m, ok := r.v.members.get(probe{kind: probeGroup}.key(n.seed, 0))
	if !ok {
		return
	}
	m.words.each(func(w word) {
		for _, x := range r.excluders {
			e, _ := x.get(w.at)
			w.bits &^= e.bits
		}
		for ; w.bits != 0; w.bits &= w.bits - 1 {
			v, _ := r.v.vague.get(w.at*64 + uint64(bits.TrailingZeros64(w.bits)))
			r.tryWay(v)
		}
	})
}

// exclude collects the sets of ways that exclude a leaf. It must be the only
// one of its path: of several, another may be acceptable.
func (r *reader) exclude(n *pathNode, l *leaf) {
	p := n.probes
	add := func(key uint64, same func(text string) bool) {
		if e, ok := r.v.excluded.get(key); ok && len(r.excluders) < maxExcluders && same(e.text) {
			r.excluders = append(r.excluders, e.words)
		}
	}
	if p[probeButLiteral] != nil {
		add(probe{kind: probeButLiteral}.key(n.seed, literalHash(r.h, l)), l.isExcluded)
	}
	if l.kind != leafString {
		return
	}
	if p[probeButFolded] != nil {
		add(probe{kind: probeButFolded}.key(n.seed, r.h.text(l.fold())), func(text string) bool { return text == l.fold() })
	}
	p.headKeys(probeButPrefix, n.seed, l.text, func(key uint64) {
		add(key, func(text string) bool { return strings.HasPrefix(l.text, text) })
	})
	p.tailKeys(probeButSuffix, n.seed, l.text, func(key uint64) {
		add(key, func(text string) bool { return strings.HasSuffix(l.text, text) })
	})
}

// isExcluded reports whether the leaf is the value that text stands for.
func (l *leaf) isExcluded(text string) bool {
	if f, ok := l.value(); ok {
		return numberText(f) == text
	}
	return l.kind == leafString && l.text == text
}
