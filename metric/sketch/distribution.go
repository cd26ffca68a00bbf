package sketch

import (
	"math"
	"slices"
)

// MaxExact is the number of distinct values up to which a Distribution is
// exact. 64 lets a minute with one value a second stay exact. Measured on values
// spread over three decades, 64 pairs take 1.0 KB of memory and up to 576 bytes
// on disk where their bins take 0.7 KB and 122; at 150 pairs memory is about
// even (2.4 KB against 2.2) and the disk form is five times that of the bins.
const MaxExact = 64

// Distribution is a weighted multiset of non-negative values with flags. The
// zero value is an empty distribution.
type Distribution struct {
	pairs      []pair // sorted by value, distinct, weights > 0; nil once bins is set
	bins       *bins  // nil up to MaxExact distinct values
	incomplete bool
	negative   bool
}

// pair is a value seen weight times.
type pair struct{ value, weight float64 }

// New returns an empty distribution.
func New() *Distribution { return &Distribution{} }

// Add adds value v with weight w. A negative v only sets the flag; a weight of
// 0 or less adds nothing, and neither does NaN.
func (d *Distribution) Add(v, w float64) {
	switch {
	case v < 0:
		d.negative = true
	case !(v >= 0) || !(w > 0):
	case d.bins != nil:
		d.bins.add(v, w)
	default:
		d.addPair(v, w)
	}
}

func (d *Distribution) addPair(v, w float64) {
	i := d.search(v)
	if i < len(d.pairs) && d.pairs[i].value == v {
		d.pairs[i].weight += w
		return
	}
	if len(d.pairs) == MaxExact {
		d.toBins()
		d.bins.add(v, w)
		return
	}
	d.pairs = slices.Insert(d.pairs, i, pair{v, w})
}

// search returns the index of the first pair whose value is not below v.
func (d *Distribution) search(v float64) int {
	lo, hi := 0, len(d.pairs)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if d.pairs[mid].value < v {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

func (d *Distribution) toBins() {
	d.bins = newBins()
	for _, p := range d.pairs {
		d.bins.add(p.value, p.weight)
	}
	d.pairs = nil
}

// Merge adds all of o to d. o is not changed and may be used further.
//
// Merging is order-free: the form of the result (pairs or bins) depends only
// on the number of distinct values of the union, and a bin only on the values.
func (d *Distribution) Merge(o *Distribution) {
	if d == o {
		o = o.Clone()
	}
	d.incomplete = d.incomplete || o.incomplete
	d.negative = d.negative || o.negative
	if o.bins != nil {
		if d.bins == nil {
			d.toBins()
		}
		d.bins.merge(o.bins)
		return
	}
	if d.bins == nil && len(d.pairs) == 0 {
		d.pairs = slices.Clone(o.pairs)
		return
	}
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

// Exact reports whether every value is still known exactly.
func (d *Distribution) Exact() bool { return d.bins == nil }

// Weight returns the total weight of the values kept.
func (d *Distribution) Weight() float64 {
	var total float64
	for c := range d.cells {
		total += c.weight
	}
	return total
}

// Clone returns a copy that shares nothing with d.
func (d *Distribution) Clone() *Distribution {
	c := *d
	c.pairs = slices.Clone(d.pairs)
	if d.bins != nil {
		c.bins = d.bins.clone()
	}
	return &c
}

// cell is one place of the multiset: a value, or a bin of values.
type cell struct {
	value  float64 // the value itself where exact, else unset
	weight float64
	index  int // of the bin where not exact
	exact  bool
}

// cells yields the cells in ascending order.
func (d *Distribution) cells(yield func(cell) bool) {
	if d.bins != nil {
		d.bins.cells(yield)
		return
	}
	for _, p := range d.pairs {
		if !yield(cell{value: p.value, weight: p.weight, exact: true}) {
			return
		}
	}
}

func finite(f float64) bool { return !math.IsInf(f, 0) && !math.IsNaN(f) }
