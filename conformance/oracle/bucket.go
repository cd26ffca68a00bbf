package oracle

import (
	"cmp"
	"math/big"
	"slices"
	"time"
)

// bucket is everything that a metric has of one unit in one period.
type bucket struct {
	count, sum, magnitude *big.Rat
	min, max              float64
	opaque                bool
	pairs                 []pair
}

// buckets groups the samples that the window sees by period and unit. An
// empty unit keeps them all.
func (s *series) buckets(w window, unit string) map[time.Time]map[string]*bucket {
	slots := make(map[time.Time]map[string]*bucket)
	if s == nil {
		return slots
	}
	for _, sample := range s.samples {
		slot, seen := w.slot(sample)
		if !seen || (unit != "" && unit != sample.unit) {
			continue
		}
		if slots[slot] == nil {
			slots[slot] = make(map[string]*bucket)
		}
		if slots[slot][sample.unit] == nil {
			slots[slot][sample.unit] = newBucket(sample)
		}
		slots[slot][sample.unit].add(sample)
	}
	return slots
}

func newBucket(first sample) *bucket {
	return &bucket{
		count: new(big.Rat), sum: new(big.Rat), magnitude: new(big.Rat),
		min: first.min, max: first.max,
	}
}

func (b *bucket) add(s sample) {
	b.count.Add(b.count, s.count)
	b.sum.Add(b.sum, s.sum)
	b.magnitude.Add(b.magnitude, s.magnitude)
	b.min, b.max = min(b.min, s.min), max(b.max, s.max)
	b.opaque = b.opaque || s.opaque
	b.pairs = append(b.pairs, s.pairs...)
}

// distribution is the bucket's values in ascending order, equal ones joined,
// with only those that were measured at all.
func (b *bucket) distribution() distribution {
	weights := make(map[float64]*big.Rat)
	for _, p := range b.pairs {
		if p.weight.Sign() == 0 {
			continue
		}
		if weights[p.value] == nil {
			weights[p.value] = new(big.Rat)
		}
		weights[p.value].Add(weights[p.value], p.weight)
	}
	var d distribution
	for value, weight := range weights {
		d = append(d, pair{value, weight})
	}
	slices.SortFunc(d, func(a, b pair) int { return cmp.Compare(a.value, b.value) })
	return d
}
