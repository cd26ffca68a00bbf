package scalable

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/internal/fault"
	"skywatch/targets/scaling/steps"
)

func f(v float64) *float64 { return &v }

// outSteps and inSteps are the user guide's example (events.md 7.2).
var (
	outSteps = []steps.Step{{Lower: f(0), Upper: f(10)}, {Lower: f(10), Upper: f(20), Adjustment: 10}, {Lower: f(20), Adjustment: 30}}
	inSteps  = []steps.Step{{Lower: f(-10), Upper: f(0)}, {Lower: f(-20), Upper: f(-10), Adjustment: -10}, {Upper: f(-20), Adjustment: -30}}
)

func percent(s []steps.Step) Settings {
	return Settings{Adjustment: steps.PercentChangeInCapacity, Steps: s, Cooldown: new(60)}
}

func by(n int) Settings {
	s := steps.Step{Lower: f(0), Adjustment: n}
	if n < 0 {
		s = steps.Step{Upper: f(0), Adjustment: n}
	}
	return Settings{Adjustment: steps.ChangeInCapacity, Steps: []steps.Step{s}, Cooldown: new(60)}
}

// The user guide's example, with the cooldowns over in between.
func TestStepsExample(t *testing.T) {
	inBubble(t, newWorld(10), 0, 100, func(r *rig) {
		out, in := r.policy("out", percent(outSteps)), r.policy("in", percent(inSteps))
		r.alarm(out, 9)
		r.is(10)
		for _, step := range []struct {
			arn      string
			distance float64
			want     int
		}{{out, 10, 11}, {out, 20, 14}, {in, -10, 13}, {in, -20, 10}} {
			r.alarm(step.arn, step.distance)
			r.is(step.want)
			time.Sleep(time.Minute)
		}
		want := []string{
			"Successful | Setting desired count to 10. | monitor alarm busy in state ALARM triggered policy in | Successfully set desired count to 10. Change successfully fulfilled by ecs.",
			"Successful | Setting desired count to 13. | monitor alarm busy in state ALARM triggered policy in | Successfully set desired count to 13. Change successfully fulfilled by ecs.",
			"Successful | Setting desired count to 14. | monitor alarm busy in state ALARM triggered policy out | Successfully set desired count to 14. Change successfully fulfilled by ecs.",
			"Successful | Setting desired count to 11. | monitor alarm busy in state ALARM triggered policy out | Successfully set desired count to 11. Change successfully fulfilled by ecs.",
		}
		if diff := cmp.Diff(want, r.told(false)); diff != "" {
			t.Error(diff)
		}
	})
}

// The API reference's example: 2, and within the cooldown 3, add 3 together.
func TestCooldownOfScalingOut(t *testing.T) {
	inBubble(t, newWorld(10), 0, 100, func(r *rig) {
		two, three, in := r.policy("two", by(2)), r.policy("three", by(3)), r.policy("in", by(-1))
		r.alarm(two, 1)
		r.is(12)
		r.alarm(two, 1) // as much as was added
		r.is(12)
		r.alarm(in, -1) // waits, too
		r.is(12)
		time.Sleep(30 * time.Second)
		r.alarm(three, 1) // the difference
		r.is(13)
		time.Sleep(59 * time.Second) // counted anew
		r.alarm(three, 1)
		r.is(13)
		time.Sleep(time.Second)
		r.alarm(three, 1)
		r.is(16)
	})
}

// Scaling in waits for its cooldown; scaling out does not, and ends it.
func TestCooldownOfScalingIn(t *testing.T) {
	inBubble(t, newWorld(10), 0, 100, func(r *rig) {
		out, in := r.policy("out", by(4)), r.policy("in", by(-1))
		r.alarm(in, -1)
		r.is(9)
		r.alarm(in, -1)
		r.is(9)
		r.alarm(out, 1)
		r.is(13)
		time.Sleep(time.Minute)
		r.alarm(in, -1)
		r.is(12)
	})
}

// Of policies that act at once the one with the largest capacity wins, out and in.
func TestLargestWins(t *testing.T) {
	inBubble(t, newWorld(10), 0, 100, func(r *rig) {
		arns := []string{r.policy("a", by(-1)), r.policy("b", by(-3)), r.policy("c", by(-2))}
		r.world.change(func() { r.world.trouble = func() trouble { return lost } })
		for _, arn := range arns {
			r.alarm(arn, -1)
		}
		r.world.change(func() { r.world.trouble = func() trouble { return none } })
		time.Sleep(10 * time.Second)
		r.is(9)
	})
}

func TestNotScaled(t *testing.T) {
	inBubble(t, newWorld(9), 1, 10, func(r *rig) {
		out := r.policy("out", by(4))
		r.alarm(out, 1)
		r.is(10)
		if all := r.published(); len(all) != 1 || all[0].DetailType != "Application Auto Scaling Scaling Activity State Change" ||
			!strings.Contains(string(all[0].Detail), `"newDesiredCapacity":10,"oldDesiredCapacity":9,"minCapacity":1,"maxCapacity":10,"resourceId":"service/prod/web"`) {
			t.Errorf("%+v", all)
		}
		time.Sleep(time.Minute)
		for range 3 { // alarms repeat
			r.alarm(out, 1)
			time.Sleep(time.Minute)
		}
		if all := r.told(false); len(all) != 1 {
			t.Errorf("%q", all)
		}
		all := r.told(true)
		if len(all) != 2 || all[0] != "Failed | Attempting to scale due to alarm triggered | monitor alarm busy in state ALARM triggered policy out |  | AlreadyAtMaxCapacity" {
			t.Errorf("%q", all)
		}
	})
}

func TestSuspended(t *testing.T) {
	inBubble(t, newWorld(5), 1, 10, func(r *rig) {
		out, in := r.policy("out", by(1)), r.policy("in", by(-1))
		suspend := func(in, out bool) {
			_, err := r.Register(t.Context(), web, Registration{In: &in, Out: &out})
			r.must(err)
		}
		suspend(true, false)
		r.alarm(in, -1)
		r.is(5)
		r.alarm(out, 1)
		r.is(6)
		time.Sleep(time.Minute)
		suspend(false, true)
		r.alarm(out, 1)
		r.is(6)
		r.alarm(in, -1)
		r.is(5)
		time.Sleep(time.Minute)
		r.register(7, 10) // by hand
		r.is(7)
	})
}

func TestPolicyRules(t *testing.T) {
	inBubble(t, newWorld(5), 1, 10, func(r *rig) {
		ctx, good := t.Context(), by(1)
		arn := r.policy("p", good)
		if got := r.policy("p", Settings{Cooldown: new(7)}); got != arn {
			t.Errorf("%s became %s", arn, got)
		}
		all, err := r.Policies(tenant, Scope{Namespace: "ecs"}.Of(web.Resource), []string{"p"})
		r.must(err)
		if want := (Settings{Adjustment: good.Adjustment, Steps: good.Steps, Cooldown: new(7)}); len(all) != 1 || !cmp.Equal(all[0].Settings, want) {
			t.Errorf("%+v", all)
		}
		for name, c := range map[string]struct {
			kind string
			with *Settings
		}{
			"no type":           {"", &good},
			"target tracking":   {TargetTrackingScaling, nil},
			"predictive":        {PredictiveScaling, nil},
			"no configuration":  {StepScaling, nil},
			"no steps":          {StepScaling, &Settings{Adjustment: steps.ChangeInCapacity}},
			"no adjustment":     {StepScaling, &Settings{Steps: good.Steps}},
			"a gap":             {StepScaling, &Settings{Adjustment: steps.ChangeInCapacity, Steps: []steps.Step{{Lower: f(0), Upper: f(1)}, {Lower: f(2)}}}},
			"negative cooldown": {StepScaling, &Settings{Adjustment: steps.ChangeInCapacity, Steps: good.Steps, Cooldown: new(-1)}},
			"magnitude":         {StepScaling, &Settings{Adjustment: steps.ChangeInCapacity, Steps: good.Steps, Magnitude: new(1)}},
			"negative exact":    {StepScaling, &Settings{Adjustment: steps.ExactCapacity, Steps: []steps.Step{{Lower: f(0), Adjustment: -1}}}},
		} {
			if _, err := r.PutPolicy(ctx, web, "q", c.kind, c.with); !fault.Is(err, fault.Validation) {
				t.Errorf("%s: %v", name, err)
			}
		}
		table := Name{tenant, "dynamodb", "table/t", "dynamodb:table:ReadCapacityUnits"}
		_, err = r.Register(ctx, table, Registration{Min: new(1), Max: new(2)})
		r.must(err)
		if _, err := r.PutPolicy(ctx, table, "p", StepScaling, &good); !fault.Is(err, fault.Validation) {
			t.Errorf("steps of dynamodb: %v", err)
		}
		r.must(r.DeletePolicy(ctx, web, "p"))
		if err := r.DeletePolicy(ctx, web, "p"); !fault.Is(err, fault.NotFound) || err.Error() != "No scaling policy found for service namespace: ecs, resource ID: service/prod/web, scalable dimension: ecs:service:DesiredCount, policy name: p" {
			t.Error(err)
		}
		if err := r.deliver(arn, 1); !fault.Is(err, fault.NotFound) {
			t.Errorf("of a policy that is gone: %v", err)
		}
		synctest.Wait()
	})
}
