package scaling

import (
	"context"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// Detach lets instances go from a group; they run on.
func (s *Service) Detach(ctx context.Context, n GroupName, ids []string, decrement bool) ([]Activity, error) {
	return s.move(ctx, n, ids, func(tx *catalog.Tx, g *Group, i *Instance) (string, string, error) {
		if i.State != InService && i.State != Standby {
			return "", "", wrongState(g, i, "InService or Standby")
		}
		lowered := decrement && i.State == InService
		if err := g.lower(lowered); err != nil {
			return "", "", err
		}
		return "Detaching EC2 instance: " + i.ID, moved(s.now(), i.ID, "detached", lowered, g.Desired), g.drop(tx, i.ID)
	})
}

// EnterStandby takes instances out of service for a while.
func (s *Service) EnterStandby(ctx context.Context, n GroupName, ids []string, decrement bool) ([]Activity, error) {
	return s.move(ctx, n, ids, func(tx *catalog.Tx, g *Group, i *Instance) (string, string, error) {
		if i.State != InService {
			return "", "", wrongState(g, i, "InService")
		}
		if err := g.lower(decrement); err != nil {
			return "", "", err
		}
		i.State = Standby
		return "Moving EC2 instance to Standby: " + i.ID, moved(s.now(), i.ID, "moved to standby", decrement, g.Desired), g.put(tx, i)
	})
}

// ExitStandby puts instances back into service, and raises the desired capacity
// with them.
func (s *Service) ExitStandby(ctx context.Context, n GroupName, ids []string) ([]Activity, error) {
	return s.move(ctx, n, ids, func(tx *catalog.Tx, g *Group, i *Instance) (string, string, error) {
		switch {
		case i.State != Standby:
			return "", "", wrongState(g, i, "Standby")
		case g.Desired >= g.Max:
			return "", "", fault.New(fault.Validation, "AutoScalingGroup %s has max size %d: moving %s out of standby would exceed it.", g.Group, g.Max, i.ID) // (inferred)
		}
		i.State = InService
		g.Desired++
		cause := at(s.now()) + " instance " + i.ID + " was moved out of standby in response to a user request, increasing the capacity from " + count(g.Desired-1) + " to " + count(g.Desired) + "."
		return "Moving EC2 instance out of Standby: " + i.ID, cause, g.put(tx, i)
	})
}

func moved(now time.Time, id, how string, lowered bool, desired int) string {
	cause := at(now) + " instance " + id + " was " + how + " in response to a user request"
	if lowered {
		cause += ", shrinking the capacity from " + count(desired+1) + " to " + count(desired)
	}
	return cause + "."
}

func wrongState(g *Group, i *Instance, want string) error {
	return fault.New(fault.Validation, "The instance %s is not in %s of Auto Scaling group %s: it is %s.", i.ID, want, g.Group, i.State).On("InstanceIds") // (inferred)
}

// move does something to each of the instances, and records it.
func (s *Service) move(ctx context.Context, n GroupName, ids []string, fn func(*catalog.Tx, *Group, *Instance) (description, cause string, err error)) (out []Activity, err error) {
	err = s.change(ctx, n, func(tx *catalog.Tx, g *Group) error {
		now := s.now()
		for _, id := range ids {
			i, err := g.instance(tx, id)
			if err != nil {
				return err
			}
			description, cause, err := fn(tx, g, i)
			if err != nil {
				return err
			}
			a, err := s.done(tx, g, description, cause, i, now)
			if err != nil {
				return err
			}
			out = append(out, *a)
		}
		return nil
	})
	return out, err
}
