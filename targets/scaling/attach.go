package scaling

import (
	"context"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

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
