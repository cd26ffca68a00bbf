package mute

import "time"

// Window is a stretch of time during which a rule mutes; its end is outside.
type Window struct{ Start, End time.Time }

// At returns the window that an instant lies in. Of several that overlap it is
// the one that ends last, so that it is time to look again at its end, and not
// before.
func (s Schedule) At(t time.Time) (Window, bool) {
	// Windows are equally long, so the one that ends last is the one that began
	// last. Those that still last began after t - duration.
	began, ok := s.lastRun(t.Add(-s.duration), t)
	if !ok {
		return Window{}, false
	}
	w := s.clip(began)
	return w, !t.Before(w.Start) && t.Before(w.End)
}

// Next returns the first window that begins after an instant.
func (s Schedule) Next(after time.Time) (Window, bool) {
	if after.Before(s.start) {
		// What is under way at Start begins there.
		if w, ok := s.At(s.start); ok {
			return w, true
		}
		after = s.start
	}
	began, ok := s.expression.Next(after)
	if !ok {
		return Window{}, false
	}
	w := s.clip(began)
	return w, w.Start.Before(w.End)
}

// clip is the window that begins at an instant, within the bounds of the rule.
func (s Schedule) clip(began time.Time) Window {
	w := Window{began, began.Add(s.duration)}
	if w.Start.Before(s.start) {
		w.Start = s.start.UTC()
	}
	if !s.expire.IsZero() && s.expire.Before(w.End) {
		w.End = s.expire.UTC()
	}
	return w
}

// lastRun returns the last run of the expression after an instant and not after
// another. It halves the stretch that the run lies in: a window of 15 days may
// overlap with 20,000 others.
func (s Schedule) lastRun(after, until time.Time) (last time.Time, ok bool) {
	begins := func(from time.Time) bool {
		run, any := s.expression.Next(from)
		if any && !run.After(until) {
			last, ok = run, true
			return true
		}
		return false
	}
	if !begins(after) {
		return last, false
	}
	// No run begins after end. Runs are a minute apart at least.
	for end := until; end.Sub(last) > time.Second; {
		middle := last.Add(end.Sub(last) / 2)
		if !begins(middle) {
			end = middle
		}
	}
	return last, true
}
