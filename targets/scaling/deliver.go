package scaling

import (
	"encoding/json"
	"fmt"
	"slices"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets"
)

// alarmed is what an alarm's message tells a policy (cloudwatch.md 14.2).
type alarmed struct {
	AlarmName     string
	NewStateValue string
	Trigger       struct {
		EvaluationPeriods int
		Threshold         float64
	}
}

// measured is the part of an alarm's StateReasonData that a step policy needs.
type measured struct {
	RecentDatapoints []*float64 `json:"recentDatapoints"`
	Threshold        *float64   `json:"threshold"`
}

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
	var a alarmed
	if err := json.Unmarshal([]byte(d.Message), &a); err != nil || a.AlarmName == "" {
		return fault.New(fault.InvalidValue, "A scaling policy is executed by alarms only; this is no message of an alarm.")
	}
	if p.Disabled || g.Deleting || g.suspended(AlarmNotification) {
		return nil
	}
	f, err := s.fleet(tx, g)
	if err != nil {
		return err
	}
	distance := 0.0
	if p.Type == SimpleScaling {
		if f.resting() {
			return nil // ignored; the alarm repeats while it lasts
		}
	} else if distance, err = p.distance(d.Parameters, &a); err != nil {
		return err
	}
	p.act(f, distance, "a monitor alarm "+a.AlarmName+" in state "+a.NewStateValue+" triggered policy "+p.Name)
	return s.reconcile(tx, g)
}

// distance is how far the metric is from the threshold.
func (p *Policy) distance(reason json.RawMessage, a *alarmed) (float64, error) {
	var m measured
	if err := json.Unmarshal(reason, &m); err != nil {
		return 0, fault.New(fault.InvalidValue, "%v", fmt.Errorf("the alarm's state has no reason data with the metric's value: %w", err))
	}
	var values []float64
	for _, v := range slices.Backward(m.RecentDatapoints) {
		if v != nil && len(values) < max(a.Trigger.EvaluationPeriods, 1) {
			values = append(values, *v)
		}
	}
	if len(values) == 0 {
		return 0, fault.New(fault.InvalidValue, "The alarm's state has no datapoint.")
	}
	threshold := a.Trigger.Threshold
	if m.Threshold != nil {
		threshold = *m.Threshold
	}
	return p.aggregate(values) - threshold, nil
}

func (p *Policy) aggregate(values []float64) float64 {
	switch p.Aggregation {
	case "Minimum":
		return slices.Min(values)
	case "Maximum":
		return slices.Max(values)
	}
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}
