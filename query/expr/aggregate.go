package expr

import (
	"math"
	"slices"
)

// aggregates make of a series a number over its window, and of an array a series
// across its members, with a point where any of them has one. What SLICE gives is
// an array to them (inferred).
var aggregates = []function{
	aggregate("SUM", sum), aggregate("AVG", average), aggregate("MIN", least), aggregate("MAX", greatest),
	aggregate("STDDEV", deviation), aggregate("DATAPOINT_COUNT", count),
	{"METRIC_COUNT", 1, 1, func(c *checker, f *call) (Kind, error) { return Scalar, f.kindIn(c, 0, Array) }, func(r *run, f *call) (Value, error) {
		v, err := f.args[0].eval(r)
		return numberOf(float64(len(v.Series))), err
	}},
}

// Aggregates of some places, NaN where a place has no point. Such a place counts
// as 0, but for the extremes (cloudwatch.md 8.3).

func sum(values []float64) (total float64) {
	for _, v := range values {
		if present(v) {
			total += v
		}
	}
	return total
}

func average(values []float64) float64 { return sum(values) / float64(len(values)) }

func least(values []float64) float64    { return extreme(values, math.Min) }
func greatest(values []float64) float64 { return extreme(values, math.Max) }

func extreme(values []float64, of func(a, b float64) float64) float64 {
	best := none
	for _, v := range values {
		switch {
		case !present(best):
			best = v
		case present(v):
			best = of(best, v)
		}
	}
	return best
}

// deviation is that of the population. That a missing point is a value of 0 here
// as it is in the average is (inferred).
func deviation(values []float64) float64 {
	mean, squares := average(values), 0.0
	for _, v := range values {
		if !present(v) {
			v = 0
		}
		squares += (v - mean) * (v - mean)
	}
	return math.Sqrt(squares / float64(len(values)))
}

func count(values []float64) (n float64) {
	for _, v := range values {
		if present(v) {
			n++
		}
	}
	return n
}

func aggregate(name string, of func([]float64) float64) function {
	check := func(c *checker, f *call) (Kind, error) {
		k, err := f.seriesIn(c, 0)
		if k == TimeSeries {
			return Scalar, err
		}
		return TimeSeries, err
	}
	return function{name, 1, 1, check, func(r *run, f *call) (Value, error) {
		v, err := f.args[0].eval(r)
		if err != nil {
			return v, err
		}
		if v.Kind == TimeSeries && !v.loose {
			return numberOf(of(v.Series[0].Values)), nil
		}
		s, err := r.across(v.Series, of)
		return seriesOf(s), err
	}}
}

// across makes one series of many.
func (r *run) across(all []Series, of func([]float64) float64) (Series, error) {
	axis, all, err := r.aligned(all)
	if err != nil {
		return Series{}, err
	}
	out := Series{Axis: axis, Values: make([]float64, axis.n), own: true}
	row := make([]float64, len(all))
	for i := range out.Values {
		for j := range all {
			row[j] = all[j].Values[i]
		}
		out.Values[i] = none
		if slices.ContainsFunc(row, present) {
			out.Values[i] = drop(of(row))
		}
	}
	return out, nil
}
