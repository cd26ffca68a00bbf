package metric

import "skywatch/metric/sketch"

// Statistic is a number that can be taken from a Datapoint: one of the five
// basic statistics or an extended one (cloudwatch.md section 6). Make one with
// ParseStatistic. Statistics are comparable; two spellings of one statistic
// (tm90 and TM(:90%)) are different.
type Statistic struct {
	text string
	kind statisticKind
	// The part of the distribution meant: percent of the total weight, with 0
	// and 100 as the open bounds, or else values, lower exclusive and upper
	// inclusive, with the infinities as the open bounds. A percentile has its
	// number in upper.
	lower, upper float64
	percent      bool
	// The bounds written out in parentheses.
	lowerGiven, upperGiven bool
}

type statisticKind uint8

const (
	sampleCount statisticKind = iota + 1
	average
	sum
	minimum
	maximum
	percentile
	trimmedMean
	winsorizedMean
	trimmedCount
	trimmedSum
	percentileRank
)

// String returns the statistic as it was sent.
func (s Statistic) String() string { return s.text }

// Basic reports whether s is one of SampleCount, Average, Sum, Minimum and
// Maximum: what the API calls Statistics, as opposed to ExtendedStatistics.
func (s Statistic) Basic() bool { return s.kind <= maximum }

// Percentile returns NN if s is pNN.
func (s Statistic) Percentile() (p float64, ok bool) { return s.upper, s.kind == percentile }

// The percent bounds that an alarm's statistic may have in parentheses
// (API model, PutMetricAlarm, ExtendedStatistic).
const (
	minAlarmPercent = 10
	maxAlarmPercent = 90
)

// AlarmBounds reports whether the bounds of s suit PutMetricAlarm, which is
// stricter than the reads: percent bounds in parentheses lie between 10 and 90.
func (s Statistic) AlarmBounds() bool {
	within := func(p float64) bool { return minAlarmPercent <= p && p <= maxAlarmPercent }
	return !s.percent || (!s.lowerGiven || within(s.lower)) && (!s.upperGiven || within(s.upper))
}

// Of returns the statistic of a datapoint. ok is false where CloudWatch has no
// answer: an average of no samples; anything extended when a statistic set
// hides its values or nothing has weight; percentiles and percent bounds when a
// value was negative; a mean over bounds that keep nothing.
func (s Statistic) Of(d Datapoint) (value float64, ok bool) {
	switch s.kind {
	case sampleCount:
		return d.Set.SampleCount, true
	case average:
		return d.Set.Average()
	case sum:
		return d.Set.Sum, true
	case minimum:
		return d.Set.Minimum, true
	case maximum:
		return d.Set.Maximum, true
	}
	if s.kind == percentile && d.Distribution == nil && d.Set.SampleCount > 0 && d.Set.Minimum >= 0 {
		return d.Set.Minimum, true // all values are the same
	}
	dist := d.Values()
	if dist.Incomplete() || dist.HasNegative() && s.percent {
		return 0, false
	}
	return s.extended(dist.Within(d.Set.Minimum, d.Set.Maximum))
}

func (s Statistic) extended(v sketch.View) (value float64, ok bool) {
	if v.Weight() == 0 {
		return 0, false
	}
	if s.kind == percentile {
		return v.Percentile(s.upper)
	}
	cut := s.cut(v)
	switch s.kind {
	case trimmedMean:
		return cut.Mean()
	case winsorizedMean:
		return cut.Winsorized()
	case trimmedCount:
		return cut.Weight, true
	case trimmedSum:
		return cut.Sum, true
	case percentileRank:
		return cut.Share()
	default:
		return 0, false // the zero Statistic
	}
}

func (s Statistic) cut(v sketch.View) sketch.Cut {
	if s.percent {
		return v.BetweenPercent(s.lower, s.upper)
	}
	return v.Between(s.lower, s.upper)
}
