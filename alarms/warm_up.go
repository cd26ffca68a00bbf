package alarms

import (
	"slices"
	"time"

	"skywatch/metric"
)

// An alarm warms up from when it is created, or from when it is given a warm-up
// while it has no data yet (inferred), until the time is over or its evaluation
// window is full. What ended does not begin again (API reference of
// WarmUpConfiguration).

// newStatus is the status of an alarm that is new.
func newStatus(d *Definition, now metric.Instant) Status {
	s := Status{Value: InsufficientData, Reason: initialReason, Updated: now, Transitioned: now}
	if d.Kind() == OnPromQL {
		s.Value = OK // cloudwatch.md 11
	}
	s.beginWarmUp(d, now)
	return s
}

// beginWarmUp begins the warm-up of an alarm if its definition has one and it has
// no data yet.
func (s *Status) beginWarmUp(d *Definition, now metric.Instant) bool {
	if d.WarmUp == nil || s.Value != InsufficientData {
		return false
	}
	s.Warming, s.Evaluation = now, InWarmUp
	return true
}

// warmsUp reports whether the warm-up lasts, by what the alarm sees at an
// instant.
func (a *Alarm) warmsUp(s *seen, at metric.Instant) bool {
	if a.Warming == 0 || a.WarmUp == nil || at >= a.Warming.Add(time.Duration(a.WarmUp.Minutes)*time.Minute) {
		return false
	}
	return a.WarmUp.Whole != nil && *a.WarmUp.Whole || !a.full(s)
}

// full reports whether there is a datapoint for each period that is judged, of
// one of the time series at least (inferred).
func (a *Alarm) full(s *seen) bool {
	if a.contributes() {
		return slices.ContainsFunc(s.groups, func(g group) bool { return weigh(&a.Definition, g.slots).missing == 0 })
	}
	return weigh(&a.Definition, s.slots).missing == 0
}

// cold is the transition of an alarm that warms up: it has no data, whatever its
// state was set to.
func (a *Alarm) cold(at metric.Instant) Transition {
	t := a.stay(at)
	if a.Value != InsufficientData {
		t.To, t.Reason, t.ReasonData = InsufficientData, "Insufficient Data: the alarm is in its warm-up period.", "" // wording (inferred)
	}
	return t
}
