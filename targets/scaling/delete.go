package scaling

import (
	"context"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// The values of DeletionProtection that protect.
const (
	protectFromForce = "prevent-force-deletion"
	protectFromAll   = "prevent-all-deletion"
)

// Delete removes a group: at once when it is empty, by force once its instances
// are terminated.
func (s *Service) Delete(ctx context.Context, n GroupName, force bool) error {
	return s.change(ctx, n, func(tx *catalog.Tx, g *Group) error {
		if g.DeletionProtection == protectFromAll || force && g.DeletionProtection == protectFromForce {
			return fault.New(fault.Validation, "The Auto Scaling group %s has deletion protection %s.", n.Group, g.DeletionProtection) // (inferred)
		}
		members, err := all(tx, instances, n)
		if err != nil {
			return err
		}
		open, err := openOf(tx, n)
		if err != nil {
			return err
		}
		switch {
		case force || g.Deleting:
		case len(members) > 0:
			return inUse("You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.")
		case len(open) > 0:
			f := fault.New(fault.Conflict, "You cannot delete an AutoScalingGroup while there are scaling activities in progress for that group.")
			f.Subject = "activity"
			return f
		}
		now := s.now()
		g.Min = 0
		g.want(0, now, "a user request force deleted AutoScalingGroup")
		g.Max, g.Deleting = 0, true
		g.Failures = 0
		g.Retry = now
		return s.releaseAll(tx, g)
	})
}

func inUse(text string) error {
	f := fault.New(fault.Conflict, "%s", text)
	f.Subject = "in-use"
	return f
}
