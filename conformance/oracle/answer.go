package oracle

import (
	"fmt"
	"math"
)

// Tolerances for the comparison with a server.
const (
	// Rounding is what sums of floats in another order may differ by,
	// relative to the sum of the absolute terms.
	Rounding = 1e-9
	// Binning is the relative error of a value that a histogram gives back.
	Binning = 0.01
	// binWidth is how far apart, relatively, the least and the greatest value
	// of such a bin are: each is off by up to Binning from the value between
	// them that stands for both.
	binWidth = 2 * Binning / (1 - Binning)
)

// Answer is the value of one statistic of one period.
type Answer struct {
	// Exact is the value by the definitions that doc.go chooses.
	Exact float64
	// Low and High enclose the values of every sound reading of the
	// specification, and of absolute bounds moved by the width of a bin.
	Low, High float64
	// Open says that the readings themselves differ.
	Open bool
	// Slack is the absolute error that float arithmetic may leave.
	Slack float64
	// Distribution marks the percentile family, whose values may come from
	// a histogram; Distinct is how many different values it was taken from.
	Distribution bool
	Distinct     int
}

// Equals reports whether got is Exact, up to rounding. Use it for statistics
// that are not of the percentile family, and for those that are when the
// server still holds every value of the period.
func (a Answer) Equals(got float64) bool {
	return got == a.Exact || math.Abs(got-a.Exact) <= a.Slack
}

// Accepts reports whether got is right for a server with histograms, or with
// another sound reading of the trimmed statistics.
func (a Answer) Accepts(got float64) bool {
	if a.Equals(got) {
		return true
	}
	if !a.Distribution {
		return false
	}
	within := a.span()
	return got >= within.low && got <= within.high
}

// span is the range of the right answers.
func (a Answer) span() span {
	if !a.Distribution {
		return span{a.Exact - a.Slack, a.Exact + a.Slack}
	}
	return span{a.Low - Binning*math.Abs(a.Low) - a.Slack, a.High + Binning*math.Abs(a.High) + a.Slack}
}

// span is a range of numbers, both ends included.
type span struct{ low, high float64 }

// distance is how far apart numbers of the two ranges can be.
func (s span) distance(t span) span {
	return span{max(0, s.low-t.high, t.low-s.high), max(s.high-t.low, t.high-s.low)}
}

// String prints the value, and the range when there is one.
func (a Answer) String() string {
	if a.Low == a.High {
		return fmt.Sprintf("%v", a.Exact)
	}
	return fmt.Sprintf("%v in [%v, %v]", a.Exact, a.Low, a.High)
}
