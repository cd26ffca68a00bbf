package scaling

import (
	"context"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// SetDesired changes the desired capacity. honor refuses it while a cooldown
// lasts.
func (s *Service) SetDesired(ctx context.Context, n GroupName, desired int, honor bool) error {
	return s.change(ctx, n, func(tx *catalog.Tx, g *Group) error {
		switch {
		case g.Deleting:
			return deleting(n)
		case desired > g.Max:
			return fault.New(fault.Validation, "New SetDesiredCapacity value %d is above max value %d for the AutoScalingGroup.", desired, g.Max).On("DesiredCapacity")
		case desired < g.Min:
			return fault.New(fault.Validation, "New SetDesiredCapacity value %d is below min value %d for the AutoScalingGroup.", desired, g.Min).On("DesiredCapacity")
		}
		if honor {
			f, err := s.fleet(tx, g)
			if err != nil {
				return err
			}
			if f.resting() {
				return inProgress(tx, g)
			}
		}
		g.Cooldown, g.Warmup = nil, nil
		g.want(desired, s.now(), "a user request explicitly set group desired capacity")
		return nil
	})
}
