package scaling

import (
	"slices"
	"strings"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets/scaling/steps"
	"skywatch/targets/scaling/tracking"
)

// The predefined metrics of groups (API reference, PredefinedMetricSpecification).
const albRequests = "ALBRequestCountPerTarget"

// instanceMetrics are those that instances send for their group.
var instanceMetrics = map[string]string{
	"ASGAverageCPUUtilization": "CPUUtilization",
	"ASGAverageNetworkIn":      "NetworkIn",
	"ASGAverageNetworkOut":     "NetworkOut",
}

// checkTracking holds a policy that tracks a target to the rules.
func (p *PolicySettings) checkTracking(bad func(param, format string, args ...any) error) error {
	const param = "TargetTrackingConfiguration"
	for _, other := range []struct {
		name string
		sent bool
	}{
		{"AdjustmentType", p.Adjustment != ""},
		{"ScalingAdjustment", p.By != nil},
		{"MinAdjustmentMagnitude", p.Magnitude != nil},
		{"Cooldown", p.Cooldown != nil},
		{"MetricAggregationType", p.Aggregation != ""},
		{"StepAdjustments", len(p.Steps) > 0},
	} {
		if other.sent {
			return bad(other.name, "%s is not supported for policy type: TargetTrackingScaling", other.name)
		}
	}
	switch t := p.Tracking; {
	case p.Warmup != nil && *p.Warmup < 0:
		return bad("EstimatedInstanceWarmup", "EstimatedInstanceWarmup must not be negative.")
	case t == nil:
		return bad(param, "You must specify a TargetTrackingConfiguration for policy type: TargetTrackingScaling")
	case t.Predefined == albRequests:
		if _, ok := albDimensions(t.Label); !ok {
			return bad(param, "ResourceLabel must be of the form app/<load balancer>/<id>/targetgroup/<target group>/<id>.")
		}
	case t.Predefined != "" && instanceMetrics[t.Predefined] == "":
		return bad(param, "PredefinedMetricType must be one of: [ASGAverageCPUUtilization, ASGAverageNetworkIn, ASGAverageNetworkOut, ALBRequestCountPerTarget]")
	case t.Label != "":
		return bad(param, "ResourceLabel is supported only for the predefined metric ALBRequestCountPerTarget.")
	}
	return p.Tracking.Check(param)
}

// albDimensions reads the label of a target group. That the alarm names the load
// balancer beside it is (inferred).
func albDimensions(label string) ([]metric.Dimension, bool) {
	balancer, group, ok := strings.Cut(label, "/targetgroup/")
	if !ok || !strings.HasPrefix(balancer, "app/") || strings.Count(group, "/") != 1 {
		return nil, false
	}
	return []metric.Dimension{{Name: "TargetGroup", Value: "targetgroup/" + group}, {Name: "LoadBalancer", Value: balancer}}, true
}

// tracked is the metric that settings track for a group, where they have one.
func tracked(t *tracking.Settings, n GroupName) tracking.Metric {
	switch {
	case t.Predefined == albRequests:
		d, _ := albDimensions(t.Label)
		return tracking.Metric{Namespace: "AWS/ApplicationELB", Name: "RequestCountPerTarget", Statistic: "Sum", Dimensions: d}
	case t.Predefined != "":
		return tracking.Metric{
			Namespace: "AWS/EC2", Name: instanceMetrics[t.Predefined], Statistic: "Average",
			Dimensions: []metric.Dimension{{Name: "AutoScalingGroupName", Value: n.Group}},
		}
	case t.Custom != nil:
		return *t.Custom
	}
	return tracking.Metric{}
}

// keepAlarms brings the alarms of a policy in line with its settings.
func (s *Service) keepAlarms(tx *catalog.Tx, p *Policy, n GroupName, had tracking.Owned) (tracking.Owned, error) {
	var on tracking.Metric
	if p.Tracking != nil {
		on = tracked(p.Tracking, n)
	}
	return tracking.Keep(tx, s.TrackingAlarms, n.Tenant, p.Tracking, had, n.Group, on, p.ARN(n))
}

// steady is since when the group has been what it is, all instances warm. A
// metric that is older is of another capacity, and says nothing of this one.
func (f *fleet) steady() time.Time {
	since := f.Moved
	for i := range f.members {
		if warm := f.members[i].Warm; warm.After(since) {
			since = warm
		}
	}
	return since
}

// track acts on an alarm of a policy that tracks a target. Nothing goes while
// instances warm up; what comes meanwhile makes up for them.
func (s *Service) track(tx *catalog.Tx, f *fleet, p *Policy, a *steps.Alarm) error {
	values, newest, err := a.Values()
	if err != nil {
		return err
	}
	stale := !newest.IsZero() && newest.Before(f.steady())
	cause := "a monitor alarm " + a.Name + " in state " + a.State + " triggered policy " + p.Name
	switch {
	case a.State != "ALARM":
		return nil // an action that somebody added to it
	case a.Name == p.Alarms.High:
		if stale && f.warming() == 0 {
			return nil
		}
		s.trackOut(f, p, values[0], cause)
		return nil
	case a.Name == p.Alarms.Low:
		// The largest of the datapoints: the capacity must do for all of them.
		p.Lowest = slices.Max(values)
		if err := policies.Put(tx, *p, f.key(p.Name)...); err != nil {
			return err
		}
		if stale || f.warming() > 0 || len(f.open) > 0 {
			return nil
		}
		return s.trackIn(tx, f, p, cause)
	}
	return fault.New(fault.InvalidValue, "The alarm %s is none of those that policy %s owns; no other can have it act.", a.Name, p.Name) // (inferred)
}

// trackOut adds what brings the metric down to the target. Instances that warm up
// are no part of the capacity that the metric is of, and count as added already.
func (s *Service) trackOut(f *fleet, p *Policy, value float64, cause string) {
	wanted := tracking.Out(f.Desired-f.warming(), value, p.Tracking.Target)
	if wanted <= f.Desired {
		return
	}
	f.want(wanted, f.now, cause)
	f.Cooldown, f.Warmup = nil, p.warmup(f.Group)
}

// trackIn removes what the metric leaves over, where all policies that track a
// target and scale in agree, and none has to scale out: as much as leaves enough for
// each (user guide, "Multiple target tracking scaling policies").
func (s *Service) trackIn(tx *catalog.Tx, f *fleet, p *Policy, cause string) error {
	wanted := tracking.In(f.Desired, p.Lowest, p.Tracking.Target)
	others, err := all(tx, policies, f.GroupName)
	if err != nil {
		return err
	}
	for i := range others {
		o := &others[i]
		if o.Name == p.Name || o.Type != TargetTrackingScaling || o.Disabled {
			continue
		}
		agrees, err := s.agrees(tx, f, o)
		if err != nil || !agrees {
			return err
		}
		if o.Alarms.Low != "" {
			wanted = max(wanted, tracking.In(f.Desired, o.Lowest, o.Tracking.Target))
		}
	}
	if wanted == f.Desired {
		return nil
	}
	f.want(wanted, f.now, cause)
	f.Cooldown, f.Warmup = nil, nil
	return nil
}

// agrees reports whether a policy has nothing against removing instances.
func (s *Service) agrees(r catalog.Reader, f *fleet, p *Policy) (bool, error) {
	out, err := s.TrackingAlarms.Alarming(r, f.Tenant, p.Alarms.High)
	if err != nil || out {
		return false, err
	}
	if p.Alarms.Low == "" {
		return true, nil
	}
	return s.TrackingAlarms.Alarming(r, f.Tenant, p.Alarms.Low)
}

// dropAlarms deletes those that the policies of a group own.
func (s *Service) dropAlarms(tx *catalog.Tx, n GroupName) error {
	of, err := all(tx, policies, n)
	if err != nil {
		return err
	}
	for i := range of {
		if err := s.TrackingAlarms.DropAlarms(tx, n.Tenant, of[i].Alarms.Names()...); err != nil {
			return err
		}
	}
	return nil
}
