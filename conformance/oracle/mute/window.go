package mute

import "time"

// horizon is how far ahead Next looks.
const horizon = 400 * 24 * time.Hour

// begins reports whether a window begins in the minute.
func (r Rule) begins(minute time.Time) bool {
	local := minute.In(r.Zone)
	if r.once != "" {
		return local.Format(wallClock) == r.once
	}
	for i, n := range []int{local.Minute(), local.Hour(), 0, int(local.Month()), 0} {
		if i != 2 && i != 4 && !r.fields[i][n] {
			return false
		}
	}
	ofMonth, ofWeek := r.fields[2][local.Day()], r.fields[4][int(local.Weekday())]
	if r.starred[2] || r.starred[4] {
		return ofMonth && ofWeek
	}
	return ofMonth || ofWeek
}

// Active reports whether a window is open at the instant: one that began
// within the duration before it.
func (r Rule) Active(at time.Time) bool {
	if at.Before(r.StartDate) || !r.Expires.IsZero() && !at.Before(r.Expires) {
		return false
	}
	for minute := at.Truncate(time.Minute); minute.Add(r.Duration).After(at); minute = minute.Add(-time.Minute) {
		if r.begins(minute) {
			return true
		}
	}
	return false
}

// Next is the first minute after the instant in which a window begins.
func (r Rule) Next(after time.Time) (time.Time, bool) {
	for minute := after.Truncate(time.Minute).Add(time.Minute); minute.Before(after.Add(horizon)); minute = minute.Add(time.Minute) {
		if !r.Expires.IsZero() && !minute.Before(r.Expires) {
			return time.Time{}, false
		}
		if !minute.Before(r.StartDate) && r.begins(minute) {
			return minute, true
		}
	}
	return time.Time{}, false
}

// Status is SCHEDULED, ACTIVE or EXPIRED.
func (r Rule) Status(at time.Time) string {
	if r.Active(at) {
		return "ACTIVE"
	}
	if _, ok := r.Next(at); ok || r.StartDate.After(at) && r.Active(r.StartDate) {
		return "SCHEDULED"
	}
	return "EXPIRED"
}

// Type is MuteType.
func (r Rule) Type() string {
	if r.once != "" {
		return "ONE_TIME"
	}
	return "RECURRING"
}

// Contested reports whether the specification leaves open what the rule does
// in a range: its clock is changed there, or its days are restricted twice.
func (r Rule) Contested(from, to time.Time) bool {
	_, before := from.Add(-r.Duration).In(r.Zone).Zone()
	for at := from.Add(-r.Duration); at.Before(to.Add(24 * time.Hour)); at = at.Add(time.Hour) {
		if _, offset := at.In(r.Zone).Zone(); offset != before {
			return true
		}
	}
	return r.once == "" && !r.starred[2] && !r.starred[4]
}
