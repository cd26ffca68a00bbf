package alarms

import (
	"time"

	"skywatch/metric"
	"skywatch/query/expr"
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

// span returns how far the evaluation range reaches back from an instant. One by
// a clock ends a period earlier at most, and the clock may have been changed.
func (d *Definition) span() time.Duration {
	span := time.Duration(d.slots()) * d.Period.Duration()
	if d.byClock() {
		span += d.Period.Duration() + time.Hour
	}
	return span
}

// periods are those of an evaluation range, oldest first.
type periods struct {
	n int
	// start and period of even ones; bounds of others, one more than there are.
	start  metric.Instant
	period metric.Period
	bounds []metric.Instant
}

// at returns the beginning and the length of a period.
func (p *periods) at(i int) (metric.Instant, metric.Period) {
	if p.bounds != nil {
		return p.bounds[i], metric.Period((p.bounds[i+1] - p.bounds[i]) / 1000)
	}
	return p.start + metric.Instant(i)*p.period.Millis(), p.period
}

// axis is the periods as an expression sees them.
func (p *periods) axis() *expr.Axis {
	if p.bounds != nil {
		return expr.AxisOf(p.bounds[:p.n])
	}
	return expr.NewAxis(p.start, p.period, p.n)
}

// Cadence returns the distance of the alarm's evaluation instants, which lie
// on the epoch's grid.
func (d *Definition) Cadence() metric.Period {
	switch {
	case d.PromQL != nil:
		return d.Period // EvaluationInterval
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
	case d.byClock(): // whose offset may be of five minutes
		return metric.FiveMinute
	case d.Period%metric.Hour == 0:
		return metric.Hour
	case d.Period%metric.FiveMinute == 0:
		return metric.FiveMinute
	default:
		return metric.Minute
	}
}
