package alarm

import "time"

// PromQL is an alarm on a query whose every element is a breaching contributor
// (12.5).
type PromQL struct {
	Pending, Recovery time.Duration
	elements          map[string]*element
}

// element is a contributor that was present at least once.
type element struct {
	alarm   bool
	present bool
	since   time.Time // when it became present, or absent
}

// Evaluate takes the elements that the query has at the instant and answers the
// state of the alarm: ALARM while any contributor is. A contributor is in ALARM when it has been
// present for the pending period, and OK when it has been absent for the
// recovery period; an interruption begins the period anew.
func (p *PromQL) Evaluate(at time.Time, present ...string) State {
	if p.elements == nil {
		p.elements = make(map[string]*element)
	}
	now := make(map[string]bool)
	for _, name := range present {
		now[name] = true
		if p.elements[name] == nil {
			p.elements[name] = &element{}
		}
	}
	state := OK
	for name, e := range p.elements {
		if e.present != now[name] || e.since.IsZero() {
			e.present, e.since = now[name], at
		}
		lasted := at.Sub(e.since)
		switch {
		case e.present && lasted >= p.Pending:
			e.alarm = true
		case !e.present && lasted >= p.Recovery:
			e.alarm = false
		}
		if e.alarm {
			state = Alarm
		}
	}
	return state
}
