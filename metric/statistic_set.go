package metric

import "math"

// StatisticSet is what CloudWatch calls a statistic set: four numbers that
// add up over samples and over periods.
type StatisticSet struct {
	SampleCount float64
	Sum         float64
	Minimum     float64
	Maximum     float64
}

// Single returns the set of one sample.
func Single(v float64) StatisticSet { return StatisticSet{1, v, v, v} }

// Weighted returns the set of value v seen w times. A weight of 0 still
// counts for Minimum and Maximum.
func Weighted(v, w float64) StatisticSet { return StatisticSet{w, v * w, v, v} }

// Merge returns the set of the samples of both.
func (s StatisticSet) Merge(o StatisticSet) StatisticSet {
	return StatisticSet{
		SampleCount: s.SampleCount + o.SampleCount,
		Sum:         s.Sum + o.Sum,
		Minimum:     math.Min(s.Minimum, o.Minimum),
		Maximum:     math.Max(s.Maximum, o.Maximum),
	}
}

// Average returns Sum / SampleCount; ok is false when there are no samples.
func (s StatisticSet) Average() (avg float64, ok bool) {
	if s.SampleCount == 0 {
		return 0, false
	}
	return s.Sum / s.SampleCount, true
}

// Degenerate reports whether the set itself tells every sample's value: one
// sample, or all of the same value (cloudwatch.md 3.5).
func (s StatisticSet) Degenerate() bool {
	return s.Minimum == s.Maximum && s.Sum == s.Minimum*s.SampleCount
}
