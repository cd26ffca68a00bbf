package alarm

import "time"

// Live is an alarm that watches data arrive (design, section 4): an instant is
// decided Settle after it, and what arrives later than that for a closed slot
// has the last instant decided anew. Times of calls only go forward.
type Live struct {
	Definition Definition
	// Source is asked anew at every evaluation.
	Source Source
	Settle time.Duration
	State  State

	current time.Time // the last instant that was decided
	decided bool      // whether any was
	Changes []Verdict
}

// Create begins to watch: the first instant is the next one, or, where now is
// said to be decided on creation, that before.
func (l *Live) Create(now time.Time, decided bool) {
	l.State = InsufficientData
	l.current = now.Truncate(l.Definition.Cadence())
	if decided {
		l.decide()
	}
}

// Until decides every instant that has settled.
func (l *Live) Until(now time.Time) {
	for next := l.current.Add(l.Definition.Cadence()); !next.Add(l.Settle).After(now); next = next.Add(l.Definition.Cadence()) {
		l.current = next
		l.decide()
	}
}

// Again decides the current instant anew: tell it after data have arrived, which
// changes nothing unless they are in its range.
func (l *Live) Again() {
	if l.decided {
		l.decide()
	}
}

func (l *Live) decide() {
	l.decided = true
	v := Evaluate(l.Definition, l.Source, l.current, l.State)
	if l.State = v.State; v.State != v.Before {
		l.Changes = append(l.Changes, v)
	}
}
