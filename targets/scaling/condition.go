package scaling

import (
	"context"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

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
