package schedule

import (
	"math/bits"
	"time"
)

// The years that an expression can name.
const (
	firstYear = 1970
	lastYear  = 2199
)

// cron is a set of minutes on a wall clock.
type cron struct {
	minutes, hours, months uint64 // bit n: the number n
	years                  set    // number n: the year n
	days                   days
}

// next finds the first wall-clock time of the set whose instant lies after the
// one given. Times that a zone skips are crossed gap by gap.
func (c *cron) next(after time.Time, in place) (time.Time, bool) {
	w := nextMinute(after, in.zone)
	for {
		var ok bool
		if w, ok = c.from(w); !ok {
			return time.Time{}, false
		}
		m := w.in(in.zone)
		if m.skipped {
			w = m.resume.ceil()
			continue
		}
		if t := time.Unix(m.unix, 0).UTC(); t.After(after) {
			return t, true
		}
		// Shown before the change of clocks before the last, which was so
		// recent that the same hour still repeats.
		w += minute
	}
}

// from returns the first time of the set that is not before w.
func (c *cron) from(w wall) (wall, bool) {
	t := time.Unix(max(0, int64(w)), 0).UTC()
	year, month, day := t.Date()
	clock, today := c.clock(t.Hour(), t.Minute())
	if !today {
		day++ // perhaps past the end of the month, where no bit is set
	}
	midnight, ok := c.date(year, int(month), day)
	if midnight.After(t) {
		clock, _ = c.clock(0, 0)
	}
	return wall(midnight.Unix()) + clock, ok
}

// date returns the first day of the set from the given one on, as its midnight.
func (c *cron) date(year, month, day int) (time.Time, bool) {
	for y := c.years.from(year); y <= lastYear; y = c.years.from(y + 1) {
		if y > year {
			month, day = 1, 1
		}
		for m := bitFrom(c.months, month); m <= 12; m = bitFrom(c.months, m+1) {
			if m > month {
				day = 1
			}
			if d := bitFrom(c.days.in(y, time.Month(m)), day); d <= 31 {
				return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC), true
			}
		}
	}
	return time.Time{}, false
}

// clock returns the first time of day from the given hour and minute past it on,
// as the distance from midnight.
func (c *cron) clock(hour, past int) (wall, bool) {
	if bitFrom(c.hours, hour) == hour {
		if m := bitFrom(c.minutes, past); m <= 59 {
			return wall(hour*60+m) * minute, true
		}
		hour++
	}
	h := bitFrom(c.hours, hour)
	return wall(h*60+bitFrom(c.minutes, 0)) * minute, h <= 23
}

// bitFrom returns the number of the first bit set from n on, 64 if none.
func bitFrom(set uint64, n int) int {
	return bits.TrailingZeros64(set >> n << n)
}
