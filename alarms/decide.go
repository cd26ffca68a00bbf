package alarms

import (
	"slices"

	"skywatch/metric"
)

// seen is what an alarm sees at an instant.
type seen struct {
	// slots are the evaluation range of an alarm on one time series.
	slots []Slot
	// groups are the time series of one on several, in the query's order.
	groups []group
	// partial says that there is more than the quotas let an alarm see.
	partial bool
	// wrong says why the definition cannot be evaluated, empty: it can.
	wrong string
	// failed says that what there is to see could not be read.
	failed bool
}

// Decision is what an evaluation found: a transition, which leads nowhere where
// the value of the state stays, and what else there is to keep.
type Decision struct {
	Transition
	Evaluation EvaluationState
	// Contributors are those of which something has changed.
	Contributors []ContributorChange
	// Repeat says that nothing changes, and actions that repeat are due.
	Repeat bool
}

// decide judges, by its definition and its status, what an alarm sees at an
// instant; ok is false when all stays as it was. It changes nothing and is, like
// Evaluate, what live evaluation and back-tests call.
func (a *Alarm) decide(s seen, at metric.Instant) (d Decision, ok bool) {
	d = Decision{Transition: a.stay(at), Evaluation: s.evaluation()}
	switch {
	case a.warmsUp(&s, at):
		d.Transition, d.Evaluation = a.cold(at), InWarmUp
		ok = d.To != d.From
	case s.failed:
	case s.wrong != "":
		d.Reason, d.ReasonData = s.wrong, ""
	case a.contributes():
		ok = a.judgeEach(&d, s, at)
	default:
		d.Transition, ok = a.judge(s, at)
	}
	return d, ok || d.Evaluation != a.Evaluation
}

// moves reports whether a contributor has another state.
func (d *Decision) moves() bool {
	return slices.ContainsFunc(d.Contributors, func(c ContributorChange) bool { return c.transition() })
}

// status is what a decision makes of an alarm's status, but for the times.
func (d *Decision) status(s Status) Status {
	s.Value, s.Reason, s.ReasonData, s.Evaluation = d.To, d.Reason, d.ReasonData, d.Evaluation
	if d.Evaluation != InWarmUp {
		s.Warming = 0
	}
	return s
}

// stay is the transition of an alarm that keeps its state.
func (a *Alarm) stay(at metric.Instant) Transition {
	return Transition{From: a.Value, To: a.Value, Reason: a.Reason, ReasonData: a.ReasonData, At: at}
}

// judge decides on what can be judged.
func (a *Alarm) judge(s seen, at metric.Instant) (Transition, bool) {
	t, ok := Evaluate(&a.Definition, s.slots, a.Value, at)
	if ok {
		return t, true
	}
	t = a.stay(at)
	if a.Evaluation == EvaluationError { // whose words do not hold any more
		e := weigh(&a.Definition, s.slots)
		t.Reason, t.ReasonData = e.reason(a.Value), e.reasonData(a.Value, at)
	}
	return t, false
}

// judgeEach judges the time series of an alarm on several.
func (a *Alarm) judgeEach(d *Decision, s seen, at metric.Instant) (ok bool) {
	r := a.roll(at)
	without := OK
	if a.PromQL != nil {
		r.judgeElements(s.groups)
	} else if r.judgeGroups(s.groups); r.total == 0 {
		without = InsufficientData // whatever the treatment (cloudwatch.md 12.5)
	}
	if r.over {
		d.Evaluation = PartialData
	}
	d.Contributors = r.changes
	d.Transition, ok = r.decision(without)
	return ok
}

func (s *seen) evaluation() EvaluationState {
	switch {
	case s.failed:
		return EvaluationFailure
	case s.wrong != "":
		return EvaluationError
	case s.partial:
		return PartialData
	}
	return ""
}
