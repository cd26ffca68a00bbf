package alarms

import (
	"time"

	"skywatch/metric"
)

// wallClock lays an alarm's periods at the boundaries of a clock: whole hours,
// midnights, Mondays (that weeks begin with them is inferred).
type wallClock struct {
	zone   *time.Location
	period metric.Period
}

// firstMonday is 5 January 1970, by which the weeks of a clock lie.
const firstMonday = metric.Instant(4 * 24 * 3600 * 1000)

// before returns the latest boundary that is not after t. Where the clock was
// changed between the two, days and weeks are longer or shorter for it.
func (c wallClock) before(t metric.Instant) metric.Instant {
	into := (t + c.ahead(t) - firstMonday) % c.period.Millis()
	if into < 0 {
		into += c.period.Millis()
	}
	b := t - into
	if moved := b + c.ahead(t) - c.ahead(b); moved <= t {
		return moved
	}
	return b // the clock never showed that boundary
}

// ahead is how far the clock is ahead of UTC at t.
func (c wallClock) ahead(t metric.Instant) metric.Instant {
	_, seconds := t.Time().In(c.zone).Zone()
	return metric.Instant(seconds) * 1000
}

// bounds returns the beginnings of the n newest periods that are closed at t,
// oldest first, and the end of the newest.
func (c wallClock) bounds(n int, t metric.Instant) []metric.Instant {
	all := make([]metric.Instant, n+1)
	for i := n; i >= 0; i-- {
		all[i] = c.before(t)
		t = all[i] - 1
	}
	return all
}

// byClock reports whether the alarm's periods lie by a clock.
func (d *Definition) byClock() bool { return d.EvaluationWindow != nil && d.EvaluationWindow.WallClock }

// clock returns the clock that the alarm's periods lie by; nil: they slide.
func (d *Definition) clock() *wallClock {
	if !d.byClock() {
		return nil
	}
	zone, err := d.EvaluationWindow.Zone()
	if err != nil { // it was checked, perhaps with another database of zones
		zone = time.UTC
	}
	return &wallClock{zone, d.Period}
}
