package targets

import "time"

// Pace says when the next attempt of a delivery to target may begin: now,
// which is the zero time and counts as an attempt that begins, or at a later
// time, at which it is asked again. It is asked on the path of all deliveries:
// it must be quick.
type Pace func(target string, now time.Time) time.Time

// Paced returns the target with a pace. What has to wait stays where it is in
// the outbox: no attempt is counted, no record is rewritten, and its target's
// circuit breaker hears nothing of it.
func (t Target) Paced(p Pace) Target {
	t.pace = p
	return t
}

// paced returns when the next attempt of the lane may begin; zero: now.
func (e *Engine) paced(target string) time.Time {
	t, ok := e.target(target)
	if !ok || t.pace == nil {
		return time.Time{}
	}
	now := e.now()
	if at := t.pace(target, now); at.After(now) {
		return at
	}
	return time.Time{}
}
