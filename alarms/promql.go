package alarms

import (
	"context"
	"fmt"
	"math"
	"time"

	"skywatch/metric"
)

// Element is one element of the instant vector that a PromQL query returns.
type Element struct {
	Labels map[string]string
	Value  float64
}

// Vectors answers PromQL queries with instant vectors of periods that have ended,
// in a stable order.
type Vectors interface {
	Vector(ctx context.Context, t metric.Tenant, query string, at metric.Instant) ([]Element, error)
}

// vector asks the alarm's PromQL query.
func (a *Alarm) vector(by Vectors) question {
	tenant, text := a.Tenant, a.PromQL.Query
	return func(ctx context.Context, at metric.Instant) (seen, error) {
		if by == nil {
			return seen{}, errNobody
		}
		elements, err := by.Vector(ctx, tenant, text, at)
		if err != nil {
			return unseen(ctx, err)
		}
		s := seen{partial: len(elements) > maxSeries}
		for _, e := range elements[:min(len(elements), maxSeries)] {
			s.groups = append(s.groups, group{e.Labels, []Slot{{Start: at, Present: true, Value: e.Value}}})
		}
		return s, nil
	}
}

// judgeElements judges the elements of a vector: each breaches. A contributor is
// in ALARM once it has been there for the pending period, and OK again once it has
// been gone for the recovery period; both are counted from instant to instant
// (cloudwatch.md 12.5).
func (r *roll) judgeElements(elements []group) {
	for _, g := range elements {
		was := r.meet(g.attributes)
		c := was
		c.Gone = 0
		if c.Value == OK && (c.Pending == 0 || c.Pending > r.at) { // later: the clock was set back
			c.Pending = r.at
		}
		if c.Value == OK && r.at >= c.Pending.Add(r.a.PromQL.pending()) {
			r.raise(c, r.elementReason(&c, g.slots[0].Value))
			continue
		}
		r.keep(c, was)
	}
	for _, was := range r.rest() {
		c := was
		switch {
		case c.Value == OK: // it was pending, and has not been there all the time
			c.Pending = 0
			r.keep(c, was)
			continue
		case c.Gone == 0 || c.Gone > r.at:
			c.Gone = r.at
		}
		if r.at >= c.Gone.Add(r.a.PromQL.recovery()) {
			r.clear(c, goneReason)
			continue
		}
		r.total++
		r.keep(c, was)
	}
	r.seat()
}

// elementReason says why a contributor is in ALARM; AWS's words are not known
// (inferred).
func (r *roll) elementReason(c *Contributor, value float64) string {
	text := "The query returned this contributor"
	if !math.IsNaN(value) && !math.IsInf(value, 0) {
		text += " with the value " + number(value).String()
	}
	text += r.at.Time().Format(" (02/01/06 15:04:05)")
	if p := r.a.PromQL.pending(); p > 0 {
		text += fmt.Sprintf(" and had done so for the pending period of %d seconds", p/time.Second)
	}
	return text + "."
}

func (p *PromQL) pending() time.Duration  { return optionalSeconds(p.Pending) }
func (p *PromQL) recovery() time.Duration { return optionalSeconds(p.Recovery) }

func optionalSeconds(n *int) time.Duration {
	if n == nil {
		return 0
	}
	return time.Duration(*n) * time.Second
}

// checkVector refuses a PromQL query that gives no instant vector.
func (s *Service) checkVector(d *Definition) error {
	switch {
	case d.PromQL == nil:
		return nil
	case s.opts.Vectors == nil:
		return unsupported("The parameter EvaluationCriteria is")
	}
	return s.opts.Vectors.CheckVector(d.PromQL.Query)
}
