package scaling

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/fault"
)

// inBubble runs a story of a group "web" with the given sizes.
func inBubble(t *testing.T, w *world, c Change, story func(*rig)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, vfs.NewMem(), w)
		defer r.stop()
		r.must(r.Create(t.Context(), named("web"), c))
		story(r)
	})
}

func TestGroupGrowsAndShrinks(t *testing.T) {
	w := newWorld()
	inBubble(t, w, sized(0, 10, 2), func(r *rig) {
		r.is("web", 2)
		first := r.activities("web")[0]
		const want = "a user request created an AutoScalingGroup changing the desired capacity from 0 to 2. At "
		if !strings.Contains(first.Cause, want) || !strings.HasSuffix(first.Cause, "Z an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 0 to 2.") {
			t.Errorf("the cause is %q", first.Cause)
		}
		if first.Status != Successful || first.Progress != 100 || !strings.HasPrefix(first.Description, "Launching a new EC2 instance: i-") {
			t.Errorf("%+v", first)
		}
		r.must(r.SetDesired(t.Context(), named("web"), 5, false))
		r.is("web", 5)
		zones := map[string]int{}
		for _, i := range r.group("web").Instances {
			zones[i.Zone]++
		}
		if zones["a"]+zones["b"] != 5 || zones["a"] < 2 || zones["b"] < 2 {
			t.Errorf("zones: %v", zones)
		}
		r.must(r.SetDesired(t.Context(), named("web"), 1, false))
		r.is("web", 1)
		if len(w.now()) != 1 {
			t.Errorf("running: %v", w.now())
		}
		got := r.types()
		if got["EC2 Instance Launch Successful"] != 5 || got["EC2 Instance Terminate Successful"] != 4 || got["EC2 Instance State-change Notification"] != 18 {
			t.Errorf("events: %v", got)
		}
		err := r.SetDesired(t.Context(), named("web"), 11, false)
		if want := "New SetDesiredCapacity value 11 is above max value 10 for the AutoScalingGroup."; !fault.Is(err, fault.Validation) || err.Error() != want {
			t.Errorf("%v", err)
		}
		if err := r.Delete(t.Context(), named("web"), false); !fault.Is(err, fault.Conflict) {
			t.Errorf("delete with instances: %v", err)
		}
		r.must(r.Delete(t.Context(), named("web"), true))
		time.Sleep(time.Second)
		if left, err := r.Groups(tenant, nil); err != nil || len(left) != 0 || len(w.now()) != 0 {
			t.Errorf("left %v %v, running %v", left, err, w.now())
		}
		if told, err := r.Activities(tenant, ActivityFilter{Deleted: true}); err != nil || len(told) != 10 || !told[0].GroupDeleted {
			t.Errorf("%d activities %v", len(told), err)
		}
	})
}

func TestGroupWithoutDriver(t *testing.T) {
	inBubble(t, nil, sized(1, 1, 1), func(r *rig) {
		time.Sleep(time.Second)
		all := r.activities("web")
		if len(all) != 1 || all[0].Status != Failed || !strings.Contains(all[0].Message, "no capacity driver is configured for the Auto Scaling group web") {
			t.Errorf("%+v", all)
		}
		if len(all[0].Message) > maxStatusMessage {
			t.Errorf("the message has %d bytes", len(all[0].Message))
		}
		if r.types()["EC2 Instance Launch Unsuccessful"] != 1 || len(r.group("web").Instances) != 0 {
			t.Errorf("%v %v", r.types(), r.group("web").Instances)
		}
	})
}

func TestUnhealthyIsReplaced(t *testing.T) {
	w := newWorld()
	inBubble(t, w, sized(2, 2, 2), func(r *rig) {
		r.is("web", 2)
		ids := r.group("web").Instances
		r.must(r.SetHealth(t.Context(), tenant, ids[0].ID, "Unhealthy", false))
		r.is("web", 2)
		w.mu.Lock()
		delete(w.running, ids[1].ID) // it died, and the driver's list shows it
		w.mu.Unlock()
		time.Sleep(2 * time.Minute)
		r.is("web", 2)
		for _, i := range r.group("web").Instances {
			if i.ID == ids[0].ID || i.ID == ids[1].ID {
				t.Errorf("%s is still there", i.ID)
			}
		}
	})
}

func TestMembership(t *testing.T) {
	w := newWorld()
	inBubble(t, w, sized(1, 4, 2), func(r *rig) {
		ctx, web := t.Context(), named("web")
		r.is("web", 2)
		ids := r.group("web").Instances
		r.must(r.Attach(ctx, web, []string{"i-mine"}))
		r.is("web", 3)
		if _, err := r.EnterStandby(ctx, web, []string{"i-mine"}, true); err != nil {
			t.Error(err)
		}
		r.is("web", 2)
		if _, err := r.ExitStandby(ctx, web, []string{"i-mine"}); err != nil {
			t.Error(err)
		}
		r.is("web", 3)
		if _, err := r.Detach(ctx, web, []string{"i-mine"}, true); err != nil {
			t.Error(err)
		}
		r.is("web", 2)
		r.must(r.Attach(ctx, web, []string{"i-aside"}))
		if _, err := r.EnterStandby(ctx, web, []string{"i-aside"}, true); err != nil {
			t.Error(err)
		}
		if _, err := r.TerminateInstance(ctx, tenant, "i-aside", true); err != nil {
			t.Error(err)
		}
		r.is("web", 2) // it was not counted
		r.must(r.Protect(ctx, web, []string{ids[0].ID}, true))
		r.must(r.SetDesired(ctx, web, 1, false))
		r.is("web", 1)
		if left := r.group("web").Instances; left[0].ID != ids[0].ID {
			t.Errorf("left: %+v", left)
		}
		if _, err := r.TerminateInstance(ctx, tenant, ids[0].ID, true); !fault.Is(err, fault.Validation) {
			t.Errorf("below the minimum: %v", err)
		}
		a, err := r.TerminateInstance(ctx, tenant, ids[0].ID, false)
		if err != nil || a.Description != "Terminating EC2 instance: "+ids[0].ID {
			t.Errorf("%+v %v", a, err)
		}
		r.is("web", 1) // another one
		if left := r.group("web").Instances; left[0].ID == ids[0].ID {
			t.Errorf("left: %+v", left)
		}
	})
}

func TestSuspendedProcesses(t *testing.T) {
	inBubble(t, newWorld(), sized(0, 4, 1), func(r *rig) {
		ctx, web := t.Context(), named("web")
		r.is("web", 1)
		r.must(r.Suspend(ctx, web, []string{"Launch"}))
		r.must(r.SetDesired(ctx, web, 3, false))
		time.Sleep(time.Minute)
		if n := r.serving("web"); n != 1 {
			t.Errorf("%d in service though Launch is suspended", n)
		}
		r.must(r.Resume(ctx, web, nil))
		r.is("web", 3)
	})
}

// A zone in which launches fail is not insisted on, unless the group does.
func TestZones(t *testing.T) {
	for spread, want := range map[string]int{BestEffort: 2, BalancedOnly: 0} {
		t.Run(spread, func(t *testing.T) {
			w := newWorld()
			w.closed = "a"
			c := sized(0, 4, 2)
			c.Spread = &spread
			inBubble(t, w, c, func(r *rig) {
				time.Sleep(time.Minute)
				in := 0
				for _, i := range r.group("web").Instances {
					if i.Zone == "b" {
						in++
					}
				}
				if in < want || want == 0 && in > 1 {
					t.Errorf("%d instances in the zone that is open", in)
				}
			})
		})
	}
}

// A driver that started something and says nothing of use is asked again for the
// same activity: another one would start something more.
func TestAnswerWithoutInstance(t *testing.T) {
	w := newWorld()
	w.trouble = func() trouble { return mumble }
	inBubble(t, w, sized(0, 10, 2), func(r *rig) {
		time.Sleep(time.Minute)
		r.is("web", 2)
		if w.made != 2 || len(w.now()) != 2 {
			t.Errorf("%d were made, and %v run", w.made, w.now())
		}
	})
}
