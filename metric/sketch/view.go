package sketch

import "math"

// View is a Distribution whose extremes are known exactly. Every value that it
// answers lies between them.
type View struct {
	d        *Distribution
	min, max float64
	total    float64
}

// Within returns a view of d with the given exact extremes.
func (d *Distribution) Within(min, max float64) View {
	return View{d: d, min: min, max: max, total: d.Weight()}
}

// Weight returns the total weight.
func (v View) Weight() float64 { return v.total }

// slack is the part of the total weight by which a rank may miss a sum of
// weights because of rounding. Percentiles have ten decimals, 1e-12 of the
// total, so it never moves a rank that was meant.
const slack = 1e-13

// Percentile returns the smallest value whose cumulative weight is at least
// p percent of the total (cloudwatch.md section 6): a value that was there if
// the distribution is exact, else one within RelativeAccuracy of it. Percentile
// 0 and 100 are the extremes. ok is false when there is no weight.
func (v View) Percentile(p float64) (value float64, ok bool) {
	switch {
	case v.total == 0:
		return 0, false
	case p <= 0:
		return v.min, true
	case p >= 100:
		return v.max, true
	}
	rank := v.rank(p) - slack*v.total
	var sum float64
	var at cell
	for at = range v.d.cells {
		if sum += at.weight; sum >= rank {
			break
		}
	}
	return v.value(at), true
}

// rank returns the weight that p percent of the total stands for. The product
// comes first: 7 percent of 100 is then 7 and not 7.000000000000001.
func (v View) rank(p float64) float64 { return p * v.total / 100 }

// value returns what stands for all values of the cell.
func (v View) value(c cell) float64 {
	if c.exact {
		return v.clip(c.value)
	}
	return v.clip(mapped.Value(c.index))
}

// span returns the bounds of the values of a bin.
func (v View) span(c cell) (lo, hi float64) {
	return v.clip(mapped.LowerBound(c.index)), v.clip(mapped.LowerBound(c.index + 1))
}

func (v View) clip(x float64) float64 { return math.Min(math.Max(x, v.min), v.max) }
