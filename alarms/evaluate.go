package alarms

import "skywatch/metric"

// Transition is a change of an alarm's state that an evaluation found.
type Transition struct {
	From, To   State
	Reason     string
	ReasonData string
	// At is the evaluation instant.
	At metric.Instant
}

// Evaluate decides the state of an alarm at an instant (cloudwatch.md 12.2). The
// slots are the alarm's evaluation range, oldest first, one per period; their
// number is not checked. ok is false when the state stays what it was. It is a
// pure function: live evaluation and back-tests call it.
func Evaluate(d *Definition, slots []Slot, previous State, now metric.Instant) (t Transition, ok bool) {
	e := weigh(d, slots)
	to := e.state(previous)
	if to == previous {
		return Transition{}, false
	}
	return Transition{From: previous, To: to, Reason: e.reason(to), ReasonData: e.reasonData(to, now), At: now}, true
}

// evidence is what the slots say. It holds no lists: most evaluations change
// nothing, and of those nobody asks which datapoints decided.
type evidence struct {
	d     *Definition
	slots []Slot // the whole range, oldest first
	// The real datapoints that count are the newest N at most. Of them some
	// breach, some do not.
	points, bad, good int
	newest, oldest    metric.Instant // of them
	// insignificant says that some of points are percentiles of too few samples.
	insignificant bool
	// missing is how many of N slots no real datapoint stands for.
	missing int
	// age of the oldest point in slots; the newest slot has age 1.
	age int
}

func weigh(d *Definition, slots []Slot) evidence {
	e := evidence{d: d, slots: slots}
	for i := len(slots) - 1; i >= 0 && e.points < d.EvaluationPeriods; i-- {
		s := &slots[i]
		if !s.Present {
			continue
		}
		if e.points == 0 {
			e.newest = s.Start
		}
		e.points++
		e.oldest, e.age = s.Start, len(slots)-i
		switch {
		case d.insignificant(*s):
			e.insignificant = true
		case d.Comparison.breaches(s.Value, d.Threshold):
			e.bad++
		default:
			e.good++
		}
	}
	e.missing = d.EvaluationPeriods - e.points
	return e
}

// state applies the rules of cloudwatch.md 12.2 in their order, and 12.3 after
// the first two.
func (e *evidence) state(previous State) State {
	switch {
	case e.bad >= e.d.needed():
		return Alarming
	case e.good >= e.d.toClear():
		return OK
	case e.insignificant:
		return previous
	}
	treatment := e.d.treatment()
	switch treatment {
	case Breaching:
		// bad + missing is N - good here, and good at most N - M.
		return Alarming
	case NotBreaching:
		return OK
	}
	switch {
	case e.good > 0:
		return OK
	case treatment == Ignore:
		return previous
	case e.points == 0:
		return InsufficientData
	case e.age >= e.d.needed():
		return Alarming // nothing newer came to speak against the breach
	default:
		return previous // too young to alarm (inferred: otherwise unchanged)
	}
}

// quorum is how many datapoints a change to the state takes.
func (e *evidence) quorum(to State) int {
	if to == OK {
		return e.d.toClear()
	}
	return e.d.needed()
}

// decisive returns the datapoints that decided for the state, newest first.
func (e *evidence) decisive(to State) (all []Slot) {
	want := e.quorum(to)
	switch to {
	case OK:
		want = min(want, e.good)
	case Alarming:
		want = min(want, e.bad)
	default:
		return nil
	}
	for i := len(e.slots) - 1; len(all) < want; i-- {
		s := e.slots[i]
		if s.Present && !e.d.insignificant(s) && e.d.Comparison.breaches(s.Value, e.d.Threshold) == (to == Alarming) {
			all = append(all, s)
		}
	}
	return all
}
