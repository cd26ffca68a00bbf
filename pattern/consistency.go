package pattern

import (
	"cmp"
	"slices"
)

// element is an element of an array that is itself an object or an array.
// Number 0 is the event. Elements are numbered in the order of the text, so
// those within one follow it without a gap.
type element struct {
	parent int32 // the element that the array is in
	array  int32
	end    int32 // past the last element within this one
}

// array is the array whose last element is before end.
type array struct{ end int32 }

// solver looks for leaves that satisfy a way together: no two of them may sit
// in different elements of one array.
type solver struct {
	wants     []want
	anyAbsent bool // some want may be absent
}

// want is a test in the solver's terms: the elements that hold leaves of
// its path, in order.
type want struct {
	good   []int32 // with a leaf that satisfies it
	all    []int32 // with any leaf; only if it may be absent
	absent bool    // it may be absent
}

// within is the part of sorted element numbers that lies in [lo, hi).
func within(s []int32, lo, hi int32) []int32 {
	i, _ := slices.BinarySearch(s, lo)
	j, _ := slices.BinarySearch(s[i:], hi)
	return s[i : i+j]
}

// consistent reports whether the event satisfies w with leaves that go
// together.
func (r *reader) consistent(w *way) bool {
	s := &r.solver
	s.wants, s.anyAbsent = s.wants[:0], false
	for i := range w.asks {
		a := &w.asks[i]
		slot := &r.slots[a.path]
		if slot.round != r.round {
			continue // absent altogether, and may be
		}
		s.wants = append(s.wants, r.want(slot, &a.test))
		s.anyAbsent = s.anyAbsent || a.maybeAbsent()
	}
	ok, _, certain := r.solve(s.wants, 0)
	if certain {
		return ok
	}
	return r.search(s.wants)
}

// want collects the elements of a path's leaves.
func (r *reader) want(s *slot, c *test) want {
	w := want{absent: c.maybeAbsent()}
	var good, all []int32
	if w.absent {
		for i := s.first; i != noLeaf; i = r.leaves[i].next {
			all = append(all, r.leaves[i].element)
		}
	}
	r.each(s, c, func(l *leaf) bool {
		good = append(good, l.element)
		return false
	})
	w.good, w.all = ordered32(good), ordered32(all)
	return w
}

func ordered32(s []int32) []int32 {
	slices.Sort(s)
	return slices.Compact(s)
}

// solve reports whether the leaves within element e satisfy all wants, which
// are cut to that element, and whether any leaf is needed for it. Each want
// lies in e itself, in one array within e, or is absent from e; so arrays are
// independent of each other, and in each array one element must do for all
// that lies there. certain is false if a want lies in several of these places
// (one path twice in an object, or scalars beside arrays): then the answer is
// not one.
func (r *reader) solve(wants []want, e int32) (ok, needed, certain bool) {
	var groups map[int32][]want
	for _, w := range wants {
		place := w.good
		if w.absent {
			place = w.all
		}
		if len(place) == 0 {
			if !w.absent {
				return false, false, true
			}
			continue
		}
		needed = true
		if place[0] == e {
			// A leaf in e itself goes with everything; only to make others
			// absent could one deeper be of more use.
			if len(place) > 1 && r.solver.anyAbsent {
				return false, false, false
			}
			if len(w.good) == 0 {
				return false, false, true
			}
			continue
		}
		a := r.arrayIn(e, place[0])
		if place[len(place)-1] >= r.arrays[a].end {
			return false, false, false
		}
		if groups == nil {
			groups = map[int32][]want{}
		}
		groups[a] = append(groups[a], w)
	}
	for a, group := range groups {
		if ok, certain := r.solveArray(group, e, a); !ok || !certain {
			return false, false, certain
		}
	}
	return true, needed, true
}

// arrayIn is the array within element e that element x is in.
func (r *reader) arrayIn(e, x int32) int32 {
	for r.elements[x].parent != e {
		x = r.elements[x].parent
	}
	return r.elements[x].array
}

// solveArray reports whether one element of an array within e satisfies all
// wants, by a leaf at least: an array of which no leaf is chosen does not make
// the leaves in it absent.
func (r *reader) solveArray(wants []want, e, a int32) (ok, certain bool) {
	pivots := r.pivots(wants)
	cut := make([]want, len(wants))
	for len(pivots) > 0 {
		x := pivots[0]
		for r.elements[x].parent != e || r.elements[x].array != a {
			x = r.elements[x].parent
		}
		end := r.elements[x].end
		for i, w := range wants {
			cut[i] = want{within(w.good, x, end), within(w.all, x, end), w.absent}
		}
		ok, needed, certain := r.solve(cut, x)
		if !certain || ok && needed {
			return ok, certain
		}
		i, _ := slices.BinarySearch(pivots, end)
		pivots = pivots[i:]
	}
	return false, true
}

// pivots are the elements one of which must be within the chosen one: those of
// the want with the fewest, or of all if each may be absent.
func (r *reader) pivots(wants []want) []int32 {
	var fewest []int32
	var union []int32
	found := false
	for _, w := range wants {
		if !w.absent {
			if !found || len(w.good) < len(fewest) {
				fewest, found = w.good, true
			}
			continue
		}
		union = append(union, w.good...)
	}
	if found {
		return fewest
	}
	return ordered32(union)
}

// maxSearch bounds the steps of search.
const maxSearch = 1 << 16

// search tries the elements of each want in turn. It answers what solve
// cannot; only an event that repeats one path in one object, or that mixes
// scalars and arrays in an array, comes here. A search that is given up finds
// nothing.
func (r *reader) search(wants []want) bool {
	slices.SortFunc(wants, func(a, b want) int { return cmp.Compare(len(a.good), len(b.good)) })
	steps := 0
	return r.choose(wants, nil, &steps)
}

func (r *reader) choose(wants []want, chosen []int32, steps *int) bool {
	if len(chosen) == len(wants) {
		return r.absentAsNeeded(wants, chosen)
	}
	w := wants[len(chosen)]
	for _, e := range w.good {
		if *steps++; *steps > maxSearch {
			return false
		}
		if r.goesWith(e, chosen) && r.choose(wants, append(chosen, e), steps) {
			return true
		}
	}
	return w.absent && r.choose(wants, append(chosen, isAbsent), steps)
}

// isAbsent is chosen where a want is to be absent.
const isAbsent = -1

func (r *reader) absentAsNeeded(wants []want, chosen []int32) bool {
	for i, e := range chosen {
		if e == isAbsent && slices.ContainsFunc(wants[i].all, func(x int32) bool { return r.goesWith(x, chosen) }) {
			return false
		}
	}
	return true
}

// goesWith reports whether element e may be chosen with those chosen.
func (r *reader) goesWith(e int32, chosen []int32) bool {
	return !slices.ContainsFunc(chosen, func(x int32) bool { return x != isAbsent && !r.together(e, x) })
}

// together reports whether no array has the two elements in different ones of
// its own.
func (r *reader) together(a, b int32) bool {
	if a > b {
		a, b = b, a
	}
	if a == 0 || b < r.elements[a].end {
		return true // b is within a
	}
	// The ancestors that are first to differ decide.
	for r.elements[a].parent != 0 && r.elements[r.elements[a].parent].end <= b {
		a = r.elements[a].parent
	}
	up := r.elements[a].parent
	for r.elements[b].parent != up {
		b = r.elements[b].parent
	}
	return r.elements[a].array != r.elements[b].array
}
