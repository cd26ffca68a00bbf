package scaling

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"skywatch/internal/fault"
	"skywatch/targets"
	"skywatch/targets/scaling/steps"
)

func f(v float64) *float64 { return &v }

// outSteps and inSteps are the user guide's example (events.md 7.2).
var (
	outSteps = []steps.Step{{Lower: f(0), Upper: f(10)}, {Lower: f(10), Upper: f(20), Adjustment: 10}, {Lower: f(20), Adjustment: 30}}
	inSteps  = []steps.Step{{Lower: f(-10), Upper: f(0)}, {Lower: f(-20), Upper: f(-10), Adjustment: -10}, {Upper: f(-20), Adjustment: -30}}
)

func stepPolicy(kind steps.AdjustmentType, s []steps.Step) PolicySettings {
	return PolicySettings{Type: StepScaling, Adjustment: kind, Steps: s, Warmup: new(60)}
}

// The user guide's example (events.md 7.2), with time for the instances to warm
// up in between; and what comes while they do.
func TestStepPolicies(t *testing.T) {
	inBubble(t, newWorld(), sized(0, 100, 10), func(r *rig) {
		ctx, web := t.Context(), named("web")
		out, err := r.putPolicy(web, "out", stepPolicy(steps.PercentChangeInCapacity, outSteps))
		r.must(err)
		in, err := r.putPolicy(web, "in", stepPolicy(steps.PercentChangeInCapacity, inSteps))
		r.must(err)
		execute := func(arn string, value float64) {
			t.Helper()
			r.must(r.ExecutePolicy(ctx, Execution{Tenant: tenant, Policy: arn, Value: &value, Threshold: f(50)}))
		}
		r.is("web", 10)
		execute(out, 59)
		r.is("web", 10)
		execute(out, 60)
		r.is("web", 11)
		execute(out, 60) // the one that warms up counts as added
		r.is("web", 11)
		execute(in, 20) // and nothing goes meanwhile
		r.is("web", 11)
		time.Sleep(time.Minute)
		execute(out, 70)
		r.is("web", 14)
		time.Sleep(time.Minute)
		execute(in, 40)
		r.is("web", 13)
		execute(in, 30)
		r.is("web", 10)
		err = r.ExecutePolicy(ctx, Execution{Tenant: tenant, Policy: out, Value: f(40), Threshold: f(50)})
		if !fault.Is(err, fault.Validation) {
			t.Errorf("a value outside of all steps: %v", err)
		}
	})
}

// While one instance warms up, a larger breach adds what is missing to its step.
func TestStepWhileWarming(t *testing.T) {
	inBubble(t, newWorld(), sized(0, 100, 10), func(r *rig) {
		ctx := t.Context()
		arn, err := r.putPolicy(named("web"), "out", stepPolicy(steps.PercentChangeInCapacity, outSteps))
		r.must(err)
		r.is("web", 10)
		r.must(r.ExecutePolicy(ctx, Execution{Tenant: tenant, Policy: arn, Value: f(60), Threshold: f(50)}))
		r.is("web", 11)
		r.must(r.ExecutePolicy(ctx, Execution{Tenant: tenant, Policy: arn, Value: f(70), Threshold: f(50)}))
		r.is("web", 13)
	})
}

// alarm is what an alarm sends to a policy.
func alarm(arn string, values ...float64) targets.Delivery {
	b, _ := json.Marshal(map[string]any{"recentDatapoints": values, "threshold": 50})
	return targets.Delivery{
		Tenant: tenant, Target: arn, Parameters: b,
		Message: fmt.Sprintf(`{"AlarmName":"busy","NewStateValue":"ALARM","Trigger":{"EvaluationPeriods":%d,"Threshold":50}}`, len(values)),
	}
}

func (r *rig) alarm(d targets.Delivery) error {
	return r.Catalog.Update(r.t.Context(), deliver(r.Service, d))
}

func TestSimplePolicyRests(t *testing.T) {
	inBubble(t, newWorld(), sized(0, 10, 1), func(r *rig) {
		ctx, web := t.Context(), named("web")
		arn, err := r.putPolicy(web, "out", PolicySettings{Adjustment: steps.ChangeInCapacity, By: new(2), Cooldown: new(60)})
		r.must(err)
		r.is("web", 1)
		r.must(r.alarm(alarm(arn, 60))) // the default cooldown of the launch lasts
		r.is("web", 1)
		time.Sleep(5 * time.Minute)
		r.must(r.alarm(alarm(arn, 60)))
		r.is("web", 3)
		if a := r.activities("web")[0]; !containsAll(a.Cause, "a monitor alarm busy in state ALARM triggered policy out changing the desired capacity from 1 to 3.", "increasing the capacity from 1 to 3.") {
			t.Errorf("the cause is %q", a.Cause)
		}
		r.must(r.alarm(alarm(arn, 60)))
		r.is("web", 3)
		err = r.ExecutePolicy(ctx, Execution{Tenant: tenant, Group: "web", Policy: "out", HonorCooldown: true})
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("in the cooldown: %v", err)
		}
		r.must(r.ExecutePolicy(ctx, Execution{Tenant: tenant, Group: "web", Policy: "out"}))
		r.is("web", 5)
		time.Sleep(time.Minute)
		r.must(r.alarm(alarm(arn, 60)))
		r.is("web", 7)
	})
}

func TestAlarmOfStepPolicy(t *testing.T) {
	inBubble(t, newWorld(), sized(0, 100, 10), func(r *rig) {
		ctx, web := t.Context(), named("web")
		p := stepPolicy(steps.ChangeInCapacity, outSteps)
		p.Aggregation = "Maximum"
		arn, err := r.putPolicy(web, "out", p)
		r.must(err)
		r.is("web", 10)
		r.must(r.alarm(alarm(arn, 65, 40)))
		r.is("web", 20)
		r.must(r.Suspend(ctx, web, []string{"AlarmNotification"}))
		r.must(r.alarm(alarm(arn, 90)))
		r.is("web", 20)
		r.must(r.DeletePolicy(ctx, tenant, "", arn))
		if err := r.alarm(alarm(arn, 90)); !fault.Is(err, fault.NotFound) {
			t.Errorf("of a policy that is not there: %v", err)
		}
	})
}

func TestPolicySettings(t *testing.T) {
	t.Parallel()
	one := 1
	for name, p := range map[string]PolicySettings{
		"target tracking":    {Type: "TargetTrackingScaling"},
		"predictive":         {Type: "PredictiveScaling"},
		"no adjustment type": {By: &one},
		"no adjustment":      {Adjustment: steps.ChangeInCapacity},
		"steps":              {Adjustment: steps.ChangeInCapacity, By: &one, Steps: outSteps},
		"no steps":           {Type: StepScaling, Adjustment: steps.ChangeInCapacity},
		"cooldown":           {Type: StepScaling, Adjustment: steps.ChangeInCapacity, Steps: outSteps, Cooldown: &one},
		"magnitude":          {Adjustment: steps.ChangeInCapacity, By: &one, Magnitude: &one},
	} {
		if err := p.check(); !fault.Is(err, fault.Validation) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Terraform sends zeros for what a policy's type does not have when it changes
// one; any other number is refused.
func TestPlaceholders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings PolicySettings
		member   func(*PolicySettings) **int
	}{
		"cooldown of a step policy":   {stepPolicy(steps.ChangeInCapacity, outSteps), func(p *PolicySettings) **int { return &p.Cooldown }},
		"adjustment of a step policy": {stepPolicy(steps.ChangeInCapacity, outSteps), func(p *PolicySettings) **int { return &p.By }},
		"magnitude of a step policy":  {stepPolicy(steps.ChangeInCapacity, outSteps), func(p *PolicySettings) **int { return &p.Magnitude }},
		"warm-up of a simple policy":  {PolicySettings{Adjustment: steps.ChangeInCapacity, By: new(1)}, func(p *PolicySettings) **int { return &p.Warmup }},
	} {
		zero, one := c.settings, c.settings
		*c.member(&zero), *c.member(&one) = new(0), new(1)
		if err := zero.check(); err != nil || *c.member(&zero) != nil {
			t.Errorf("%s, 0: %+v, %v", name, zero, err)
		}
		if err := one.check(); !fault.Is(err, fault.Validation) {
			t.Errorf("%s, 1: %v", name, err)
		}
	}
}
