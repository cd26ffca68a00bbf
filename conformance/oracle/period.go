package oracle

import "time"

// Ages that decide what is readable (section 4 and the table of 5.1).
const (
	fineAge   = 3 * time.Hour
	minuteAge = 15 * 24 * time.Hour
	fiveAge   = 63 * 24 * time.Hour
	hourAge   = 455 * 24 * time.Hour
)

// maxPeriod is the longest period of a read, one day.
const maxPeriod = 86400

// window is how one read cuts time: periods anchored at start, filled from
// cells of the resolution that is kept at that age.
type window struct {
	now        time.Time
	start, end time.Time
	period     time.Duration
	cell       time.Duration
	empty      bool // the period is finer than what is kept
	standard   bool // a fine window sees data of standard resolution as well
}

// newWindow applies the table of 5.1. The age is that of the StartTime as
// given, before rounding. The end of a sub-minute range is rounded as well: in
// the examples of 5.1 the data asked for at 01:05:23 for 10 s are those of
// 01:05:10 to 01:05:20, and those asked for at 15:07:17 for 5 minutes end at
// 15:07:15; both ranges move as a whole.
func newWindow(now, start, end time.Time, seconds int) window {
	w := window{now: now, end: end, period: time.Duration(seconds) * time.Second}
	age := now.Sub(start)
	switch {
	case age < fineAge && seconds < 60:
		w.cell = time.Second
		w.start, w.end = floor(start, w.period), floor(end, w.period)
		return w
	case age < minuteAge:
		w.cell = time.Minute
	case age <= fiveAge:
		w.cell = 5 * time.Minute
	default:
		w.cell = time.Hour
	}
	w.start = floor(start, w.cell)
	w.empty = w.period%w.cell != 0
	return w
}

// fine reports whether the window sees high-resolution samples only.
func (w window) fine() bool { return w.period < time.Minute }

// slot returns the start of the sample's period, and false when the window
// does not see the sample.
func (w window) slot(s sample) (time.Time, bool) {
	if w.empty || (w.fine() && !s.fine && !w.standard) || !w.kept(s) {
		return time.Time{}, false
	}
	cell := floor(s.truncated(), w.cell)
	if cell.Before(w.start) || !cell.Before(w.end) {
		return time.Time{}, false
	}
	n := cell.Sub(w.start) / w.period
	return w.start.Add(n * w.period), true
}

// kept applies retention, by the timestamp of the datum.
func (w window) kept(s sample) bool {
	age := w.now.Sub(s.truncated())
	if w.fine() {
		return age < fineAge
	}
	return age <= hourAge
}

// periodText is the message about a period outside the valid set.
const periodText = "The parameter Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60."

func (e *Errors) checkPeriod(seconds int) {
	switch {
	case seconds < 1:
		e.refuse(ValidationError, InvalidParameterValue)
	case seconds > maxPeriod:
		e.refuse(InvalidParameterValue, ValidationError)
	case seconds%60 == 0:
	case seconds == 1 || seconds == 5 || seconds == 10 || seconds == 20 || seconds == 30:
	default:
		e.say(InvalidParameterValue, periodText)
		e.say(ValidationError, periodText)
	}
}
