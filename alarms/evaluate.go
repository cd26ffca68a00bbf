package alarms

import (
	"slices"

	"skywatch/metric"
)

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

// evidence is what the slots say, each list newest first.
type evidence struct {
	d      *Definition
	slots  []Slot // the whole range, oldest first
	points []Slot // at most N real datapoints
	bad    []Slot // of them, those that breach
	good   []Slot // of them, those that do not
	// insignificant says that some of points are percentiles of too few samples.
	insignificant bool
	// missing is how many of N slots no real datapoint stands for.
	missing int
	// age of the oldest point in slots; the newest slot has age 1.
	age int
}

func weigh(d *Definition, slots []Slot) evidence {
	e := evidence{d: d, slots: slots}
	for i, s := range slices.Backward(slots) {
		if len(e.points) == d.EvaluationPeriods {
			break
		}
		if !s.Present {
			continue
		}
		e.points = append(e.points, s)
		e.age = len(slots) - i
		switch {
		case d.insignificant(s):
			e.insignificant = true
		case d.Comparison.breaches(s.Value, d.Threshold):
			e.bad = append(e.bad, s)
		default:
			e.good = append(e.good, s)
		}
	}
	e.missing = d.EvaluationPeriods - len(e.points)
	return e
}

// state applies the rules of cloudwatch.md 12.2 in their order, and 12.3 after
// the first two.
func (e *evidence) state(previous State) State {
	switch {
	case len(e.bad) >= e.d.needed():
		return Alarming
	case len(e.good) >= e.d.toClear():
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
	case len(e.good) > 0:
		return OK
	case treatment == Ignore:
		return previous
	case len(e.points) == 0:
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
func (e *evidence) decisive(to State) []Slot {
	var of []Slot
	switch to {
	case OK:
		of = e.good
	case Alarming:
		of = e.bad
	}
	return of[:min(len(of), e.quorum(to))]
}
