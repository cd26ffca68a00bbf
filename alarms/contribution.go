package alarms

import (
	"fmt"
	"slices"

	"skywatch/metric"
)

// Limits of alarms on several time series (cloudwatch.md 12.5; that they are the
// same for PromQL is inferred).
const (
	maxAlarming = 100 // contributors in ALARM
	maxSeries   = 500 // looked at
)

// group is one time series among several, as an alarm sees it.
type group struct {
	attributes map[string]string
	slots      []Slot
}

// present reports whether there is any datapoint.
func (g *group) present() bool {
	return slices.ContainsFunc(g.slots, func(s Slot) bool { return s.Present })
}

// roll goes through the time series of an alarm at an instant and finds what
// becomes of their contributors.
type roll struct {
	a  *Alarm
	at metric.Instant
	// before are the contributors that were kept, without those met already.
	before map[string]Contributor
	// raised wait for their place among those in ALARM, in the query's order.
	raised   []ContributorChange
	changes  []ContributorChange
	total    int // contributors met
	alarming int // of them, those that are in ALARM from now on
	over     bool
}

func (a *Alarm) roll(at metric.Instant) *roll {
	r := &roll{a: a, at: at, before: make(map[string]Contributor, len(a.contributors))}
	for _, c := range a.contributors {
		r.before[c.ID] = c
	}
	return r
}

// meet returns the contributor of a time series as it was.
func (r *roll) meet(attributes map[string]string) Contributor {
	r.total++
	id := contributorID(attributes)
	c, ok := r.before[id]
	if !ok {
		return Contributor{ID: id, Attributes: attributes, Value: OK}
	}
	delete(r.before, id)
	return c
}

// rest returns the contributors that were not met, by id.
func (r *roll) rest() (all []Contributor) {
	for _, c := range r.a.contributors {
		if _, ok := r.before[c.ID]; ok {
			all = append(all, c)
		}
	}
	return all
}

// raise asks for a place among those in ALARM.
func (r *roll) raise(c Contributor, reason string) {
	c.Value, c.Reason, c.Pending = Alarming, reason, 0
	r.raised = append(r.raised, ContributorChange{c, OK})
}

// clear brings a contributor back to OK.
func (r *roll) clear(c Contributor, reason string) {
	c.Value, c.Reason, c.Gone = OK, reason, 0
	r.changes = append(r.changes, ContributorChange{c, Alarming})
}

// keep keeps a contributor in its state; its times may have changed.
func (r *roll) keep(c, was Contributor) {
	if c.Value == Alarming {
		r.alarming++
	}
	if c.Pending != was.Pending || c.Gone != was.Gone {
		r.changes = append(r.changes, ContributorChange{c, c.Value})
	}
}

// seat gives those that were raised their places, as long as there are any.
func (r *roll) seat() {
	free := max(maxAlarming-r.alarming, 0)
	r.over = len(r.raised) > free
	r.raised = r.raised[:min(free, len(r.raised))]
	r.alarming += len(r.raised)
	r.changes = append(r.changes, r.raised...)
}

// decision is what the contributors make of the alarm: ALARM while any of them
// is, and otherwise what it is without.
func (r *roll) decision(without State) (Transition, bool) {
	t := r.a.stay(r.at)
	t.To = without
	if r.alarming > 0 {
		t.To = Alarming
	}
	changed := t.To != t.From || slices.ContainsFunc(r.changes, func(c ContributorChange) bool { return c.transition() })
	if changed || r.a.Evaluation == EvaluationError {
		t.Reason, t.ReasonData = r.reason(t.To), ""
	}
	return t, changed || len(r.changes) > 0
}

func (r *roll) reason(to State) string {
	switch {
	case to == InsufficientData:
		return insufficient(&r.a.Definition)
	case r.over:
		return fmt.Sprintf("%d+ time series evaluated to ALARM", maxAlarming)
	default:
		return fmt.Sprintf("%d out of %d time series evaluated to ALARM", r.alarming, r.total)
	}
}

// goneReason is of AWS's words (cloudwatch.md 12.5).
const goneReason = "No data was returned for this contributor"

// judgeGroups judges the time series of a grouped query in Metrics Insights, each
// by the rules for one (cloudwatch.md 12.5). One without datapoints counts as not
// returned.
func (r *roll) judgeGroups(groups []group) {
	for _, g := range groups {
		if !g.present() {
			continue
		}
		c := r.meet(g.attributes)
		e := weigh(&r.a.Definition, g.slots)
		switch to := e.state(c.Value); {
		case to == c.Value:
			r.keep(c, c)
		case to == Alarming:
			r.raise(c, e.briefReason(to))
		default:
			r.clear(c, e.reason(to))
		}
	}
	for _, c := range r.rest() {
		r.clear(c, goneReason)
	}
	r.seat()
}
