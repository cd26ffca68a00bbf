package scheduler

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"skywatch/schedule"
)

// times are a schedule's times, told from its definition alone: the planned
// times, which its expression gives between its dates, and the time at which
// each of them is acted on, which a flexible window puts later. That time is
// always before the next planned time (inferred), so that both have one order.
type times struct {
	series schedule.Expression
	// once: the dates do not hold for a one-time schedule (user guide, "Schedule
	// types").
	once       bool
	start, end time.Time
	window     time.Duration
	seed       string // of the places within the window
}

// times returns the times of a schedule. The clock of a rate starts at the
// start date, or when the schedule got its expression or was enabled.
func (sch *Schedule) times() (times, error) {
	series, err := schedule.Parse(sch.Expression, schedule.Scheduler)
	if err != nil {
		return times{}, err
	}
	zone, err := schedule.Zone(sch.Timezone)
	if err != nil {
		return times{}, err
	}
	t := times{
		once: series.OneTime(), start: sch.Start, end: sch.End,
		window: time.Duration(sch.Window) * time.Minute, seed: sch.ARN(),
	}
	if t.start.IsZero() {
		t.start = sch.Since
	}
	t.series = series.In(zone).Since(t.start)
	return t, nil
}

// planned returns the first planned time strictly after an instant.
func (t times) planned(after time.Time) (time.Time, bool) {
	if !t.once && after.Before(t.start) {
		after = t.start.Add(-1)
	}
	p, ok := t.series.Next(after)
	if !t.once && !t.end.IsZero() && p.After(t.end) {
		return time.Time{}, false
	}
	return p, ok
}

// latest returns the last planned time that is not after an instant. Looking
// back goes by doubled steps: schedules run every minute or once in years.
func (t times) latest(at time.Time) (p time.Time, ok bool) {
	for back := time.Minute; ; back *= 2 {
		from := at.Add(-back)
		p, ok = t.planned(from)
		if ok = ok && !p.After(at); ok || back > furthest {
			break
		}
	}
	for ok {
		next, more := t.planned(p)
		if !more || next.After(at) {
			break
		}
		p = next
	}
	return p, ok
}

// furthest is how far back a planned time is looked for: the longest gap of
// a cron() is eight years (29 February), a rate that is longer has its start
// found at once (inferred: 40 years are far enough).
const furthest = 40 * 365 * 24 * time.Hour

// actedOn returns when a planned time is acted on.
func (t times) actedOn(p time.Time) time.Time {
	window := t.window
	if next, ok := t.planned(p); ok {
		window = min(window, next.Sub(p))
	}
	if window < time.Second {
		return p
	}
	sum := sha256.Sum256([]byte(t.seed + " " + p.Format(time.RFC3339)))
	return p.Add(time.Duration(binary.BigEndian.Uint64(sum[:8])%uint64(window/time.Second)) * time.Second)
}

// next returns the first time after an instant at which there is something to
// do.
func (t times) next(after time.Time) (time.Time, bool) {
	if p, ok := t.latest(after); ok {
		if at := t.actedOn(p); at.After(after) {
			return at, true
		}
	}
	return t.following(after)
}

// following returns when the first planned time after an instant is acted on.
func (t times) following(after time.Time) (time.Time, bool) {
	p, ok := t.planned(after)
	if !ok {
		return time.Time{}, false
	}
	return t.actedOn(p), true
}

// first returns the first time at which a schedule that was made or changed
// has something to do. A one-time schedule may have had its time: it is due at
// once, and judged then like one that was missed.
func (t times) first() (time.Time, bool) {
	if t.once {
		return t.following(time.Time{})
	}
	return t.next(t.start.Add(-1))
}

// missed counts the times from one until another, up to countedMissed.
func (t times) missed(from, until time.Time) (n int) {
	for at, ok := from, true; ok && at.Before(until) && n < countedMissed; n++ {
		at, ok = t.next(at)
	}
	return n
}

// countedMissed bounds how many missed times of one schedule are counted.
const countedMissed = 1000
