package alarms

import (
	"slices"
	"strconv"
	"time"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/targets"
)

// repeatEvery is how often the actions that repeat do so while a state lasts
// (cloudwatch.md 14.1).
const repeatEvery = time.Minute

// repeats reports whether an action is carried out again and again: scaling
// policies are, and nothing else.
func repeats(target string) bool {
	kind := targets.KindOf(target)
	return kind == targets.ScalingPolicy || kind == targets.ScalablePolicy
}

// repeating reports whether the alarm's state has actions that repeat.
func (f *follow) repeating() bool {
	return f.alarm.ActionsEnabled && f.alarm.Warming == 0 && slices.ContainsFunc(f.alarm.actions(f.alarm.Value), repeats)
}

// repeat finds that actions of the alarm's state are due again: a transition
// that leads nowhere, with what the metric shows now.
func (f *follow) repeat(slots []Slot) (Decision, bool) {
	a, at := f.alarm, f.cohort.instant
	since := max(f.repeated, a.Transitioned.Floor(min(a.Cadence(), metric.Minute))) // the instant that led there
	// Farther ahead it is where the clock was set back.
	soon := at < since.Add(repeatEvery) && since <= at.Add(repeatEvery)
	if soon || !f.repeating() {
		return Decision{}, false
	}
	f.repeated = at
	e := weigh(&a.Definition, slots)
	t := Transition{From: a.Value, To: a.Value, ReasonData: e.reasonData(a.Value, at), At: at}
	return Decision{Transition: t, Repeat: true}, true
}

// repeat enqueues the actions that repeat.
func (s *Service) repeat(tx *catalog.Tx, a *Alarm, t *Transition, now metric.Instant) error {
	if !a.ActionsEnabled {
		return nil
	}
	if muted, err := s.mutedBy(tx, a.Key, now); err != nil || muted != nil {
		return err // what repeats is not made up for
	}
	var all []targets.Delivery
	for i, target := range a.actions(a.Value) {
		if !repeats(target) {
			continue
		}
		d, err := action(a, occasion{old: a.Status}, target, t.ReasonData, "action", strconv.Itoa(i), "again", strconv.FormatInt(int64(t.At), 10))
		if err != nil {
			return err
		}
		d.Created = t.At.Time()
		all = append(all, d)
	}
	return s.opts.Outbox.Enqueue(tx, all...)
}
