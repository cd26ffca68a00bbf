package oracle

import "math/big"

// distribution is a multiset of values in ascending order, each value once.
type distribution []pair

func (d distribution) total() *big.Rat {
	total := new(big.Rat)
	for _, p := range d {
		total.Add(total, p.weight)
	}
	return total
}

// rank is the position of a percentage within the total weight.
func (d distribution) rank(percent *big.Rat) *big.Rat {
	r := new(big.Rat).Mul(percent, d.total())
	return r.Quo(r, big.NewRat(100, 1))
}

// at returns the index of the smallest value whose cumulative weight reaches
// the rank: the exact rule of section 6.
func (d distribution) at(rank *big.Rat) int {
	cumulative := new(big.Rat)
	for i, p := range d {
		if cumulative.Add(cumulative, p.weight).Cmp(rank) >= 0 {
			return i
		}
	}
	return len(d) - 1
}

// part is the distribution between two ranks: every value takes the ranks
// from the weight before it to the weight up to it. A value that straddles a
// rank keeps the share of its weight inside, or, whole, all of it.
func (d distribution) part(low, high *big.Rat, whole bool) distribution {
	var kept distribution
	before := new(big.Rat)
	for _, p := range d {
		after := new(big.Rat).Add(before, p.weight)
		share := new(big.Rat).Sub(smaller(after, high), larger(before, low))
		switch {
		case share.Sign() <= 0:
		case whole:
			kept = append(kept, p)
		default:
			kept = append(kept, pair{p.value, share})
		}
		before = after
	}
	return kept
}

// between keeps the values with low < v <= high; a nil bound is open.
func (d distribution) between(low, high *big.Rat) distribution {
	var kept distribution
	for _, p := range d {
		v := rat(p.value)
		if (low == nil || v.Cmp(low) > 0) && (high == nil || v.Cmp(high) <= 0) {
			kept = append(kept, p)
		}
	}
	return kept
}

// clampedSum adds the values after moving those outside the bounds to the bound; a nil one is
// open.
func (d distribution) clampedSum(low, high *big.Rat) *big.Rat {
	total := new(big.Rat)
	for _, p := range d {
		v := rat(p.value)
		if low != nil {
			v = larger(v, low)
		}
		if high != nil {
			v = smaller(v, high)
		}
		total.Add(total, new(big.Rat).Mul(v, p.weight))
	}
	return total
}

func (d distribution) sum() *big.Rat { return d.clampedSum(nil, nil) }

// nonNegative leaves out the negative values.
func (d distribution) nonNegative() distribution {
	var kept distribution
	for _, p := range d {
		if p.value >= 0 {
			kept = append(kept, p)
		}
	}
	return kept
}

func smaller(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) <= 0 {
		return a
	}
	return b
}

func larger(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) >= 0 {
		return a
	}
	return b
}
