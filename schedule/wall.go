package schedule

import "time"

// wall is a time on a wall clock, whatever the zone: the seconds that a clock in
// UTC showing the same would be past the Unix epoch.
type wall int64

const (
	minute wall = 60
	day    wall = 86400
)

// moment is where a wall-clock time lies in a zone.
type moment struct {
	// unix is the instant in Unix seconds, the first of two if the clocks
	// repeat the time. For a skipped time it is reckoned by the offset before.
	unix int64
	// skipped: the clocks jump over this time; the first that they show again
	// is resume.
	skipped bool
	resume  wall
}

// in finds the instant at which the clocks of a zone show w.
func (w wall) in(zone *time.Location) moment {
	// No zone is a whole day away from UTC, so this is before the instant.
	t := time.Unix(int64(w-day), 0).In(zone)
	for {
		_, offset := t.Zone()
		end := offsetEnd(t)
		unix := int64(w) - int64(offset)
		if end.IsZero() || unix < end.Unix() {
			return moment{unix: unix}
		}
		if resume := onClock(end); w < resume {
			return moment{unix: unix, skipped: true, resume: resume}
		}
		t = end
	}
}

// offsetEnd returns an instant after t up to which the clocks of its zone keep
// their offset, zero if they do for ever.
func offsetEnd(t time.Time) time.Time {
	_, end := t.ZoneBounds()
	if end.IsZero() || end.After(t) {
		return end
	}
	// Past its table of changes, package time ends the last offset of every year
	// on its 365th day (Go 1.26), which on the 366th is in the past.
	return time.Date(t.UTC().Year()+1, 1, 1, 0, 0, 0, 0, time.UTC).In(t.Location())
}

// nextMinute returns the first whole minute that the clocks of a zone show
// after an instant and have not shown before.
func nextMinute(after time.Time, zone *time.Location) wall {
	t := after.In(zone)
	next := onClock(t).floor() + minute
	start, _ := t.ZoneBounds()
	if start.IsZero() {
		return next
	}
	// Where the clocks stood when they were last put back (or forward, then
	// this is in the past): all times before that have been shown.
	_, before := start.Add(-1).Zone()
	shown := wall(start.Unix()) + wall(before)
	return max(next, shown.ceil())
}

// onClock returns what the clocks of t's zone show at t.
func onClock(t time.Time) wall {
	_, offset := t.Zone()
	return wall(t.Unix()) + wall(offset)
}

// floor returns the whole minute at or before w, ceil the one at or after it.
func (w wall) floor() wall {
	return w - (w%minute+minute)%minute
}

func (w wall) ceil() wall { return (w + minute - 1).floor() }
