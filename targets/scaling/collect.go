package scaling

import (
	"context"
	"slices"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// The metrics that a group has once it is asked to collect them (user guide,
// "CloudWatch metrics for Amazon EC2 Auto Scaling"); none of warm pools.
const (
	GroupMinSize              = "GroupMinSize"
	GroupMaxSize              = "GroupMaxSize"
	GroupDesiredCapacity      = "GroupDesiredCapacity"
	GroupInServiceInstances   = "GroupInServiceInstances"
	GroupPendingInstances     = "GroupPendingInstances"
	GroupStandbyInstances     = "GroupStandbyInstances"
	GroupTerminatingInstances = "GroupTerminatingInstances"
	GroupTotalInstances       = "GroupTotalInstances"
	// In units of capacity; without weights an instance is one.
	GroupInServiceCapacity   = "GroupInServiceCapacity"
	GroupPendingCapacity     = "GroupPendingCapacity"
	GroupStandbyCapacity     = "GroupStandbyCapacity"
	GroupTerminatingCapacity = "GroupTerminatingCapacity"
	GroupTotalCapacity       = "GroupTotalCapacity"
)

// Granularity is how often metrics of groups are sent: the one that AWS has.
const Granularity = "1Minute"

// Metrics lists the metrics in AWS's order.
func Metrics() []string {
	return []string{
		GroupMinSize, GroupMaxSize, GroupDesiredCapacity, GroupInServiceInstances, GroupPendingInstances, GroupStandbyInstances,
		GroupTerminatingInstances, GroupTotalInstances, GroupInServiceCapacity, GroupPendingCapacity, GroupStandbyCapacity,
		GroupTerminatingCapacity, GroupTotalCapacity,
	}
}

// Collect has metrics of a group sent, all if none is named.
func (s *Service) Collect(ctx context.Context, n GroupName, names []string) error {
	return s.metrics(ctx, n, names, func(have, named []string) []string { return append(slices.Clone(have), named...) })
}

// StopCollecting ends what Collect began.
func (s *Service) StopCollecting(ctx context.Context, n GroupName, names []string) error {
	return s.metrics(ctx, n, names, func(have, named []string) []string {
		return slices.DeleteFunc(slices.Clone(have), func(m string) bool { return slices.Contains(named, m) })
	})
}

func (s *Service) metrics(ctx context.Context, n GroupName, names []string, change func(have, named []string) []string) error {
	for _, m := range names {
		if !slices.Contains(Metrics(), m) {
			return fault.New(fault.Validation, "Metric %s is not valid. Valid metrics are: %v", m, Metrics()).On("Metrics") // (inferred)
		}
	}
	if len(names) == 0 {
		names = Metrics()
	}
	return s.change(ctx, n, func(_ *catalog.Tx, g *Group) error {
		now := change(g.Metrics, names)
		g.Metrics = slices.DeleteFunc(Metrics(), func(m string) bool { return !slices.Contains(now, m) })
		return nil
	})
}

// Reading is what a group's metrics show at one moment.
type Reading struct {
	GroupName
	Values map[string]float64 // by the metric, those that are collected
}

// Readings reads the metrics of all groups that have any collected.
func (s *Service) Readings() (out []Reading, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		return groups.Scan(r, catalog.Range{}, func(_ []string, g Group) (bool, error) {
			if len(g.Metrics) == 0 {
				return true, nil
			}
			members, err := all(r, instances, g.GroupName)
			if err != nil {
				return false, err
			}
			under, err := openOf(r, g.GroupName)
			if err != nil {
				return false, err
			}
			values := g.read(members, under)
			for _, m := range Metrics() {
				if !slices.Contains(g.Metrics, m) {
					delete(values, m)
				}
			}
			out = append(out, Reading{g.GroupName, values})
			return true, nil
		})
	})
	return out, err
}

// read takes all metrics. A launch whose driver has not answered is an instance
// that is pending, as it is from the first moment in AWS.
func (g *Group) read(members []Instance, under []Activity) map[string]float64 {
	var in, pending, standby, terminating float64
	for i := range members {
		switch m := &members[i]; {
		case m.going():
			terminating++
		case m.State == Standby:
			standby++
		case m.State == InService:
			in++
		default:
			pending++
		}
	}
	pending += float64(unanswered(under))
	total := in + pending + standby + terminating
	return map[string]float64{
		GroupMinSize: float64(g.Min), GroupMaxSize: float64(g.Max), GroupDesiredCapacity: float64(g.Desired),
		GroupInServiceInstances: in, GroupPendingInstances: pending, GroupStandbyInstances: standby,
		GroupTerminatingInstances: terminating, GroupTotalInstances: total,
		GroupInServiceCapacity: in, GroupPendingCapacity: pending, GroupStandbyCapacity: standby,
		GroupTerminatingCapacity: terminating, GroupTotalCapacity: total,
	}
}
