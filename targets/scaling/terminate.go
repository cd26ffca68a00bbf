package scaling

import (
	"context"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// TerminateInstance takes an instance out of its group for good; decrement
// lowers the desired capacity with it, otherwise another one is launched.
func (s *Service) TerminateInstance(ctx context.Context, t metric.Tenant, id string, decrement bool) (out *Activity, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		g, i, err := member(tx, t, id)
		if err != nil {
			return err
		}
		if i.going() {
			return inProgress(tx, g)
		}
		now := s.now()
		// What stands by is not counted in the capacity: to lower it would cost the
		// group another, healthy instance (inferred).
		decrement := decrement && i.State != Standby
		if err := g.lower(decrement); err != nil {
			return err
		}
		if err := s.releaseOf(tx, g, i); err != nil {
			return err
		}
		cause := at(now) + " instance " + id + " was taken out of service in response to a user request."
		if decrement {
			cause = at(now) + " instance " + id + " was taken out of service in response to a user request, shrinking the capacity from " + count(g.Desired+1) + " to " + count(g.Desired) + "."
		}
		if out, err = s.retire(tx, g, i, cause); err != nil {
			return err
		}
		return s.reconcile(tx, g)
	})
	return out, err
}

// lower takes one off the desired capacity, where that is asked for.
func (g *Group) lower(decrement bool) error {
	if !decrement {
		return nil
	}
	if g.Desired-1 < g.Min {
		return fault.New(fault.Validation, "Currently, desiredSize equals minSize (%d). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.", g.Min)
	}
	g.Desired--
	return nil
}
