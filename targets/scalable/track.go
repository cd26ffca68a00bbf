package scalable

import (
	"slices"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets/scaling/steps"
	"skywatch/targets/scaling/tracking"
)

// checkTracking holds a policy that tracks a target to the rules.
func (p *Policy) checkTracking(bad func(param, format string, args ...any) error) error {
	const param = "TargetTrackingScalingPolicyConfiguration"
	switch {
	case p.Tracking == nil:
		return bad(param, "TargetTrackingScalingPolicyConfiguration is required for policies of type TargetTrackingScaling.")
	case p.Adjustment != "" || len(p.Steps) > 0:
		return bad("StepScalingPolicyConfiguration", "StepScalingPolicyConfiguration is not supported for policies of type TargetTrackingScaling.")
	case p.Tracking.Predefined != "":
		return bad(param, "The predefined metric %s is not supported by this version of Skywatch: it has no service that sends it. Name the metric in a CustomizedMetricSpecification.", p.Tracking.Predefined)
	case p.InCooldown != nil && *p.InCooldown < 0, p.OutCooldown != nil && *p.OutCooldown < 0:
		return bad(param, "Cooldowns must not be negative.")
	}
	return p.Tracking.Check(param)
}

// atOnce are the namespaces whose policies have no cooldown unless they name one
// (API reference, TargetTrackingScalingPolicyConfiguration).
var atOnce = []string{"cassandra", "comprehend", "dynamodb", "elasticache", "kafka", "lambda"}

// trackingCooldown is a policy's after a move.
func (p *Policy) trackingCooldown(out bool) time.Duration {
	seconds := defaultCooldown
	if slices.Contains(atOnce, p.Namespace) {
		seconds = 0
	}
	if out {
		set(&seconds, p.OutCooldown)
	} else {
		set(&seconds, p.InCooldown)
	}
	return time.Duration(seconds) * time.Second
}

// keepAlarms brings the alarms of a policy in line with its settings.
func (s *Service) keepAlarms(tx *catalog.Tx, p *Policy) (err error) {
	var on tracking.Metric
	if p.Tracking != nil && p.Tracking.Custom != nil {
		on = *p.Tracking.Custom
	}
	p.Alarms, err = tracking.Keep(tx, s.TrackingAlarms, p.Tenant, p.Tracking, p.Alarms, p.Resource, on, p.ARN())
	return err
}

// measure puts into an ask what an alarm that the policy owns says.
func (s *Service) measure(tx *catalog.Tx, p *Policy, a *steps.Alarm, to *ask) error {
	values, newest, err := a.Values()
	if err != nil {
		return err
	}
	to.Newest = newest
	switch a.Name {
	case p.Alarms.High:
		to.Value = values[0]
		return nil
	case p.Alarms.Low:
		// The largest of the datapoints: the capacity must do for all of them.
		to.Low, to.Value = true, slices.Max(values)
		p.Lowest = to.Value
		return policies.Put(tx, *p, p.key(p.Policy)...)
	}
	return fault.New(fault.InvalidValue, "The alarm %s is none of those that policy %s owns; no other can have it act.", a.Name, p.Policy) // (inferred)
}

// decideTracking decides what a policy that tracks a target does. Capacity goes
// where all policies that track a target and scale in agree, and none has to scale
// out: as much as leaves enough for each (user guide, "Multiple scaling policies").
func (s *Service) decideTracking(tx *catalog.Tx, t *Target, p *Policy, a *ask, current int, now time.Time) (Decision, error) {
	// A metric of before the last change is of another capacity, and says nothing of
	// this one; within the cooldown it makes up for the change.
	if !t.Move.lasts(now) && !a.Newest.IsZero() && a.Newest.Before(t.Moved) {
		return Decision{}, nil
	}
	if !a.Low {
		return decide(t, func(base int) int { return tracking.Out(base, a.Value, p.Tracking.Target) }, current, now), nil
	}
	wanted := tracking.In(current, a.Value, p.Tracking.Target)
	others, err := all(tx, policies, t.Name)
	if err != nil {
		return Decision{}, err
	}
	for i := range others {
		o := &others[i]
		if o.Policy == p.Policy || o.Type != TargetTrackingScaling {
			continue
		}
		agrees, err := s.agrees(tx, o)
		if err != nil || !agrees {
			return Decision{}, err
		}
		if o.Alarms.Low != "" {
			wanted = max(wanted, tracking.In(current, o.Lowest, o.Tracking.Target))
		}
	}
	return decide(t, func(int) int { return wanted }, current, now), nil
}

// agrees reports whether a policy has nothing against less capacity.
func (s *Service) agrees(r catalog.Reader, p *Policy) (bool, error) {
	out, err := s.TrackingAlarms.Alarming(r, p.Tenant, p.Alarms.High)
	if err != nil || out {
		return false, err
	}
	if p.Alarms.Low == "" {
		return true, nil
	}
	return s.TrackingAlarms.Alarming(r, p.Tenant, p.Alarms.Low)
}
