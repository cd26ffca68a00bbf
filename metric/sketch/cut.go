package sketch

// Cut is a distribution cut in three: the part kept and what lies on either
// side of it.
type Cut struct {
	Weight float64 // of the part kept
	Sum    float64 // of the part kept
	Below  float64 // weight below it
	Above  float64 // weight above it
	// Low and High are the values at the cuts: the bounds themselves where they
	// are values, the percentiles where they are percent.
	Low, High float64
}

// Mean returns the mean of the part kept, if there is one.
func (c Cut) Mean() (mean float64, ok bool) {
	if c.Weight <= 0 {
		return 0, false
	}
	return c.Sum / c.Weight, true
}

// Winsorized returns the mean over all, where what lies outside counts with
// the value at the cut.
func (c Cut) Winsorized() (mean float64, ok bool) {
	total := c.Below + c.Weight + c.Above
	if total <= 0 {
		return 0, false
	}
	sum := c.Sum
	if c.Below > 0 {
		sum += c.Below * c.Low
	}
	if c.Above > 0 {
		sum += c.Above * c.High
	}
	return sum / total, true
}

// Share returns the part kept in percent of the total.
func (c Cut) Share() (percent float64, ok bool) {
	total := c.Below + c.Weight + c.Above
	if total <= 0 {
		return 0, false
	}
	return 100 * c.Weight / total, true
}

// BetweenPercent keeps the weight between a percent and b percent of the
// total, counted from the smallest value. A value that straddles a cut is kept
// with the part of its weight that lies inside.
//
// So the part kept has exactly (b-a) percent of the total weight, ties or not;
// where the cuts fall between two samples, it is the samples with a rank above
// a percent and up to b percent, which is "at or below the NN percentile" when a
// is 0 (cloudwatch.md section 6; the division of a straddling value is
// inferred).
func (v View) BetweenPercent(a, b float64) Cut {
	lo, hi := v.rank(a), v.rank(b)
	var cut Cut
	var sum float64
	for c := range v.d.cells {
		from, to := max(sum, lo), min(sum+c.weight, hi)
		sum += c.weight
		if to > from {
			cut.Sum += (to - from) * v.value(c)
		}
	}
	cut.Weight = max(hi-lo, 0)
	cut.Below, cut.Above = lo, v.total-max(lo, hi)
	cut.Low, _ = v.Percentile(a)
	cut.High, _ = v.Percentile(b)
	return cut
}

// Between keeps the values x with lo < x <= hi; infinities are open bounds. Of
// a bin that a bound divides, that part of the weight is kept that lies inside
// if the bin's values are spread evenly.
func (v View) Between(lo, hi float64) Cut {
	cut := Cut{Low: lo, High: hi}
	for c := range v.d.cells {
		below, upTo := v.upTo(c, lo), v.upTo(c, hi)
		cut.Below += c.weight * below
		cut.Above += c.weight * (1 - upTo)
		if kept := upTo - below; kept > 0 {
			cut.Weight += c.weight * kept
			cut.Sum += c.weight * kept * min(max(v.value(c), lo), hi)
		}
	}
	return cut
}

// upTo returns which part of the cell's weight has values up to x.
func (v View) upTo(c cell, x float64) float64 {
	lo, hi := v.value(c), v.value(c)
	if !c.exact {
		lo, hi = v.span(c)
	}
	switch {
	case hi <= x:
		return 1
	case lo > x:
		return 0
	default:
		return (x - lo) / (hi - lo)
	}
}
