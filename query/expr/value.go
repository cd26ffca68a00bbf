package expr

import (
	"math"

	"skywatch/metric"
)

// Value is the result of an expression or of a part of one.
type Value struct {
	Kind   Kind // Scalar, TimeSeries or Array
	Number float64
	Series []Series // of TimeSeries: the one
	// loose is of an array that SLICE made: with one member it may stand for it.
	loose bool
}

// Series is a column of numbers, NaN where there is no point.
type Series struct {
	Axis   *Axis
	Values []float64
	// Tag is the caller's: a series that is made from one alone keeps its tag.
	Tag any
	// own says that nobody but the run sees Values, which may be written again.
	own bool
}

// NewSeries returns a series over an axis that has no points yet.
func NewSeries(axis *Axis, tag any) Series {
	return Series{Axis: axis, Values: missing(axis.n), Tag: tag}
}

// none is what a slot without a point holds.
var none = math.NaN()

func present(v float64) bool { return v == v }

// drop is v, or no point where v is no number that can be told; zero has no
// sign.
func drop(v float64) float64 {
	switch {
	case math.IsInf(v, 0):
		return none
	case v == 0:
		return 0
	}
	return v
}

// Points returns the number of points.
func (s *Series) Points() (n int) {
	for _, v := range s.Values {
		if present(v) {
			n++
		}
	}
	return n
}

// at returns the value at a time, NaN where there is none.
func (s *Series) at(t metric.Instant) float64 {
	if i, ok := s.Axis.find(t); ok {
		return s.Values[i]
	}
	return none
}

func numberOf(v float64) Value { return Value{Kind: Scalar, Number: drop(v)} }

func seriesOf(s Series) Value { return Value{Kind: TimeSeries, Series: []Series{s}} }

func arrayOf(s []Series) Value { return Value{Kind: Array, Series: s} }

// single is the one series of a value that must be one.
func (v Value) single() (*Series, error) {
	if len(v.Series) != 1 {
		return nil, wrong("A time series was expected, and the array has %d", len(v.Series)) // (inferred)
	}
	return &v.Series[0], nil
}

// shared is v for somebody who must not write to it.
func (v Value) shared() Value {
	if v.Kind == Scalar {
		return v
	}
	out := v
	out.Series = make([]Series, len(v.Series))
	for i, s := range v.Series {
		s.own = false
		out.Series[i] = s
	}
	return out
}
