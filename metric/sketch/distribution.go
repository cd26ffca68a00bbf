package sketch

import "sort"

// Distribution is a weighted multiset of non-negative values with flags.
type Distribution struct {
	pairs      []pair // sorted by value, distinct
	incomplete bool
	negative   bool
}

type pair struct{ value, weight float64 }

// New returns an empty distribution.
func New() *Distribution { return &Distribution{} }

// Add adds value v with weight w. A negative v only sets the flag; a weight of
// 0 or less adds nothing.
func (d *Distribution) Add(v, w float64) {
	if v < 0 {
		d.negative = true
		return
	}
	if w <= 0 {
		return
	}
	i := sort.Search(len(d.pairs), func(i int) bool { return d.pairs[i].value >= v })
	if i < len(d.pairs) && d.pairs[i].value == v {
		d.pairs[i].weight += w
		return
	}
	d.pairs = append(d.pairs, pair{})
	copy(d.pairs[i+1:], d.pairs[i:])
	d.pairs[i] = pair{v, w}
}

// Merge adds all of o to d. o is not changed and may be used further.
func (d *Distribution) Merge(o *Distribution) {
	d.incomplete = d.incomplete || o.incomplete
	d.negative = d.negative || o.negative
	for _, p := range o.pairs {
		d.Add(p.value, p.weight)
	}
}

// MarkIncomplete says that some values are hidden by a statistic set.
func (d *Distribution) MarkIncomplete() { d.incomplete = true }

// Incomplete reports whether some values are hidden by a statistic set.
func (d *Distribution) Incomplete() bool { return d.incomplete }

// HasNegative reports whether a negative value was added.
func (d *Distribution) HasNegative() bool { return d.negative }

// Clone returns a copy that shares nothing with d.
func (d *Distribution) Clone() *Distribution {
	c := *d
	c.pairs = append([]pair(nil), d.pairs...)
	return &c
}
