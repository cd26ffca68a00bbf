package scaling

import (
	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets"
	"skywatch/targets/scaling/steps"
)

// Deliver acts on a policy for an alarm, in the transaction that removes the
// delivery. A policy that rests, or whose group does not listen to alarms, does
// nothing, and that is a success.
func (s *Service) Deliver(tx *catalog.Tx, d targets.Delivery) error {
	n, name, _, ok := policyName(d.Target)
	if !ok || n.Tenant != d.Tenant {
		return fault.New(fault.NotFound, "There is no scaling policy %s here.", d.Target)
	}
	g, p, err := policyAt(tx, n.Tenant, n.Group, d.Target)
	if fault.Is(err, fault.Validation) {
		return fault.New(fault.NotFound, "Policy %s of Auto Scaling group %s does not exist.", name, n.Group)
	}
	if err != nil {
		return err
	}
	a, err := steps.Read(d)
	if err != nil {
		return err
	}
	if p.Disabled || g.Deleting || g.suspended(AlarmNotification) {
		return nil
	}
	f, err := s.fleet(tx, g)
	if err != nil {
		return err
	}
	if p.Type == TargetTrackingScaling {
		if err := s.track(tx, f, p, &a); err != nil {
			return err
		}
		return s.reconcile(tx, g)
	}
	distance := 0.0
	if p.Type == SimpleScaling {
		if f.resting() {
			return nil // ignored; the alarm repeats while it lasts
		}
	} else if distance, err = a.Distance(p.Aggregation); err != nil {
		return err
	}
	p.act(f, distance, "a monitor alarm "+a.Name+" in state "+a.State+" triggered policy "+p.Name)
	return s.reconcile(tx, g)
}
