package scaling

import (
	"context"
	"maps"
	"slices"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// Process is what a group can suspend.
type Process string

// The processes that do something here.
const (
	Launch            Process = "Launch"
	Terminate         Process = "Terminate"
	AlarmNotification Process = "AlarmNotification"
	HealthCheck       Process = "HealthCheck"
	ReplaceUnhealthy  Process = "ReplaceUnhealthy"
	ScheduledActions  Process = "ScheduledActions"
)

// Processes lists all that AWS has, in its order. AddToLoadBalancer,
// AZRebalance and InstanceRefresh never run here.
func Processes() []string {
	return []string{
		"AZRebalance", "AddToLoadBalancer", string(AlarmNotification), string(HealthCheck), "InstanceRefresh",
		string(Launch), string(ReplaceUnhealthy), string(ScheduledActions), string(Terminate),
	}
}

func (g *Group) suspended(p Process) bool {
	_, ok := g.Suspended[string(p)]
	return ok && !g.Deleting
}

// Suspend suspends processes of a group, all if none is named.
func (s *Service) Suspend(ctx context.Context, n GroupName, names []string) error {
	return s.processes(ctx, n, names, func(g *Group, p string) {
		if g.Suspended == nil {
			g.Suspended = map[string]string{}
		}
		g.Suspended[p] = "User suspended at " + s.now().Format("2006-01-02T15:04:05Z")
	})
}

// Resume lets processes of a group run again, all if none is named.
func (s *Service) Resume(ctx context.Context, n GroupName, names []string) error {
	return s.processes(ctx, n, names, func(g *Group, p string) { delete(g.Suspended, p) })
}

func (s *Service) processes(ctx context.Context, n GroupName, names []string, change func(*Group, string)) error {
	for _, p := range names {
		if !slices.Contains(Processes(), p) {
			return fault.New(fault.Validation, "'%s' is not a valid scaling process type. Valid types are: %v", p, Processes()).On("ScalingProcesses") // (inferred)
		}
	}
	if len(names) == 0 {
		names = Processes()
	}
	return s.change(ctx, n, func(_ *catalog.Tx, g *Group) error {
		g.Suspended = maps.Clone(g.Suspended)
		for _, p := range names {
			change(g, p)
		}
		return nil
	})
}
