package scalable

import (
	"time"

	"skywatch/targets/scaling/steps"
)

// Decision is what becomes of a target.
type Decision struct {
	// To is the new capacity, if Changes.
	Changes bool
	To      int
	// Added is how much of the new capacity the cooldown counts as added.
	Added int
	// Reasons are why nothing changes, where AWS tells them.
	Reasons []Reason
}

// Reason is a NotScaledReason.
type Reason struct {
	Code              string
	Min, Max, Current *int `json:",omitempty"`
}

// move is what a policy did last.
type move struct {
	Activity string
	Out      bool
	// Added is the capacity that scaling out added, itself and those that it
	// was larger than.
	Added    int           `json:",omitempty"`
	Cooldown time.Duration // counted from the end of the activity
	Until    time.Time     `json:",omitzero"` // zero: the activity has not ended
}

// lasts reports whether a move is under way, or its cooldown.
func (m *move) lasts(now time.Time) bool {
	return m != nil && (m.Until.IsZero() || now.Before(m.Until))
}

// Decide decides what a step policy does at a distance of the metric from the
// threshold. It is a pure function.
//
// While the cooldown of scaling out lasts, the capacity that it added is no part
// of the capacity that is adjusted, so that a larger scale-out adds the
// difference and any other nothing; scaling in waits for every cooldown; scaling
// out does not wait for one of scaling in (API reference,
// StepScalingPolicyConfiguration, Cooldown). That scaling in waits for the
// cooldown of scaling out is (inferred): it is conservative.
func Decide(t *Target, p *Policy, distance float64, current int, now time.Time) Decision {
	step, ok := steps.For(p.Steps, distance)
	if !ok {
		return Decision{}
	}
	magnitude := 0
	set(&magnitude, p.Magnitude)
	return decide(t, func(base int) int { return steps.Adjust(base, p.Adjustment, step.Adjustment, magnitude) }, current, now)
}

// decide is Decide for what any policy wants of a capacity.
func decide(t *Target, want func(base int) int, current int, now time.Time) Decision {
	wanted, base, rests := want(current), current, t.Move.lasts(now)
	if rests && t.Move.Out && wanted > current {
		base = max(0, current-t.Move.Added)
		if wanted = want(base); wanted <= current {
			return Decision{}
		}
	}
	to := t.within(wanted)
	switch {
	case to > current && t.Suspended.Out, to < current && (t.Suspended.In || rests):
		return Decision{}
	case to == current && rests:
		return Decision{}
	case to == current:
		return Decision{Reasons: []Reason{t.reason(wanted, current)}}
	}
	return Decision{Changes: true, To: to, Added: max(0, to-base)}
}

// reason is why a capacity stays what it is.
func (t *Target) reason(wanted, current int) Reason {
	switch {
	case wanted > t.Max:
		return Reason{Code: "AlreadyAtMaxCapacity", Max: &t.Max}
	case wanted < t.Min:
		return Reason{Code: "AlreadyAtMinCapacity", Min: &t.Min}
	}
	return Reason{Code: "AlreadyAtDesiredCapacity", Current: &current}
}
