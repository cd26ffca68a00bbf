package scalable

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"skywatch/internal/fault"
)

// A new target's capacity is brought within its bounds, and a target's within
// new ones.
func TestBounds(t *testing.T) {
	inBubble(t, newWorld(1), 2, 4, func(r *rig) {
		r.is(2)
		r.world.change(func() { r.world.capacity, r.world.actual = 9, 9 })
		r.is(9) // nobody asked
		r.register(2, 5)
		r.is(5)
		want := []string{
			"Successful | Setting desired count to 5. | maximum capacity was set to 5 | Successfully set desired count to 5. Change successfully fulfilled by ecs.",
			"Successful | Setting desired count to 2. | minimum capacity was set to 2 | Successfully set desired count to 2. Change successfully fulfilled by ecs.",
		}
		if diff := cmp.Diff(want, r.told(false)); diff != "" {
			t.Error(diff)
		}
		if len(r.published()) != 0 {
			t.Errorf("%+v", r.published())
		}
	})
}

// A resource on its way is waited for; a newer change takes its place; and one
// that never gets there is given up.
func TestSlowResource(t *testing.T) {
	w := newWorld(10)
	w.slow = true
	inBubble(t, w, 0, 100, func(r *rig) {
		two, five := r.policy("two", by(2)), r.policy("five", by(5))
		r.alarm(two, 1)
		r.is(12)
		if all := r.told(false); len(all) != 1 || !strings.HasPrefix(all[0], "InProgress | Setting desired count to 12. ") {
			t.Errorf("%q", all)
		}
		r.alarm(two, 1) // no more than is under way
		r.is(12)
		time.Sleep(time.Minute)
		r.alarm(five, 1)
		r.is(15)
		if all := r.told(false); len(all) != 2 || !strings.HasPrefix(all[0], "InProgress | Setting desired count to 15. ") || !strings.HasPrefix(all[1], "Overridden | Setting desired count to 12. ") {
			t.Errorf("%q", all)
		}
		w.change(func() { w.actual = 15 })
		time.Sleep(pollEvery)
		if all := r.told(false); !strings.HasPrefix(all[0], "Successful | Setting desired count to 15. ") {
			t.Errorf("%q", all)
		}
		r.alarm(five, 1) // its cooldown counts from now
		r.is(15)
		time.Sleep(time.Minute)
		r.alarm(two, 1)
		r.is(17)
		time.Sleep(maxWait + pollEvery)
		if all := r.told(false); !strings.HasPrefix(all[0], "Unfulfilled | Setting desired count to 17. ") {
			t.Errorf("%q", all)
		}
	})
}

// A driver that gives no answer is called again with the same activity.
func TestNoAnswer(t *testing.T) {
	w := newWorld(10)
	inBubble(t, w, 0, 100, func(r *rig) {
		out := r.policy("out", by(1))
		w.change(func() { w.trouble = func() trouble { return silent } })
		r.must(r.deliver(out, 1))
		time.Sleep(2 * firstRetry)
		w.change(func() { w.trouble = func() trouble { return none } })
		time.Sleep(time.Minute)
		if r.is(11); len(w.set) != 1 || w.clashes != 0 {
			t.Errorf("%v", w.set)
		}
		if all := r.told(false); len(all) != 1 || !strings.HasPrefix(all[0], "Successful | Setting desired count to 11. ") {
			t.Errorf("%q", all)
		}
		time.Sleep(time.Hour)
		w.change(func() { w.trouble = func() trouble { return refuse } })
		r.alarm(out, 1)
		r.register(20, 30)
		time.Sleep(time.Minute)
		all := r.told(false)
		if all[len(all)-2] != "Failed | Attempting to scale due to alarm triggered | monitor alarm busy in state ALARM triggered policy out | Failed to read the capacity. Reason: no room" {
			t.Errorf("%q", all)
		}
		w.change(func() { w.trouble = func() trouble { return none } })
		time.Sleep(longestRetry)
		r.is(20) // bounds are kept without being asked again
	})
}

func TestNoDriver(t *testing.T) {
	inBubble(t, nil, 1, 4, func(r *rig) {
		want := "Failed | Attempting to scale due to capacity limits | minimum capacity was set to 1 and maximum capacity was set to 4 | Failed to read the capacity. Reason: " +
			"no capacity driver is configured for ecs:service:DesiredCount service/prod/web: name an exec, webhook or aws driver under scalable-drivers in the configuration file"
		if all := r.told(false); len(all) != 1 || all[0] != want {
			t.Errorf("%q", all)
		}
		time.Sleep(time.Hour)
		if all := r.told(false); len(all) != 1 {
			t.Errorf("it is told again and again: %q", all)
		}
	})
}

// The machine dies between the decision and the call of the driver.
func TestCrashBeforeTheCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fs, w := vfs.NewCrashableMem(), newWorld(10)
		r := newRig(t, fs, w)
		r.register(0, 100)
		out := r.policy("out", by(3))
		var disk *vfs.MemFS
		calls := 0
		w.change(func() {
			w.trouble = func() trouble {
				if calls++; calls == 1 {
					return none // it tells its capacity
				}
				disk = fs.CrashClone(vfs.CrashCloneCfg{}) // what was synced by now
				return lost
			}
		})
		r.alarm(out, 1)
		r.stop()
		r.is(10)
		w.change(func() { w.trouble = func() trouble { return none } })
		r = newRig(t, disk, w)
		defer r.stop()
		time.Sleep(time.Minute)
		if r.is(13); len(w.set) != 1 {
			t.Errorf("%v", w.set)
		}
	})
}

func TestTargets(t *testing.T) {
	inBubble(t, newWorld(3), 1, 4, func(r *rig) {
		ctx := t.Context()
		arn, err := r.Register(ctx, web, Registration{Max: new(6), Role: "arn:aws:iam::1:role/r", Tags: map[string]string{"a": "1"}, Scheduled: new(true)})
		r.must(err)
		all, err := r.Targets(tenant, Scope{Namespace: "ecs", Dimension: web.Dimension}.Of(web.Resource))
		r.must(err)
		if got := all[0]; got.Min != 1 || got.Max != 6 || got.Role != "arn:aws:iam::1:role/r" || got.ARN() != arn || got.Suspended != (Suspended{Scheduled: true}) {
			t.Errorf("%+v", got)
		}
		r.must(r.Tag(ctx, tenant, arn, map[string]string{"b": "2"}))
		r.must(r.Untag(ctx, tenant, arn, []string{"a", "c"}))
		tags, err := r.Tags(tenant, arn)
		r.must(err)
		if !cmp.Equal(tags, map[string]string{"b": "2"}) {
			t.Errorf("%v", tags)
		}
		for name, c := range map[string]struct {
			n Name
			r Registration
		}{
			"no minimum":         {Name{tenant, "ecs", "service/prod/api", web.Dimension}, Registration{Max: new(1)}},
			"less than the min":  {web, Registration{Max: new(0)}},
			"negative":           {web, Registration{Min: new(-1)}},
			"another dimension":  {Name{tenant, "ecs", web.Resource, "rds:cluster:ReadReplicaCount"}, Registration{Min: new(1), Max: new(1)}},
			"another resource":   {Name{tenant, "ecs", "table/t", web.Dimension}, Registration{Min: new(1), Max: new(1)}},
			"zero of a table":    {Name{tenant, "dynamodb", "table/t", "dynamodb:table:ReadCapacityUnits"}, Registration{Min: new(0), Max: new(1)}},
			"EMR without a role": {Name{tenant, "elasticmapreduce", "instancegroup/j/ig", "elasticmapreduce:instancegroup:InstanceCount"}, Registration{Min: new(0), Max: new(1)}},
			"a tag of AWS":       {web, Registration{Tags: map[string]string{"aws:x": "y"}}},
		} {
			if _, err := r.Register(ctx, c.n, c.r); !fault.Is(err, fault.Validation) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := r.Targets(tenant, Scope{Namespace: "ecs", Dimension: web.Dimension}); !fault.Is(err, fault.Validation) {
			t.Errorf("a dimension without a resource: %v", err)
		}
		policy := r.policy("p", by(1))
		r.must(r.PutAction(ctx, web, "a", Plan{Schedule: "rate(1 minute)", Max: new(2)}))
		r.must(r.Deregister(ctx, web))
		if err := r.Deregister(ctx, web); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
		if err := r.deliver(policy, 1); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
		if _, err := r.Tags(tenant, arn); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
		time.Sleep(time.Hour)
	})
}
