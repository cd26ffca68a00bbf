package scalable

import (
	"skywatch/catalog"
	"skywatch/targets/driver"
)

// answer decides what was asked of a target, once its capacity is known or
// cannot be.
func (s *Service) answer(tx *catalog.Tx, t *Target, due []ask, got Capacity, failure error) error {
	var open []ask
	for _, a := range due {
		now, ok, err := asks.Get(tx, a.parts()...)
		if err != nil {
			return err
		}
		if ok && now.ID == a.ID { // otherwise it was asked anew, or withdrawn
			open = append(open, a)
		}
	}
	if failure != nil {
		return s.unanswered(tx, t, open, failure)
	}
	for _, a := range open {
		if err := asks.Delete(tx, a.parts()...); err != nil {
			return err
		}
	}
	current := got.Desired
	if t.Change != nil {
		current = t.Change.To // the resource may not show it yet
	}
	return s.decide(tx, t, open, current)
}

// unanswered keeps asks for another time, or tells that they failed.
func (s *Service) unanswered(tx *catalog.Tx, t *Target, open []ask, failure error) error {
	for _, a := range open {
		if driver.IsUnknown(failure) && a.Calls+1 < maxCalls {
			a.Calls++
			a.Next = s.now().Add(delay(a.Calls))
			if err := s.put(tx, a); err != nil {
				return err
			}
			continue
		}
		if err := asks.Delete(tx, a.parts()...); err != nil {
			return err
		}
		description, cause := "Attempting to scale due to alarm triggered", a.Cause
		if a.Policy == "" {
			description, cause = "Attempting to scale due to capacity limits", t.boundsCause() // (inferred)
			if err := s.againLater(tx, t); err != nil {
				return err
			}
		}
		told := s.ended(t.Name, description, cause, Status(Failed), short("Failed to read the capacity. Reason: "+failure.Error()))
		if err := s.note(tx, t, told); err != nil {
			return err
		}
	}
	return nil
}

// boundsCause is the cause of bringing a capacity that is not known within the
// bounds.
func (t *Target) boundsCause() string {
	return "minimum capacity was set to " + count(t.Min) + " and maximum capacity was set to " + count(t.Max) // (inferred)
}

// decide carries out the largest of what policies decide (API reference,
// PutScalingPolicy: "precedence to the policy that provides the largest capacity
// for both scale out and scale in"), and otherwise keeps the bounds.
func (s *Service) decide(tx *catalog.Tx, t *Target, open []ask, current int) error {
	var best Decision
	var by *Policy
	var cause string
	var idle []*Activity
	now := s.now()
	for _, a := range open {
		if a.Policy == "" {
			continue
		}
		p, ok, err := policies.Get(tx, a.key(a.Policy)...)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		d := Decision{}
		if p.Type != TargetTrackingScaling {
			d = Decide(t, &p, a.Distance, current, now)
		} else if d, err = s.decideTracking(tx, t, &p, &a, current, now); err != nil {
			return err
		}
		switch {
		case d.Changes && (by == nil || d.To > best.To):
			best, by, cause = d, &p, a.Cause
		case len(d.Reasons) > 0:
			told := s.ended(t.Name, "Attempting to scale due to alarm triggered", a.Cause, Status(Failed), "")
			told.NotScaled = d.Reasons
			idle = append(idle, told)
		}
	}
	if by != nil {
		c, err := s.begin(tx, t, current, best.To, cause)
		if err != nil {
			return err
		}
		t.Move = &move{Activity: c.ID, Out: best.To > current, Cooldown: by.cooldown(best.To > current)}
		if t.Move.Out {
			t.Move.Added = best.Added
		}
		return nil
	}
	for _, told := range idle {
		if err := s.note(tx, t, told); err != nil {
			return err
		}
	}
	return s.keepBounds(tx, t, open, current)
}

// keepBounds brings the capacity within the bounds if that was asked.
func (s *Service) keepBounds(tx *catalog.Tx, t *Target, open []ask, current int) error {
	asked := false
	for _, a := range open {
		asked = asked || a.Policy == ""
	}
	to := t.within(current)
	if !asked || to == current {
		return nil
	}
	cause := "minimum capacity was set to " + count(t.Min)
	if to < current {
		cause = "maximum capacity was set to " + count(t.Max)
	}
	c, err := s.begin(tx, t, current, to, cause)
	if err == nil {
		c.Bounds = true
	}
	return err
}
