package query

import (
	"time"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// validPeriod checks a period as the reads take it: 1, 5, 10, 20, 30 or a
// multiple of 60. The guide names 86400 as the longest, but longer ones are in
// use and are answered (inferred).
func validPeriod(kind fault.Kind, p int32) error {
	switch p {
	case 1, 5, 10, 20, 30:
		return nil
	}
	if p > 0 && p%60 == 0 {
		return nil
	}
	return fault.New(kind, "The parameter Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60.")
}

// grid is the row of periods that a query asks for: they start at start, and
// the last one starts before end.
type grid struct {
	period metric.Period
	// start is StartTime rounded down; it is the anchor of all periods.
	start metric.Instant
	// end bounds the data: what lies at or after it is not read, so that the
	// last period may be a partial one.
	end metric.Instant
	now metric.Instant
}

// The ages of StartTime up to which finer periods are usable (cloudwatch.md
// 5.1; they are the lifetimes of the tiers).
const (
	day           = 24 * time.Hour
	subMinuteAge  = 3 * time.Hour // exclusive, the others inclusive
	minuteAge     = 15 * day
	fiveMinuteAge = 63 * day
)

// aheadOfNow is how far after now data are looked for. PutMetricData accepts
// two hours; a query may name any end.
const aheadOfNow = day

// newGrid lays the periods of a query over time as of now. ok is false when
// the period is finer than what is kept for data as old as StartTime: then
// there are no points, which is no error.
func newGrid(now, start, end metric.Instant, p metric.Period) (g grid, ok bool) {
	multiple, rounding := usable(now, start)
	if p < metric.Minute {
		rounding = p
		// The end is rounded as well: a query at 01:05:23 for the last 10 s gets
		// the data of 01:05:10 to 01:05:20 (API model, StartTime).
		end = end.Floor(p)
	}
	g = grid{period: p, start: start.Floor(rounding), end: min(end, now.Add(aheadOfNow)), now: now}
	return g, p%multiple == 0 && g.start < g.end
}

// usable returns of what a period must be a multiple, and to what StartTime is
// rounded down.
func usable(now, start metric.Instant) (multiple, rounding metric.Period) {
	switch {
	case start > now.Add(-subMinuteAge):
		return metric.Second, metric.Minute
	case start >= now.Add(-minuteAge):
		return metric.Minute, metric.Minute
	case start >= now.Add(-fiveMinuteAge):
		return metric.FiveMinute, metric.FiveMinute
	default:
		return metric.Hour, metric.Hour
	}
}

// floor returns the start of the period that holds i.
func (g grid) floor(i metric.Instant) metric.Instant {
	w := g.period.Millis()
	r := (i - g.start) % w
	if r < 0 {
		r += w
	}
	return i - r
}

// clip returns the part of the grid that can hold data and whose periods
// start in [from, to); it is empty if first is not before end.
func (g grid) clip(from, to metric.Instant) (first, end metric.Instant) {
	up := func(i metric.Instant) metric.Instant { return g.floor(i + g.period.Millis() - 1) }
	return max(g.first(), up(from)), min(g.end, up(to))
}

// first returns the start of the first period that can hold data.
func (g grid) first() metric.Instant { return max(g.start, g.floor(g.oldest(g.tier()))) }
