package scalable

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets/scaling/tracking"
	"skywatch/targets/scaling/tracking/trackingtest"
)

// tracks are the settings of a policy that holds a metric at 50.
func tracks() *Settings {
	return &Settings{
		Tracking:    &tracking.Settings{Target: 50, Custom: &tracking.Metric{Namespace: "App", Name: "Load", Statistic: "Average"}},
		OutCooldown: new(60), InCooldown: new(120),
	}
}

func (r *rig) own() trackingtest.Book {
	b := trackingtest.NewBook()
	r.TrackingAlarms = b
	return b
}

func (r *rig) track(name string, with *Settings) *Policy {
	r.t.Helper()
	p, err := r.PutPolicy(r.t.Context(), web, name, TargetTrackingScaling, with)
	r.must(err)
	return p
}

// says has an alarm of a policy tell it values, the newest last.
func (r *rig) says(p *Policy, alarm string, values ...float64) error {
	d := trackingtest.Says(tenant, alarm, "ALARM", p.ARN(), values...)
	err := r.Catalog.Update(r.t.Context(), func(tx *catalog.Tx) error { return r.Deliver(tx, d) })
	synctest.Wait()
	return err
}

// A target follows its load: out in one step and by the difference within the
// cooldown, in by a tenth at a time.
func TestTracking(t *testing.T) {
	inBubble(t, newWorld(4), 1, 40, func(r *rig) {
		r.own()
		p := r.track("load", tracks())
		r.must(r.says(p, p.Alarms.High, 60, 90))
		r.is(8) // 4 * 90 / 50 = 7.2
		r.must(r.says(p, p.Alarms.High, 90))
		r.is(8) // as much as was added
		r.must(r.says(p, p.Alarms.High, 130))
		r.is(11) // 4 * 130 / 50 = 10.4
		r.must(r.says(p, p.Alarms.Low, 1))
		r.is(11) // waits for the cooldown
		time.Sleep(time.Minute)
		r.must(r.says(p, p.Alarms.Low, 44, 10))
		r.is(10) // the larger one would leave 9.7
		r.must(r.says(p, p.Alarms.Low, 10))
		r.is(10) // the cooldown of scaling in lasts
		r.must(r.says(p, p.Alarms.High, 51))
		r.is(11) // but not for scaling out
		time.Sleep(2 * time.Minute)
		r.must(r.says(p, p.Alarms.High, 1e9))
		r.is(40)
		if err := r.says(p, "busy", 99); !fault.Is(err, fault.InvalidValue) {
			t.Errorf("an alarm of somebody else: %v", err)
		}
	})
}

// A metric of before the last change says nothing of the capacity.
func TestTrackingOldMetric(t *testing.T) {
	inBubble(t, newWorld(4), 1, 40, func(r *rig) {
		r.own()
		with := tracks()
		with.OutCooldown, with.InCooldown = new(0), new(0)
		p := r.track("load", with)
		say := func(alarm string, minute time.Time, value float64) {
			t.Helper()
			r.must(r.Catalog.Update(t.Context(), func(tx *catalog.Tx) error {
				return r.Deliver(tx, trackingtest.SaysOf(minute, tenant, alarm, p.ARN(), value))
			}))
			synctest.Wait()
		}
		say(p.Alarms.High, time.Now(), 100)
		r.is(8)
		time.Sleep(time.Second)
		say(p.Alarms.High, time.Now().Add(-2*time.Second), 100)
		say(p.Alarms.Low, time.Now().Add(-2*time.Second), 10)
		r.is(8)
		say(p.Alarms.Low, time.Now(), 10)
		r.is(7)
	})
}

// Capacity goes when all policies that scale in agree.
func TestTrackingTogether(t *testing.T) {
	inBubble(t, newWorld(20), 1, 40, func(r *rig) {
		book := r.own()
		a, b := r.track("a", tracks()), r.track("b", tracks())
		book.In[a.Alarms.Low] = true
		r.must(r.says(a, a.Alarms.Low, 10))
		r.is(20)
		book.In[b.Alarms.Low] = true
		r.must(r.says(b, b.Alarms.Low, 47.5))
		r.is(19)
		time.Sleep(2 * time.Minute)
		book.In[b.Alarms.High] = true
		r.must(r.says(a, a.Alarms.Low, 10))
		r.is(19)
	})
}

// The alarms of a policy come, change and go with it, and with its target.
func TestTrackingAlarms(t *testing.T) {
	inBubble(t, newWorld(4), 1, 40, func(r *rig) {
		r.own()
		wants := func(want ...string) {
			t.Helper()
			got, err := trackingtest.Told(r.Catalog)
			r.must(err)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		}
		const head = "TargetTracking-service/prod/web-Alarm"
		first := r.track("load", tracks())
		both := []string{head + "High: Average of App/Load [] > 50, 3 x 60 s", head + "Low: Average of App/Load [] < 45, 15 x 60 s"}
		wants(both...)
		if again := r.track("load", nil); again.Alarms != first.Alarms || !cmp.Equal(again.Settings, first.Settings) {
			t.Errorf("%+v became %+v", first, again)
		}
		wants(both...)
		only := tracks()
		only.Tracking.NoScaleIn = true
		r.track("load", only)
		wants(both[:1]...)
		r.must(r.DeletePolicy(t.Context(), web, "load"))
		wants()
		r.track("load", tracks())
		r.must(r.Deregister(t.Context(), web))
		wants()
	})
}

func TestTrackingRefusals(t *testing.T) {
	inBubble(t, newWorld(4), 1, 40, func(r *rig) {
		r.own()
		for want, change := range map[string]func(*Settings){
			"TargetTrackingScalingPolicyConfiguration is required":           func(s *Settings) { s.Tracking = nil },
			"StepScalingPolicyConfiguration is not supported":                func(s *Settings) { s.Adjustment = "ChangeInCapacity" },
			"The predefined metric ECSServiceAverageCPUUtilization is not s": func(s *Settings) { s.Tracking.Custom, s.Tracking.Predefined = nil, "ECSServiceAverageCPUUtilization" },
			"Cooldowns must not be negative":                                 func(s *Settings) { s.InCooldown = new(-1) },
			"TargetValue must be between":                                    func(s *Settings) { s.Tracking.Target = 0 },
		} {
			with := tracks()
			change(with)
			_, err := r.PutPolicy(t.Context(), web, "p", TargetTrackingScaling, with)
			if !fault.Is(err, fault.Validation) || !strings.HasPrefix(fault.Of(err).Message, want) {
				t.Errorf("%v, want %s", err, want)
			}
		}
		if _, err := r.PutPolicy(t.Context(), web, "p", StepScaling, tracks()); !fault.Is(err, fault.Validation) {
			t.Errorf("of a step policy: %v", err)
		}
	})
}
