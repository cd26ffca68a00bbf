package scaling

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets/scaling/steps"
	"skywatch/targets/scaling/tracking"
)

// The types of policies that this version has, and those that it refuses.
const (
	SimpleScaling         = "SimpleScaling"
	StepScaling           = "StepScaling"
	TargetTrackingScaling = "TargetTrackingScaling"
	predictiveScaling     = "PredictiveScaling"
)

// Policy changes the desired capacity of a group when an alarm, or a user,
// executes it.
type Policy struct {
	Group string
	Name  string
	ID    string // a UUID, in the ARN
	PolicySettings
	// Alarms are those that a policy that tracks a target owns.
	Alarms tracking.Owned `json:",omitzero"`
	// Lowest is the metric that the last scale-in was asked for with: other policies
	// of the group have to agree.
	Lowest float64 `json:",omitempty"`
}

// PolicySettings are what a user says of a policy.
type PolicySettings struct {
	Type       string
	Adjustment steps.AdjustmentType
	// By is the adjustment of a simple policy.
	By *int `json:",omitempty"`
	// Magnitude is the least change of PercentChangeInCapacity.
	Magnitude *int `json:",omitempty"`
	// Cooldown of a simple policy, Warmup of the others, in seconds; nil: the
	// group's.
	Cooldown    *int         `json:",omitempty"`
	Warmup      *int         `json:",omitempty"`
	Aggregation string       `json:",omitempty"`
	Steps       []steps.Step `json:",omitempty"`
	// Tracking is of a policy that tracks a target.
	Tracking *tracking.Settings `json:",omitempty"`
	Disabled bool               `json:",omitempty"`
}

// ARN returns the policy's name for alarms.
func (p *Policy) ARN(n GroupName) string {
	return n.arn("scalingPolicy", p.ID, "autoScalingGroupName/"+n.Group+":policyName/"+p.Name)
}

// Bounds of policies (user guide, "Quotas").
const (
	maxPolicies = 50
	maxSteps    = 20
)

// PutPolicy makes or replaces a policy, with the alarms that it owns, and returns
// it.
func (s *Service) PutPolicy(ctx context.Context, n GroupName, name string, p PolicySettings) (made *Policy, err error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		g, err := group(tx, n)
		if err != nil {
			return err
		}
		old, there, err := policies.Get(tx, g.key(name)...)
		if err != nil {
			return err
		}
		if !there {
			have, err := all(tx, policies, n)
			if err != nil {
				return err
			}
			if len(have) >= maxPolicies {
				return fault.New(fault.LimitExceeded, "You have reached the limit of %d scaling policies for the Auto Scaling group.", maxPolicies) // (inferred)
			}
			old.ID = uuid.NewString()
		}
		made = &Policy{Group: n.Group, Name: name, ID: old.ID, PolicySettings: p, Lowest: old.Lowest}
		if made.Alarms, err = s.keepAlarms(tx, made, n, old.Alarms); err != nil {
			return err
		}
		return policies.Put(tx, *made, g.key(name)...)
	})
	return made, err
}

// check holds settings to the rules and fills in AWS's defaults.
func (p *PolicySettings) check() error {
	bad := func(param, format string, args ...any) error {
		return fault.New(fault.Validation, format, args...).On(param) // wordings (inferred)
	}
	if p.Type == "" {
		p.Type = SimpleScaling
	}
	p.placeholders()
	switch {
	case p.Type == predictiveScaling:
		return bad("PolicyType", "Policies of type %s are not supported by this version of Skywatch.", p.Type)
	case p.Type != SimpleScaling && p.Type != StepScaling && p.Type != TargetTrackingScaling:
		return bad("PolicyType", "Invalid PolicyType: %s", p.Type)
	case p.Type == TargetTrackingScaling:
		return p.checkTracking(bad)
	case p.Tracking != nil:
		return bad("TargetTrackingConfiguration", "TargetTrackingConfiguration is not supported for policy type: %s", p.Type)
	case p.Adjustment == "":
		return bad("AdjustmentType", "You must specify an AdjustmentType for policy type: %s", p.Type)
	case !slices.Contains(steps.AdjustmentTypes(), string(p.Adjustment)):
		return bad("AdjustmentType", "AdjustmentType must be one of: [ChangeInCapacity, ExactCapacity, PercentChangeInCapacity]")
	case p.Magnitude != nil && p.Adjustment != steps.PercentChangeInCapacity:
		return bad("MinAdjustmentMagnitude", "MinAdjustmentMagnitude is supported only for the adjustment type PercentChangeInCapacity.")
	case p.Magnitude != nil && *p.Magnitude < 1:
		return bad("MinAdjustmentMagnitude", "MinAdjustmentMagnitude must be 1 or more.")
	case p.Cooldown != nil && *p.Cooldown < 0, p.Warmup != nil && *p.Warmup < 0:
		return bad("Cooldown", "Cooldown and EstimatedInstanceWarmup must not be negative.")
	case p.Type == SimpleScaling:
		return p.checkSimple(bad)
	}
	return p.checkStep(bad)
}

// placeholders takes a zero for nothing where a type of policy has no such
// member: Terraform sends one with each update, and AWS takes it.
func (p *PolicySettings) placeholders() {
	none := func(v **int) {
		if *v != nil && **v == 0 {
			*v = nil
		}
	}
	none(&p.Magnitude)
	if p.Type == SimpleScaling {
		none(&p.Warmup)
	} else {
		none(&p.By)
		none(&p.Cooldown)
	}
}

func (p *PolicySettings) checkSimple(bad func(param, format string, args ...any) error) error {
	switch {
	case p.By == nil:
		return bad("ScalingAdjustment", "You must specify a ScalingAdjustment for policy type: SimpleScaling")
	case len(p.Steps) > 0:
		return bad("StepAdjustments", "StepAdjustments are not supported for policy type: SimpleScaling")
	case p.Aggregation != "":
		return bad("MetricAggregationType", "MetricAggregationType is not supported for policy type: SimpleScaling")
	case p.Warmup != nil:
		return bad("EstimatedInstanceWarmup", "EstimatedInstanceWarmup is not supported for policy type: SimpleScaling")
	case p.Adjustment == steps.ExactCapacity && *p.By < 0:
		return bad("ScalingAdjustment", "A ScalingAdjustment of ExactCapacity must not be negative.")
	}
	return nil
}

func (p *PolicySettings) checkStep(bad func(param, format string, args ...any) error) error {
	switch {
	case p.By != nil:
		return bad("ScalingAdjustment", "ScalingAdjustment is not supported for policy type: StepScaling")
	case p.Cooldown != nil:
		return bad("Cooldown", "Cooldown is not supported for policy type: StepScaling")
	case len(p.Steps) == 0:
		return bad("StepAdjustments", "You must specify at least one StepAdjustment for policy type: StepScaling")
	case len(p.Steps) > maxSteps:
		return bad("StepAdjustments", "A policy has at most %d StepAdjustments.", maxSteps)
	}
	if p.Aggregation == "" {
		p.Aggregation = steps.Average
	}
	if !slices.Contains(steps.Aggregations(), p.Aggregation) {
		return bad("MetricAggregationType", "MetricAggregationType must be one of: [Minimum, Maximum, Average]")
	}
	return steps.Check(p.Steps)
}

// policyAt finds a policy by its name in a group, or by its ARN.
func policyAt(r catalog.Reader, t metric.Tenant, groupName, name string) (*Group, *Policy, error) {
	n, id := GroupName{t, groupName}, ""
	if at, policy, uuid, ok := policyName(name); ok && at.Tenant == t && (groupName == "" || groupName == at.Group) {
		n, name, id = at, policy, uuid
	}
	if n.Group == "" {
		return nil, nil, fault.New(fault.Validation, "AutoScalingGroupName is required when PolicyName is not an ARN.").On("AutoScalingGroupName") // (inferred)
	}
	g, err := group(r, n)
	if err != nil {
		return nil, nil, err
	}
	p, ok, err := policies.Get(r, n.key(name)...)
	if err != nil {
		return nil, nil, err
	}
	if !ok || id != "" && p.ID != id {
		return nil, nil, fault.New(fault.Validation, "PolicyName not found - No such policy: %s", name).On("PolicyName") // (inferred)
	}
	return g, &p, nil
}

// DeletePolicy removes a policy with the alarms that it owns. Others that name it
// stay.
func (s *Service) DeletePolicy(ctx context.Context, t metric.Tenant, groupName, name string) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		g, p, err := policyAt(tx, t, groupName, name)
		if err != nil {
			return err
		}
		if err := s.TrackingAlarms.DropAlarms(tx, t, p.Alarms.Names()...); err != nil {
			return err
		}
		return policies.Delete(tx, g.key(p.Name)...)
	})
}

// PolicyFilter says which policies are listed; empty lists take all.
type PolicyFilter struct {
	Group        string
	Names, Types []string // names or ARNs
}

// Policies lists policies by group and name.
func (s *Service) Policies(t metric.Tenant, f PolicyFilter) (out []Policy, err error) {
	prefix := []string{t.Account, t.Region}
	if f.Group != "" {
		prefix = append(prefix, f.Group)
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		if f.Group != "" {
			if _, err := group(r, GroupName{t, f.Group}); err != nil {
				return err
			}
		}
		return policies.Scan(r, catalog.Range{Prefix: prefix}, func(_ []string, p Policy) (bool, error) {
			arn := p.ARN(GroupName{t, p.Group})
			named := len(f.Names) == 0 || slices.Contains(f.Names, p.Name) || slices.Contains(f.Names, arn)
			if named && (len(f.Types) == 0 || slices.Contains(f.Types, p.Type)) {
				out = append(out, p)
			}
			return true, nil
		})
	})
	return out, err
}
