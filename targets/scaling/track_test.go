package scaling

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/internal/fault"
	"skywatch/targets"
	"skywatch/targets/scaling/tracking"
	"skywatch/targets/scaling/tracking/trackingtest"
)

// own gives the rig alarms.
func (r *rig) own() trackingtest.Book {
	b := trackingtest.NewBook()
	r.TrackingAlarms = b
	return b
}

func tracks(target float64, change func(*PolicySettings)) PolicySettings {
	p := PolicySettings{
		Type: TargetTrackingScaling, Warmup: new(60),
		Tracking: &tracking.Settings{Target: target, Predefined: "ASGAverageCPUUtilization"},
	}
	if change != nil {
		change(&p)
	}
	return p
}

func says(name, arn string, values ...float64) targets.Delivery {
	return trackingtest.Says(tenant, name, "ALARM", arn, values...)
}

// The alarms of a policy come, change and go with it.
func TestTrackingAlarms(t *testing.T) {
	inBubble(t, newWorld(), sized(0, 10, 1), func(r *rig) {
		r.own()
		ctx, web := t.Context(), named("web")
		put := func(name string, p PolicySettings) *Policy {
			t.Helper()
			made, err := r.PutPolicy(ctx, web, name, p)
			r.must(err)
			return made
		}
		wants := func(want ...string) {
			t.Helper()
			got, err := trackingtest.Told(r.Catalog)
			r.must(err)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		}
		const group = "TargetTracking-web-Alarm"
		first := put("cpu", tracks(50, nil))
		wants(
			group+"High: Average of AWS/EC2/CPUUtilization [{AutoScalingGroupName web}] > 50, 3 x 60 s",
			group+"Low: Average of AWS/EC2/CPUUtilization [{AutoScalingGroupName web}] < 45, 15 x 60 s",
		)
		second := put("cpu", tracks(1000, func(p *PolicySettings) {
			p.Tracking.Predefined, p.Tracking.Label, p.Tracking.NoScaleIn = "ALBRequestCountPerTarget", "app/lb/50dc/targetgroup/tg/73e2", true
		}))
		wants(group + "High: Sum of AWS/ApplicationELB/RequestCountPerTarget [{TargetGroup targetgroup/tg/73e2} {LoadBalancer app/lb/50dc}] > 1000, 3 x 60 s")
		if second.Alarms.High != first.Alarms.High || second.ID != first.ID {
			t.Errorf("the policy and its alarm have other names: %+v, %+v", first, second)
		}
		put("cpu", tracks(10, func(p *PolicySettings) {
			p.Tracking.Predefined, p.Tracking.Custom = "", &tracking.Metric{Namespace: "App", Name: "Queue", Statistic: "Sum", Unit: "Count", Period: new(30)}
		}))
		wants(group+"High: Sum of App/Queue [] Count > 10, 3 x 30 s", group+"Low: Sum of App/Queue [] Count < 9, 30 x 30 s")
		r.must(r.DeletePolicy(ctx, tenant, "web", "cpu"))
		wants()
		put("cpu", tracks(10, func(p *PolicySettings) {
			p.Tracking.Predefined, p.Tracking.Queries = "", []tracking.Query{{ID: "a", Expression: "b/2"}, {ID: "b", Metric: &tracking.Metric{Namespace: "App", Name: "m", Statistic: "Sum"}, ReturnData: new(false)}}
		}))
		wants(group+"High: 2 expressions > 10, 3 x 60 s", group+"Low: 2 expressions < 9, 15 x 60 s")
		put("cpu", stepPolicy("ChangeInCapacity", outSteps)) // another type
		wants()
		put("cpu", tracks(50, nil))
		r.must(r.Delete(ctx, web, true))
		time.Sleep(time.Minute)
		wants()
	})
}

func TestTrackingRefusals(t *testing.T) {
	inBubble(t, newWorld(), sized(0, 10, 1), func(r *rig) {
		for want, change := range map[string]func(*PolicySettings){
			"Policies of type TargetTrackingScaling need alarms, and there are none here.":                                                         func(*PolicySettings) {},
			"ScalingAdjustment is not supported for policy type: TargetTrackingScaling":                                                            func(p *PolicySettings) { p.By = new(1) },
			"Cooldown is not supported for policy type: TargetTrackingScaling":                                                                     func(p *PolicySettings) { p.Cooldown = new(1) },
			"You must specify a TargetTrackingConfiguration for policy type: TargetTrackingScaling":                                                func(p *PolicySettings) { p.Tracking = nil },
			"TargetTrackingConfiguration is not supported for policy type: StepScaling":                                                            func(p *PolicySettings) { p.Type = StepScaling },
			"ResourceLabel must be of the form app/<load balancer>/<id>/targetgroup/<target group>/<id>.":                                          func(p *PolicySettings) { p.Tracking.Predefined = "ALBRequestCountPerTarget" },
			"ResourceLabel is supported only for the predefined metric ALBRequestCountPerTarget.":                                                  func(p *PolicySettings) { p.Tracking.Label = "x" },
			"Exactly one of a predefined metric, a customized metric and a list of metrics must be specified.":                                     func(p *PolicySettings) { p.Tracking.Custom = &tracking.Metric{} },
			"PredefinedMetricType must be one of: [ASGAverageCPUUtilization, ASGAverageNetworkIn, ASGAverageNetworkOut, ALBRequestCountPerTarget]": func(p *PolicySettings) { p.Tracking.Predefined = "x" },
		} {
			_, err := r.PutPolicy(t.Context(), named("web"), "p", tracks(50, change))
			if got := fault.Of(err); err == nil || got.Kind != fault.Validation || got.Message != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
		if all, err := r.Policies(tenant, PolicyFilter{Group: "web"}); err != nil || len(all) != 0 {
			t.Errorf("refused policies are kept: %v %v", all, err)
		}
	})
}

// A group follows its load: out in one step, in by a tenth at a time, and not
// while instances warm up.
func TestTracking(t *testing.T) {
	inBubble(t, newWorld(), sized(1, 40, 4), func(r *rig) {
		book := r.own()
		p, err := r.PutPolicy(t.Context(), named("web"), "cpu", tracks(50, nil))
		r.must(err)
		arn := p.ARN(named("web"))
		say := func(low bool, values ...float64) {
			t.Helper()
			name := p.Alarms.High
			if low {
				name = p.Alarms.Low
			}
			maps.DeleteFunc(book.In, func(n string, _ bool) bool { return slices.Contains(p.Alarms.Names(), n) })
			book.In[name] = true
			r.must(r.alarm(says(name, arn, values...)))
		}
		r.is("web", 4)
		say(false, 60, 80, 90)
		r.is("web", 8) // 4 * 90 / 50 = 7.2
		say(false, 90, 90, 90)
		r.is("web", 8) // they are on the way
		say(false, 90, 90, 130)
		r.is("web", 11) // 4 * 130 / 50 = 10.4
		say(true, 1, 1)
		r.is("web", 11) // nothing goes while they warm up
		time.Sleep(time.Minute)
		say(true, 44, 10)
		r.is("web", 10) // the larger one would leave 9.7
		say(true, 10, 10)
		r.is("web", 9)
		say(true, 50, 10)
		r.is("web", 9) // 9
		say(false, 1e9)
		r.is("web", 40)
		time.Sleep(time.Minute)
		for range 40 {
			say(true, 0)
			time.Sleep(time.Second)
		}
		r.is("web", 1)
		r.must(r.alarm(trackingtest.Says(tenant, p.Alarms.High, "OK", arn, 99)))
		r.is("web", 1)
		if err := r.alarm(says("busy", arn, 99)); !fault.Is(err, fault.InvalidValue) {
			t.Errorf("an alarm of somebody else: %v", err)
		}
	})
}

// A metric of before the group was what it is says nothing of it.
func TestTrackingOldMetric(t *testing.T) {
	inBubble(t, newWorld(), sized(1, 40, 4), func(r *rig) {
		r.own()
		p, err := r.PutPolicy(t.Context(), named("web"), "cpu", tracks(50, nil))
		r.must(err)
		say := func(alarm string, minute time.Time, value float64) {
			t.Helper()
			r.must(r.alarm(trackingtest.SaysOf(minute, tenant, alarm, p.ARN(named("web")), value)))
		}
		r.is("web", 4)
		high, low := p.Alarms.High, p.Alarms.Low
		say(high, time.Now(), 100)
		r.is("web", 8)
		time.Sleep(61 * time.Second)
		say(high, time.Now().Add(-10*time.Second), 60) // they were not warm
		say(low, time.Now().Add(-10*time.Second), 10)
		r.is("web", 8)
		say(low, time.Now(), 10)
		r.is("web", 7)
		time.Sleep(time.Second)
		say(low, time.Now().Add(-10*time.Second), 10)
		r.is("web", 7)
		say(high, time.Now(), 60)
		r.is("web", 9) // 8.4
	})
}

// Of several policies the one that wants most has its way; instances go when all
// that scale in agree.
func TestTrackingTogether(t *testing.T) {
	inBubble(t, newWorld(), sized(1, 100, 20), func(r *rig) {
		book, web := r.own(), named("web")
		make := func(name string, change func(*PolicySettings)) *Policy {
			t.Helper()
			p, err := r.PutPolicy(t.Context(), web, name, tracks(50, change))
			r.must(err)
			return p
		}
		cpu, net := make("cpu", nil), make("net", nil)
		only := make("out-only", func(p *PolicySettings) { p.Tracking.NoScaleIn = true })
		low := func(p *Policy, value float64) {
			t.Helper()
			book.In[p.Alarms.Low] = true
			r.must(r.alarm(says(p.Alarms.Low, p.ARN(web), value)))
		}
		r.is("web", 20)
		low(cpu, 10)
		r.is("web", 20) // the other does not agree
		low(net, 47.5)
		r.is("web", 19) // 20 * 47.5 / 50
		low(cpu, 10)
		r.is("web", 19) // 18.05 by the other
		book.In[only.Alarms.High] = true
		low(net, 10)
		r.is("web", 19) // it wants more, not less
		delete(book.In, only.Alarms.High)
		low(net, 10)
		r.is("web", 18) // a tenth at most
	})
}
