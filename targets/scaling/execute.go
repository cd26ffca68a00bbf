package scaling

import (
	"context"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets/scaling/steps"
)

// Execution is a policy that a user executes.
type Execution struct {
	metric.Tenant
	Group, Policy string // Policy may be an ARN
	HonorCooldown bool
	// Value and Threshold are for step policies.
	Value, Threshold *float64
}

// ExecutePolicy acts on a policy at a user's request.
func (s *Service) ExecutePolicy(ctx context.Context, e Execution) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		g, p, err := policyAt(tx, e.Tenant, e.Group, e.Policy)
		if err != nil {
			return err
		}
		if err := e.fits(p); err != nil {
			return err
		}
		f, err := s.fleet(tx, g)
		if err != nil {
			return err
		}
		if e.HonorCooldown && f.resting() {
			return inProgress(tx, g)
		}
		distance := 0.0
		if p.Type == StepScaling {
			distance = *e.Value - *e.Threshold
			if _, ok := steps.For(p.Steps, distance); !ok {
				return fault.New(fault.Validation, "No step adjustment found for metric value %v and breach threshold %v.", *e.Value, *e.Threshold).On("MetricValue") // (inferred)
			}
		}
		p.act(f, distance, "a user request executed policy "+p.Name)
		return s.reconcile(tx, g)
	})
}

// fits checks the members that only one type of policy takes.
func (e *Execution) fits(p *Policy) error {
	bad := func(param, text string) error { return fault.New(fault.Validation, "%s", text).On(param) } // (inferred)
	switch {
	case p.Disabled:
		return bad("PolicyName", "The policy "+p.Name+" is disabled.")
	case p.Type == TargetTrackingScaling:
		return bad("PolicyName", "Policies of type TargetTrackingScaling can not be executed.") // their alarms do it
	case p.Type == StepScaling && (e.Value == nil || e.Threshold == nil):
		return bad("MetricValue", "MetricValue and BreachThreshold are required for policies of type StepScaling.")
	case p.Type == StepScaling && e.HonorCooldown:
		return bad("HonorCooldown", "HonorCooldown is not supported for policies of type StepScaling.")
	case p.Type == SimpleScaling && (e.Value != nil || e.Threshold != nil):
		return bad("MetricValue", "MetricValue and BreachThreshold are not supported for policies of type SimpleScaling.")
	}
	return nil
}

// inProgress refuses what has to wait for a group's activity, or for the
// cooldown after it.
func inProgress(r catalog.Reader, g *Group) error {
	open, err := openOf(r, g.GroupName)
	if err != nil {
		return err
	}
	id := ""
	if len(open) > 0 {
		id = open[0].ID
	} else if err := activities.Scan(r, catalog.Range{Prefix: g.key(), Backwards: true}, func(_ []string, a Activity) (bool, error) {
		id = a.ID
		return false, nil
	}); err != nil {
		return err
	}
	f := fault.New(fault.Conflict, "Scaling activity %s is in progress and blocks this action", id)
	f.Subject = "activity"
	return f
}

// fleet is a group with what a policy looks at.
type fleet struct {
	*Group
	members []Instance
	open    []Activity
	now     time.Time
}

func (s *Service) fleet(r catalog.Reader, g *Group) (*fleet, error) {
	members, err := all(r, instances, g.GroupName)
	if err != nil {
		return nil, err
	}
	open, err := openOf(r, g.GroupName)
	return &fleet{g, members, open, s.now()}, err
}

// resting reports whether an activity is in progress or a cooldown lasts.
func (f *fleet) resting() bool { return len(f.open) > 0 || f.now.Before(f.Cooled) }

// warming is how many instances of the desired capacity are not warm yet:
// launches under way that policies with a warm-up asked for, and instances
// whose warm-up lasts.
func (f *fleet) warming() int {
	n := 0
	for i := range f.open {
		if a := &f.open[i]; a.Task == launch && a.Warmup != nil {
			n++
		}
	}
	for i := range f.members {
		if m := &f.members[i]; m.State == InService && f.now.Before(m.Warm) {
			n++
		}
	}
	return min(n, f.Desired)
}

// act changes the desired capacity as the policy says. distance is of the metric
// from the threshold, for step policies; cause says who executes it.
func (p *Policy) act(f *fleet, distance float64, cause string) {
	magnitude := 0
	if p.Magnitude != nil {
		magnitude = *p.Magnitude
	}
	if p.Type == SimpleScaling {
		f.want(steps.Adjust(f.Desired, p.Adjustment, *p.By, magnitude), f.now, cause)
		f.Cooldown, f.Warmup = p.Cooldown, nil
		return
	}
	step, ok := steps.For(p.Steps, distance)
	if !ok {
		return
	}
	warming := f.warming()
	// Instances that warm up are no part of the capacity that is adjusted, and
	// count as added already.
	wanted := steps.Adjust(f.Desired-warming, p.Adjustment, step.Adjustment, magnitude)
	if warming > 0 && wanted <= f.Desired {
		return // they are on the way; and nothing goes while they warm up
	}
	f.want(wanted, f.now, cause)
	f.Cooldown, f.Warmup = nil, p.warmup(f.Group)
}

// warmup is the warm-up of instances that a step policy, or one that tracks a
// target, asks for.
func (p *Policy) warmup(g *Group) *int {
	if p.Warmup != nil {
		return p.Warmup
	}
	return &g.DefaultCooldown // (API reference: the default is the group's cooldown)
}
