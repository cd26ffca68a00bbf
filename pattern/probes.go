package pattern

import (
	"math/bits"
	"net/netip"
)

// probeKind is a way to find patterns by a leaf: the leaf gives keys, and the
// patterns that could want it are filed under them.
type probeKind uint8

const (
	probeLiteral      probeKind = iota // the whole value
	probeAny                           // that there is a leaf
	probeFolded                        // the whole text, folded
	probePrefix                        // the first n bytes
	probeSuffix                        // the last n bytes
	probeFoldedPrefix                  // of the folded text
	probeFoldedSuffix                  //
	probeGram                          // any n bytes in the text
	probeRange                         // the first n bits of the ordered number
	probeNetwork4                      // the first n bits of the address
	probeNetwork6                      //
	probeGroup                         // that there is a leaf, unless it is excluded:
	probeButLiteral                    // by its whole value
	probeButFolded                     // by its text, folded
	probeButPrefix                     // by its first n bytes
	probeButSuffix                     // by its last n bytes
	probeKinds
)

// maxProbeBytes bounds the sizes of probes of texts; of a longer prefix or
// suffix only so much finds it.
const maxProbeBytes = 255

// maxGram is the size of the grams that find a literal amid a wildcard.
const maxGram = 4

// probe is a way to find patterns: a kind, and its size n.
type probe struct {
	kind probeKind
	size uint8
}

// sizes is the set of the sizes of a kind that are in use.
type sizes [4]uint64

func (s *sizes) set(n uint8)   { s[n/64] |= 1 << (n % 64) }
func (s *sizes) clear(n uint8) { s[n/64] &^= 1 << (n % 64) }
func (s *sizes) empty() bool   { return *s == sizes{} }

// each calls f with the sizes up to limit, in order.
func (s *sizes) each(limit int, f func(n int)) {
	for w, word := range s {
		for ; word != 0; word &= word - 1 {
			n := w*64 + bits.TrailingZeros64(word)
			if n > limit {
				return
			}
			f(n)
		}
	}
}

// probes are the probes that a path's patterns are filed under. A set of sizes
// is nil if a kind is not in use.
type probes [probeKinds]*sizes

// with returns the probes with one more or one less.
func (p *probes) with(x probe, used bool) *probes {
	var c probes
	if p != nil {
		c = *p
	}
	var s sizes
	if c[x.kind] != nil {
		s = *c[x.kind]
	}
	if used {
		s.set(x.size)
	} else {
		s.clear(x.size)
	}
	c[x.kind] = &s
	if s.empty() {
		c[x.kind] = nil
	}
	return &c
}

// excludes reports whether some way excludes values of the path.
func (p *probes) excludes() bool {
	return p[probeButLiteral] != nil || p[probeButFolded] != nil || p[probeButPrefix] != nil || p[probeButSuffix] != nil
}

// key is the key of a hash under a probe of the path that seed belongs to.
func (x probe) key(seed, hash uint64) uint64 {
	return mix(mix(seed, uint64(x.kind)<<8|uint64(x.size)), hash)
}

// keys calls f with the keys of a leaf.
func (p *probes) keys(h hasher, seed uint64, l *leaf, f func(key uint64)) {
	if p[probeLiteral] != nil {
		f(probe{kind: probeLiteral}.key(seed, literalHash(h, l)))
	}
	if p[probeAny] != nil {
		f(probe{kind: probeAny}.key(seed, 0))
	}
	switch l.kind {
	case leafNumber:
		p.rangeKeys(seed, l, f)
	case leafString:
		p.textKeys(h, seed, l, f)
	}
}

// literalHash hashes a leaf so that equal values have equal hashes.
func literalHash(h hasher, l *leaf) uint64 {
	switch l.kind {
	case leafString:
		return h.text(l.text)
	case leafNumber:
		if f, ok := l.value(); ok {
			return numberHash(f)
		}
		return spellingHash(h, l.text)
	default:
		return uint64(l.kind)
	}
}

func numberHash(f float64) uint64 { return mix(uint64(leafNumber), ordered(f)) }

func spellingHash(h hasher, text string) uint64 { return mix(uint64(leafNumber), h.text(text)) }

func (p *probes) rangeKeys(seed uint64, l *leaf, f func(key uint64)) {
	if p[probeRange] == nil {
		return
	}
	if v, ok := l.value(); ok {
		p[probeRange].each(64, func(n int) {
			f(probe{probeRange, uint8(n)}.key(seed, leadingBits(ordered(v), n)))
		})
	}
}

// leadingBits keeps the first n bits.
func leadingBits(v uint64, n int) uint64 { return v >> (64 - n) }

func (p *probes) textKeys(h hasher, seed uint64, l *leaf, f func(key uint64)) {
	if p[probeFolded] != nil {
		f(probe{kind: probeFolded}.key(seed, h.text(l.fold())))
	}
	p.headKeys(probePrefix, seed, l.text, f)
	p.tailKeys(probeSuffix, seed, l.text, f)
	if p[probeFoldedPrefix] != nil || p[probeFoldedSuffix] != nil {
		p.headKeys(probeFoldedPrefix, seed, l.fold(), f)
		p.tailKeys(probeFoldedSuffix, seed, l.fold(), f)
	}
	if s := p[probeGram]; s != nil {
		s.each(maxGram, func(n int) {
			for i := 0; i+n <= len(l.text); i++ {
				f(probe{probeGram, uint8(n)}.key(seed, gramHash(l.text[i:i+n])))
			}
		})
	}
	if p[probeNetwork4] != nil || p[probeNetwork6] != nil {
		p.networkKeys(seed, l, f)
	}
}

func (p *probes) headKeys(kind probeKind, seed uint64, text string, f func(key uint64)) {
	if p[kind] == nil {
		return
	}
	r, done := startOf(seed), 0
	p[kind].each(len(text), func(n int) {
		for ; done < n; done++ {
			r = r.step(text[done])
		}
		f(probe{kind, uint8(n)}.key(seed, uint64(r)))
	})
}

func (p *probes) tailKeys(kind probeKind, seed uint64, text string, f func(key uint64)) {
	if p[kind] == nil {
		return
	}
	r, done := startOf(seed), 0
	p[kind].each(len(text), func(n int) {
		for ; done < n; done++ {
			r = r.step(text[len(text)-1-done])
		}
		f(probe{kind, uint8(n)}.key(seed, uint64(r)))
	})
}

// gramHash is a gram itself.
func gramHash(s string) uint64 {
	var v uint64
	for i := range len(s) {
		v = v<<8 | uint64(s[i])
	}
	return v
}

func (p *probes) networkKeys(seed uint64, l *leaf, f func(key uint64)) {
	ip, ok := l.ip()
	if !ok {
		return
	}
	kind := networkKind(ip)
	if p[kind] == nil {
		return
	}
	p[kind].each(ip.BitLen(), func(n int) {
		f(probe{kind, uint8(n)}.key(seed, networkHash(ip, n)))
	})
}

func networkKind(ip netip.Addr) probeKind {
	if ip.Is4() {
		return probeNetwork4
	}
	return probeNetwork6
}

// networkHash hashes the first n bits of an address.
func networkHash(ip netip.Addr, n int) uint64 {
	masked, err := ip.Prefix(n)
	if err != nil {
		return 0
	}
	b := masked.Addr().As16()
	var hi, lo uint64
	for i := range 8 {
		hi, lo = hi<<8|uint64(b[i]), lo<<8|uint64(b[8+i])
	}
	return mix(hi, lo)
}
