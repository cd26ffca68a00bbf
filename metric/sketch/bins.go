package sketch

import (
	"github.com/DataDog/sketches-go/ddsketch/mapping"
	"github.com/DataDog/sketches-go/ddsketch/store"
)

// RelativeAccuracy bounds the error of a value taken from a bin: the value
// returned is within this part of every value that fell into the bin.
const RelativeAccuracy = 0.01

// mapped is the one mapping of values to bins. It is part of the binary form
// and is never changed.
var mapped = newMapping()

func newMapping() *mapping.CubicallyInterpolatedMapping {
	m, err := mapping.NewCubicallyInterpolatedMapping(RelativeAccuracy)
	if err != nil {
		panic(err) // the constant is out of (0, 1)
	}
	return m
}

// bins is a DDSketch of non-negative values. It has one store instead of
// DDSketch's two, since negative values are never kept.
type bins struct {
	zero  float64 // weight of 0, and of what is too small for a bin (below about 2^-1022)
	store *store.BufferedPaginatedStore
}

func newBins() *bins { return &bins{store: store.NewBufferedPaginatedStore()} }

func (b *bins) add(v, w float64) {
	if v < mapped.MinIndexableValue() {
		b.zero += w
		return
	}
	b.store.AddWithCount(index(v), w)
}

func index(v float64) int { return mapped.Index(min(v, mapped.MaxIndexableValue())) }

func (b *bins) merge(o *bins) {
	b.zero += o.zero
	b.store.MergeWith(o.store)
}

// clone returns a copy in the order that questions need, so that they do not
// change it (see Distribution).
func (b *bins) clone() *bins {
	c := &bins{zero: b.zero, store: b.store.Copy().(*store.BufferedPaginatedStore)}
	c.store.ForEach(func(int, float64) (stop bool) { return true }) // sorts what was added last
	return c
}

func (b *bins) cells(yield func(cell) bool) {
	if b.zero > 0 && !yield(cell{weight: b.zero, exact: true}) {
		return
	}
	b.store.ForEach(func(i int, w float64) (stop bool) {
		return !yield(cell{weight: w, index: i})
	})
}
