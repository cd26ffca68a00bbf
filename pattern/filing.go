package pattern

import "math/bits"

// filing is a place where a way is filed: a key of a path's probe.
type filing struct {
	key   uint64
	path  int32
	probe probe
	text  string // what is excluded, of the kinds after probeGroup
}

// filer weighs the places where a test could be filed.
type filer struct {
	h     hasher
	seed  uint64 // of the path
	path  int32
	count func(probe, uint64) int // how many ways are filed there

	places []filing
	cost   int
}

// candidates is how many ways one event is expected to find in vain: those
// that are there already, more if the kind of place is one that many events
// come to.
func (f *filer) candidates(x probe, hash uint64, weight int) (filing, int) {
	p := filing{key: x.key(f.seed, hash), path: f.path, probe: x}
	return p, weight * (f.count(x, p.key) + 1)
}

func (f *filer) add(x probe, hash uint64, weight int) {
	p, cost := f.candidates(x, hash, weight)
	f.places = append(f.places, p)
	f.cost += cost
}

// Weights of places: the reciprocal of how often an event that has the path at
// all comes there, roughly. A literal is the unit.
const (
	weightLiteral = 1
	weightFlag    = 16 // true, false, null
	weightAny     = 64
)

func weightText(n int) int    { return 1 + 16/n }
func weightGram(n int) int    { return 4 << (2 * (maxGram - n)) }
func weightRange(n int) int   { return 2 + 64/(n+1) }
func weightNetwork(n int) int { return 1 + 32/(n+1) }

// test files c; false if a missing leaf may satisfy it, so that no leaf
// leads there.
func (f *filer) test(c *test) bool {
	switch {
	case c.alts == nil:
		f.add(probe{kind: probeLiteral}, f.h.text(c.one), weightLiteral)
	case c.alts.absent:
		return false
	case c.alts.present, len(c.alts.butNots) > 0:
		f.add(probe{kind: probeGroup}, 0, weightAny)
	default:
		f.values(c.alts)
		f.texts(c.alts)
		f.wildcards(c.alts)
	}
	return true
}

func (f *filer) any() { f.add(probe{kind: probeAny}, 0, weightAny) }

// exclusions files what a test excludes, if nothing else may satisfy it.
func (f *filer) exclusions(t *test) {
	x := t.onlyBut()
	if x == nil {
		return
	}
	for _, s := range x.strings.list {
		f.exclude(probe{kind: probeButLiteral}, f.h.text(s), s)
	}
	for _, n := range x.numbers {
		f.exclude(probe{kind: probeButLiteral}, numberHash(n), numberText(n))
	}
	for _, s := range x.folded.list {
		f.exclude(probe{kind: probeButFolded}, f.h.text(s), s)
	}
	for _, s := range x.prefixes {
		if len(s) > maxProbeBytes {
			continue // not found by keys; the way is tried, and fails
		}
		p, hash := headProbe(probeButPrefix, f.seed, s)
		f.exclude(p, hash, s)
	}
	for _, s := range x.suffixes {
		if len(s) > maxProbeBytes {
			continue
		}
		p, hash := tailProbe(probeButSuffix, f.seed, s)
		f.exclude(p, hash, s)
	}
}

func (f *filer) exclude(x probe, hash uint64, text string) {
	f.places = append(f.places, filing{x.key(f.seed, hash), f.path, x, text})
}

func (f *filer) values(a *alternatives) {
	for kind, wanted := range a.literals {
		if wanted {
			f.add(probe{kind: probeLiteral}, uint64(kind), weightFlag)
		}
	}
	for _, n := range a.numbers {
		f.add(probe{kind: probeLiteral}, numberHash(n), weightLiteral)
	}
	for _, s := range a.spellings.list {
		f.add(probe{kind: probeLiteral}, spellingHash(f.h, s), weightLiteral)
	}
	for _, s := range a.ranges {
		f.span(s)
	}
	for _, n := range a.networks {
		size := commonBits(n)
		f.add(probe{networkKind(n.lo), uint8(size)}, networkHash(n.lo, size), weightNetwork(size))
	}
}

// commonBits is the length of a network's mask.
func commonBits(n network) int {
	lo, hi := n.lo.AsSlice(), n.hi.AsSlice()
	for i := range lo {
		if x := lo[i] ^ hi[i]; x != 0 {
			return 8*i + bits.LeadingZeros8(x)
		}
	}
	return 8 * len(lo)
}

// span files a range under its common leading bits. One that crosses a high
// power of two has few of them: it is cut there, and each half, which ends at
// the cut, lies in a block of at most twice its size.
func (f *filer) span(s span) {
	n := bits.LeadingZeros64(s.lo ^ s.hi)
	if n < 64 {
		low := ^uint64(0) >> n
		if s.lo&low != 0 || s.hi&low != low {
			cut := s.hi &^ (low >> 1)
			f.block(s.lo, cut-1)
			f.block(cut, s.hi)
			return
		}
	}
	f.block(s.lo, s.hi)
}

func (f *filer) block(lo, hi uint64) {
	n := bits.LeadingZeros64(lo ^ hi)
	f.add(probe{probeRange, uint8(n)}, leadingBits(lo, n), weightRange(n))
}

func (f *filer) texts(a *alternatives) {
	for _, s := range a.strings.list {
		f.add(probe{kind: probeLiteral}, f.h.text(s), weightLiteral)
	}
	for _, s := range a.folded.list {
		f.add(probe{kind: probeFolded}, f.h.text(s), weightLiteral)
	}
	for _, s := range a.prefixes {
		f.head(probePrefix, s)
	}
	for _, s := range a.foldedPrefixes {
		f.head(probeFoldedPrefix, s)
	}
	for _, s := range a.suffixes {
		f.tail(probeSuffix, s)
	}
	for _, s := range a.foldedSuffixes {
		f.tail(probeFoldedSuffix, s)
	}
}

func (f *filer) head(kind probeKind, s string) {
	if s == "" {
		f.any()
		return
	}
	x, hash := headProbe(kind, f.seed, s)
	f.add(x, hash, weightText(int(x.size)))
}

func (f *filer) tail(kind probeKind, s string) {
	if s == "" {
		f.any()
		return
	}
	x, hash := tailProbe(kind, f.seed, s)
	f.add(x, hash, weightText(int(x.size)))
}

func headProbe(kind probeKind, seed uint64, s string) (probe, uint64) {
	n, r := min(len(s), maxProbeBytes), startOf(seed)
	for i := range n {
		r = r.step(s[i])
	}
	return probe{kind, uint8(n)}, uint64(r)
}

func tailProbe(kind probeKind, seed uint64, s string) (probe, uint64) {
	n, r := min(len(s), maxProbeBytes), startOf(seed)
	for i := range n {
		r = r.step(s[len(s)-1-i])
	}
	return probe{kind, uint8(n)}, uint64(r)
}

// wildcards files each wildcard under the best that its literals offer.
func (f *filer) wildcards(a *alternatives) {
	for _, w := range a.wildcards {
		if len(w) == 1 {
			f.add(probe{kind: probeLiteral}, f.h.text(w[0]), weightLiteral)
			continue
		}
		f.wildcard(w)
	}
}

func (f *filer) wildcard(w wildcard) {
	best, cost := f.candidates(probe{kind: probeAny}, 0, weightAny)
	try := func(x probe, hash uint64, weight int) {
		if p, c := f.candidates(x, hash, weight); c < cost {
			best, cost = p, c
		}
	}
	if head := w[0]; head != "" {
		x, hash := headProbe(probePrefix, f.seed, head)
		try(x, hash, weightText(int(x.size)))
	}
	if tail := w[len(w)-1]; tail != "" {
		x, hash := tailProbe(probeSuffix, f.seed, tail)
		try(x, hash, weightText(int(x.size)))
	}
	for _, lit := range w[1 : len(w)-1] {
		n := min(len(lit), maxGram)
		for i := 0; i+n <= min(len(lit), maxProbeBytes) && n > 0; i++ {
			try(probe{probeGram, uint8(n)}, gramHash(lit[i:i+n]), weightGram(n))
		}
	}
	f.places = append(f.places, best)
	f.cost += cost
}
