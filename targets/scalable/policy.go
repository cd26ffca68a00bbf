package scalable

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets/scaling/steps"
	"skywatch/targets/scaling/tracking"
)

// The types of policies: those that this version has, and the one that it
// refuses.
const (
	StepScaling           = "StepScaling"
	TargetTrackingScaling = "TargetTrackingScaling"
	PredictiveScaling     = "PredictiveScaling"
)

// Policy changes the capacity of a target when an alarm has it do so.
type Policy struct {
	Name
	Policy  string // its name
	ID      string // a UUID, in the ARN
	Created time.Time
	Type    string
	Settings
	// Alarms are those that a policy that tracks a target owns.
	Alarms tracking.Owned `json:",omitzero"`
	// Lowest is the metric that the last scale-in was asked for with: other policies
	// of the target have to agree.
	Lowest float64 `json:",omitempty"`
}

// Settings are the configuration of a policy: of a step policy, or of one that
// tracks a target.
type Settings struct {
	Adjustment  steps.AdjustmentType `json:",omitempty"`
	Steps       []steps.Step         `json:",omitempty"`
	Magnitude   *int                 `json:",omitempty"`
	Cooldown    *int                 `json:",omitempty"` // in seconds
	Aggregation string               `json:",omitempty"`

	Tracking *tracking.Settings `json:",omitempty"`
	// The cooldowns of a policy that tracks a target, in seconds.
	OutCooldown *int `json:",omitempty"`
	InCooldown  *int `json:",omitempty"`
}

// ARN returns the policy's name for alarms.
func (p *Policy) ARN() string { return p.arn("scalingPolicy", p.ID, "policyName/"+p.Policy) }

// Bounds of policies (user guide, "Quotas").
const (
	maxPolicies = 50
	maxSteps    = 20
)

// defaultCooldown is in seconds (API reference, StepScalingPolicyConfiguration).
const defaultCooldown = 300

// cooldown is a policy's after a move out or in.
func (p *Policy) cooldown(out bool) time.Duration {
	if p.Type == TargetTrackingScaling {
		return p.trackingCooldown(out)
	}
	seconds := defaultCooldown
	set(&seconds, p.Cooldown)
	return time.Duration(seconds) * time.Second
}

// PutPolicy makes or changes a policy, with the alarms that it owns, and returns it. An empty type, and
// members that are not there, leave a policy that is there as it is.
func (s *Service) PutPolicy(ctx context.Context, n Name, name, kind string, with *Settings) (made *Policy, err error) {
	d, err := n.check()
	if err != nil {
		return nil, err
	}
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if _, err := target(tx, n); err != nil {
			return err
		}
		p, there, err := policies.Get(tx, n.key(name)...)
		if err != nil {
			return err
		}
		if !there {
			if p, err = s.freshPolicy(tx, n, name); err != nil {
				return err
			}
		}
		if kind != "" {
			p.Type = kind
		}
		p.merge(with)
		if err := p.check(&d); err != nil {
			return err
		}
		if err := s.keepAlarms(tx, &p); err != nil {
			return err
		}
		made = &p
		return policies.Put(tx, p, n.key(name)...)
	})
	return made, err
}

// freshPolicy makes a policy that was not there.
func (s *Service) freshPolicy(tx *catalog.Tx, n Name, name string) (Policy, error) {
	p := Policy{Name: n, Policy: name, ID: uuid.NewString(), Created: s.now()}
	have, err := all(tx, policies, n)
	if err != nil {
		return p, err
	}
	if len(have) >= maxPolicies {
		return p, fault.New(fault.LimitExceeded, "You have reached the limit of %d scaling policies for the scalable target.", maxPolicies) // (inferred)
	}
	return p, policyKeys.Put(tx, n.key(name), n.Account, n.Region, p.ID)
}

// merge changes what the settings name.
func (p *Policy) merge(with *Settings) {
	if with == nil {
		return
	}
	if with.Adjustment != "" {
		p.Adjustment = with.Adjustment
	}
	if len(with.Steps) > 0 {
		p.Steps = with.Steps
	}
	if with.Magnitude != nil || with.Adjustment != "" && with.Adjustment != steps.PercentChangeInCapacity {
		p.Magnitude = with.Magnitude // one of percents says nothing of another type
	}
	if with.Cooldown != nil {
		p.Cooldown = with.Cooldown
	}
	if with.Aggregation != "" {
		p.Aggregation = with.Aggregation
	}
	if with.Tracking != nil {
		p.Tracking, p.OutCooldown, p.InCooldown = with.Tracking, with.OutCooldown, with.InCooldown
	}
}

// check holds a policy to the rules; the wordings are (inferred).
func (p *Policy) check(d *dimension) error {
	bad := func(param, format string, args ...any) error {
		return fault.New(fault.Validation, format, args...).On(param)
	}
	switch {
	case p.Type == "":
		return bad("PolicyType", "PolicyType is required to create a scaling policy.")
	case p.Type == PredictiveScaling:
		return bad("PolicyType", "Policies of type %s are not supported by this version of Skywatch.", p.Type)
	case p.Type == TargetTrackingScaling:
		return p.checkTracking(bad)
	case p.Tracking != nil:
		return bad("TargetTrackingScalingPolicyConfiguration", "TargetTrackingScalingPolicyConfiguration is not supported for policies of type StepScaling.")
	case !d.steps:
		return bad("PolicyType", "Policies of type StepScaling are not supported for the service namespace %s.", p.Namespace)
	case p.Adjustment == "":
		return bad("StepScalingPolicyConfiguration", "AdjustmentType is required for policies of type StepScaling.")
	case !slices.Contains(steps.AdjustmentTypes(), string(p.Adjustment)):
		return bad("StepScalingPolicyConfiguration", "AdjustmentType must be one of: [ChangeInCapacity, ExactCapacity, PercentChangeInCapacity]")
	case len(p.Steps) == 0:
		return bad("StepScalingPolicyConfiguration", "StepAdjustments are required for policies of type StepScaling.")
	case len(p.Steps) > maxSteps:
		return fault.New(fault.LimitExceeded, "A policy has at most %d StepAdjustments.", maxSteps)
	case p.Magnitude != nil && p.Adjustment != steps.PercentChangeInCapacity:
		return bad("StepScalingPolicyConfiguration", "MinAdjustmentMagnitude is supported only for the adjustment type PercentChangeInCapacity.")
	case p.Magnitude != nil && *p.Magnitude < 1:
		return bad("StepScalingPolicyConfiguration", "MinAdjustmentMagnitude must be 1 or more.")
	case p.Cooldown != nil && *p.Cooldown < 0:
		return bad("StepScalingPolicyConfiguration", "Cooldown must not be negative.")
	case p.Aggregation != "" && !slices.Contains(steps.Aggregations(), p.Aggregation):
		return bad("StepScalingPolicyConfiguration", "MetricAggregationType must be one of: [Average, Minimum, Maximum]")
	}
	for _, step := range p.Steps {
		if p.Adjustment == steps.ExactCapacity && step.Adjustment < 0 {
			return bad("StepScalingPolicyConfiguration", "A ScalingAdjustment of ExactCapacity must not be negative.")
		}
	}
	return steps.Check(p.Steps)
}

// DeletePolicy removes a policy with the alarms that it owns. Others that name it
// stay.
func (s *Service) DeletePolicy(ctx context.Context, n Name, name string) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		p, ok, err := policies.Get(tx, n.key(name)...)
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.NotFound, "No scaling policy found for %s, policy name: %s", n, name)
		}
		if err := s.TrackingAlarms.DropAlarms(tx, n.Tenant, p.Alarms.Names()...); err != nil {
			return err
		}
		if err := policyKeys.Delete(tx, n.Account, n.Region, p.ID); err != nil {
			return err
		}
		return policies.Delete(tx, n.key(name)...)
	})
}

// Policies lists the policies of a scope, of the names given or all.
func (s *Service) Policies(t metric.Tenant, scope Scope, names []string) (out []Policy, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		out, err = list(r, policies, t, scope, func(p *Policy) Name { return p.Name })
		return err
	})
	return slices.DeleteFunc(out, func(p Policy) bool {
		return len(names) > 0 && !slices.Contains(names, p.Policy) && !slices.Contains(names, p.ARN())
	}), err
}
