package scaling

import (
	"context"
	"time"

	"github.com/google/uuid"

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

// releaseOf ends what holds an instance that is launching: its launch is
// cancelled.
func (s *Service) releaseOf(tx *catalog.Tx, g *Group, i *Instance) error {
	if i.State != PendingWait {
		return nil
	}
	held, err := all(tx, waits, g.GroupName, i.ID)
	if err != nil {
		return err
	}
	for k := range held {
		if err := s.release(tx, g, &held[k], true); err != nil {
			return err
		}
		a, ok, err := activities.Get(tx, held[k].Activity...)
		if err != nil {
			return err
		}
		if ok && a.open() {
			a.end(Cancelled, "The instance was terminated by a user request.", s.now()) // (inferred)
			if err := a.save(tx); err != nil {
				return err
			}
		}
	}
	return nil
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

// Attach takes instances into a group that nobody of it launched.
func (s *Service) Attach(ctx context.Context, n GroupName, ids []string) error {
	return s.change(ctx, n, func(tx *catalog.Tx, g *Group) error {
		if g.Deleting {
			return deleting(n)
		}
		now := s.now()
		if after := g.Desired + len(ids); after > g.Max {
			return fault.New(fault.Validation, "AutoScalingGroup %s has max size %d: attaching %d instances would make its desired capacity %d.", n.Group, g.Max, len(ids), after) // (inferred)
		}
		for _, id := range ids {
			if !plausible(id) {
				return fault.New(fault.Validation, "Invalid Instance ID(s): [%s]", id).On("InstanceIds")
			}
			if in, taken, err := members.Get(tx, n.Account, n.Region, id); err != nil {
				return err
			} else if taken {
				return fault.New(fault.Validation, "Instance %s is already part of AutoScalingGroup:%s", id, in).On("InstanceIds") // (inferred)
			}
			i := &Instance{ID: id, Group: g.Group, State: InService, Protected: g.ProtectNew, Launched: now}
			if len(g.Zones) > 0 {
				i.Zone = g.Zones[0] // nobody knows where it is
			}
			if err := g.put(tx, i); err != nil {
				return err
			}
			cause := at(now) + " an instance was attached in response to a user request, increasing the capacity from " + count(g.Desired) + " to " + count(g.Desired+1) + "."
			g.Desired++
			if _, err := s.done(tx, g, "Attaching an existing EC2 instance: "+id, cause, i, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// done records an activity that has nothing for a driver to do.
func (s *Service) done(tx *catalog.Tx, g *Group, description, cause string, i *Instance, now time.Time) (*Activity, error) {
	a := &Activity{
		ID: uuid.NewString(), GroupName: g.GroupName, GroupARN: g.ARN(), Description: description, Cause: cause, Start: now,
		Instance: i.ID, Zone: i.Zone,
	}
	a.end(Successful, "", now)
	return a, a.save(tx)
}

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

// SetHealth says how an instance is. respect leaves one alone that is younger
// than the group's grace period.
func (s *Service) SetHealth(ctx context.Context, t metric.Tenant, id, status string, respect bool) error {
	if status != "Healthy" && status != "Unhealthy" {
		return fault.New(fault.Validation, "Valid instance health states are: [Healthy, Unhealthy].").On("HealthStatus")
	}
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		g, i, err := member(tx, t, id)
		if err != nil {
			return err
		}
		if respect && g.young(i, s.now()) {
			return nil
		}
		i.Unhealthy = status == "Unhealthy"
		if err := g.put(tx, i); err != nil {
			return err
		}
		return s.reconcile(tx, g)
	})
}

// young reports whether the grace period of an instance lasts.
func (g *Group) young(i *Instance, now time.Time) bool {
	return now.Before(i.Launched.Add(time.Duration(g.GracePeriod) * time.Second))
}

// Protect sets whether instances are protected from scale-in.
func (s *Service) Protect(ctx context.Context, n GroupName, ids []string, protected bool) error {
	return s.change(ctx, n, func(tx *catalog.Tx, g *Group) error {
		for _, id := range ids {
			i, err := g.instance(tx, id)
			if err != nil {
				return err
			}
			i.Protected = protected
			if err := g.put(tx, i); err != nil {
				return err
			}
		}
		return nil
	})
}
