package pattern

import (
	"cmp"
	"net/netip"
	"slices"
)

// condition is what a pattern asks of one path.
type condition struct {
	path string
	test
}

// test is any of some alternatives.
type test struct {
	// one is the only alternative, a string; it has a place of its own because
	// most tests are nothing else. alts is nil then.
	one  string
	alts *alternatives
}

// alternatives are the alternatives of a condition, sorted by operator so that
// each operator is one search whatever the number of its values.
type alternatives struct {
	absent   bool // {"exists": false}
	present  bool // {"exists": true}
	literals [leafNull + 1]bool
	// onlyStrings says that strings are all there is.
	onlyStrings bool

	strings  stringSet
	folded   stringSet
	prefixes prefixSet
	suffixes suffixSet

	foldedPrefixes prefixSet
	foldedSuffixes suffixSet

	numbers   []float64 // sorted
	spellings stringSet // of numbers that are not comparable
	ranges    []span    // sorted, apart
	networks  []network // sorted, apart
	wildcards []wildcard
	butNots   []exclusion
}

// exclusion is an anything-but: it holds for each leaf outside its sets.
type exclusion struct {
	strings   stringSet
	numbers   []float64 // sorted
	folded    stringSet
	prefixes  prefixSet
	suffixes  suffixSet
	wildcards []wildcard
}

// span is a range of numbers in the order of ordered, both ends included.
type span struct{ lo, hi uint64 }

// network is a range of addresses, both ends included.
type network struct{ lo, hi netip.Addr }

// maybeAbsent reports whether a missing leaf satisfies the test.
func (t *test) maybeAbsent() bool { return t.alts != nil && t.alts.absent }

// match reports whether a leaf satisfies the test.
func (t *test) match(l *leaf) bool {
	if t.alts == nil {
		return l.kind == leafString && l.text == t.one
	}
	return t.alts.match(l)
}

// onlyBut returns the test's anything-but if it is the only alternative.
func (t *test) onlyBut() *exclusion {
	a := t.alts
	if a == nil || len(a.butNots) != 1 || a.absent || a.others() || len(a.strings.list) > 0 {
		return nil
	}
	return &a.butNots[0]
}

// others reports whether there is an alternative that is neither a string, an
// absence nor an anything-but.
func (a *alternatives) others() bool {
	return a.present || a.literals != [leafNull + 1]bool{} || len(a.wildcards)+
		len(a.folded.list)+len(a.prefixes)+len(a.suffixes)+len(a.foldedPrefixes)+len(a.foldedSuffixes)+
		len(a.numbers)+len(a.spellings.list)+len(a.ranges)+len(a.networks) > 0
}

func (a *alternatives) match(l *leaf) bool {
	if a.present || a.literals[l.kind] {
		return true
	}
	switch l.kind {
	case leafString:
		if a.matchString(l) {
			return true
		}
	case leafNumber:
		if a.matchNumber(l) {
			return true
		}
	}
	return slices.ContainsFunc(a.butNots, func(x exclusion) bool { return !x.has(l) })
}

func (a *alternatives) matchString(l *leaf) bool {
	if a.strings.has(l.text) || a.prefixes.begins(l.text) || a.suffixes.ends(l.text) {
		return true
	}
	if len(a.folded.list)+len(a.foldedPrefixes)+len(a.foldedSuffixes) > 0 {
		if f := l.fold(); a.folded.has(f) || a.foldedPrefixes.begins(f) || a.foldedSuffixes.ends(f) {
			return true
		}
	}
	if len(a.networks) > 0 {
		if ip, ok := l.ip(); ok && inNetworks(a.networks, ip) {
			return true
		}
	}
	return anyWildcard(a.wildcards, l.text)
}

func (a *alternatives) matchNumber(l *leaf) bool {
	f, ok := l.value()
	if !ok {
		return a.spellings.has(l.text)
	}
	return hasNumber(a.numbers, f) || inSpans(a.ranges, ordered(f))
}

// has reports whether the exclusion excludes a leaf.
func (x *exclusion) has(l *leaf) bool {
	switch l.kind {
	case leafNumber:
		if len(x.numbers) == 0 {
			return false
		}
		f, ok := l.value()
		return ok && hasNumber(x.numbers, f)
	case leafString:
		return x.strings.has(l.text) || x.prefixes.begins(l.text) || x.suffixes.ends(l.text) ||
			len(x.folded.list) > 0 && x.folded.has(l.fold()) || anyWildcard(x.wildcards, l.text)
	}
	return false
}

func hasNumber(sorted []float64, f float64) bool {
	_, found := slices.BinarySearch(sorted, f)
	return found
}

func anyWildcard(ws []wildcard, s string) bool {
	return slices.ContainsFunc(ws, func(w wildcard) bool { return w.match(s) })
}

func inSpans(spans []span, v uint64) bool {
	i, _ := slices.BinarySearchFunc(spans, v, func(s span, v uint64) int { return cmp.Compare(s.hi, v) })
	return i < len(spans) && spans[i].lo <= v
}

func inNetworks(nets []network, ip netip.Addr) bool {
	i, _ := slices.BinarySearchFunc(nets, ip, func(n network, ip netip.Addr) int { return n.hi.Compare(ip) })
	return i < len(nets) && nets[i].lo.Compare(ip) <= 0
}

// mergeSpans sorts spans and joins those that overlap.
func mergeSpans(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.lo, b.lo) })
	var merged []span
	for _, s := range spans {
		if n := len(merged); n > 0 && s.lo <= merged[n-1].hi {
			merged[n-1].hi = max(merged[n-1].hi, s.hi)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// mergeNetworks does the same with networks. An IPv4 address sorts before each
// IPv6 one and is in no range of those.
func mergeNetworks(nets []network) []network {
	slices.SortFunc(nets, func(a, b network) int { return a.lo.Compare(b.lo) })
	var merged []network
	for _, n := range nets {
		if k := len(merged); k > 0 && n.lo.Compare(merged[k-1].hi) <= 0 {
			if merged[k-1].hi.Less(n.hi) {
				merged[k-1].hi = n.hi
			}
			continue
		}
		merged = append(merged, n)
	}
	return merged
}
