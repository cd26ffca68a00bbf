package alarms

import (
	"time"

	"skywatch/metric"
)

// Slot is one period of an alarm's evaluation range.
type Slot struct {
	Start   metric.Instant
	Present bool
	Value   float64 // of the alarm's statistic
	Samples float64 // SampleCount, unless it is computed
}

// slots returns how many of the newest periods are looked at: more than N, so
// that datapoints from farther back stand in for missing ones. N + 2, and for
// periods under a minute a minute more (inferred from the documented and the
// recorded examples, cloudwatch.md 12.1).
func (d *Definition) slots() int {
	if d.Period < metric.Minute {
		return d.EvaluationPeriods + int(metric.Minute/d.Period)
	}
	return d.EvaluationPeriods + 2
}

// span returns the length of the evaluation range.
func (d *Definition) span() time.Duration {
	return time.Duration(d.slots()) * d.Period.Duration()
}

// Cadence returns the distance of the alarm's evaluation instants, which lie
// on the epoch's grid.
func (d *Definition) Cadence() metric.Period {
	switch {
	case d.Period < metric.Minute:
		return 10
	case d.long():
		return metric.Hour
	default:
		return metric.Minute
	}
}

// long reports whether the alarm looks at more than a day.
func (d *Definition) long() bool {
	return d.EvaluationPeriods*int(d.Period) > int(metric.Day)
}

// tier returns the tier whose datapoints the alarm's periods are folded from.
// Evaluation instants move by the minute (by 10 s), so the window is kept at
// that grain; a long alarm moves by the hour and reads the coarsest tier that
// its period and its instants are multiples of.
func (d *Definition) tier() metric.Period {
	switch {
	case d.Period < metric.Minute:
		return metric.Second
	case !d.long():
		return metric.Minute
	case d.Period%metric.Hour == 0:
		return metric.Hour
	case d.Period%metric.FiveMinute == 0:
		return metric.FiveMinute
	default:
		return metric.Minute
	}
}
