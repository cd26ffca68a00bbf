package scaling

import (
	"strings"
	"testing"
	"time"

	"skywatch/catalog"
	"skywatch/targets"
)

func deliver(s *Service, d targets.Delivery) func(*catalog.Tx) error {
	return func(tx *catalog.Tx) error { return s.Deliver(tx, d) }
}

func containsAll(text string, parts ...string) bool {
	for _, p := range parts {
		if !strings.Contains(text, p) {
			return false
		}
	}
	return true
}

func TestLifecycleHooks(t *testing.T) {
	w := newWorld()
	inBubble(t, w, sized(0, 4, 0), func(r *rig) {
		ctx, web := t.Context(), named("web")
		r.must(r.PutHook(ctx, web, HookChange{Name: "up", Transition: string(Launching), Heartbeat: new(60), Target: new("arn:aws:sqs:us-east-1:123456789012:q")}))
		r.must(r.PutHook(ctx, web, HookChange{Name: "down", Transition: string(Terminated), Heartbeat: new(60), Default: Continue}))
		r.must(r.SetDesired(ctx, web, 1, false))
		time.Sleep(time.Second)
		held := r.group("web").Instances
		if len(held) != 1 || held[0].State != PendingWait || r.activities("web")[0].Status != MidLifecycleAction {
			t.Fatalf("held: %+v", held)
		}
		if m := r.deliveries()[len(r.deliveries())-1].Message; !containsAll(m, `"LifecycleHookName":"up"`, `"LifecycleTransition":"autoscaling:EC2_INSTANCE_LAUNCHING"`, held[0].ID) {
			t.Errorf("the message is %s", m)
		}
		at := Held{GroupName: web, Hook: "up", Instance: held[0].ID}
		time.Sleep(50 * time.Second)
		r.must(r.Heartbeat(ctx, at))
		time.Sleep(50 * time.Second)
		r.must(r.Complete(ctx, at, Continue))
		r.is("web", 1)
		r.must(r.SetDesired(ctx, web, 0, false))
		time.Sleep(time.Second)
		if got := r.group("web").Instances; len(got) != 1 || got[0].State != TerminatingWait || len(w.now()) != 1 {
			t.Fatalf("held: %+v", got)
		}
		time.Sleep(time.Minute) // nobody completes it
		if got := r.group("web").Instances; len(got) != 0 || len(w.now()) != 0 {
			t.Errorf("left: %+v, running %v", got, w.now())
		}
		if got := r.types(); got["EC2 Instance-launch Lifecycle Action"] != 1 || got["EC2 Instance-terminate Lifecycle Action"] != 1 {
			t.Errorf("events: %v", got)
		}
	})
}

// A launch that is abandoned ends the instance, and another one follows.
func TestAbandonedLaunch(t *testing.T) {
	w := newWorld()
	inBubble(t, w, sized(0, 4, 0), func(r *rig) {
		ctx, web := t.Context(), named("web")
		r.must(r.PutHook(ctx, web, HookChange{Name: "up", Transition: string(Launching), Heartbeat: new(30)}))
		r.must(r.SetDesired(ctx, web, 1, false))
		time.Sleep(33 * time.Second)
		if all := r.activities("web"); len(all) != 2 || len(w.now()) != 0 {
			t.Errorf("%d activities, running %v", len(all), w.now())
		}
		r.must(r.DeleteHook(ctx, web, "up"))
		time.Sleep(time.Minute)
		r.is("web", 1)
	})
}

// A deletion by force ends every hold, also behind one whose activity has ended.
func TestForceDeleteHeld(t *testing.T) {
	w := newWorld()
	inBubble(t, w, sized(0, 4, 0), func(r *rig) {
		ctx, web := t.Context(), named("web")
		r.must(r.PutHook(ctx, web, HookChange{Name: "up", Transition: string(Launching), Heartbeat: new(3600)}))
		r.must(r.SetDesired(ctx, web, 2, false))
		time.Sleep(time.Second)
		r.must(r.Catalog.Update(ctx, func(tx *catalog.Tx) error { // a hold before theirs, whose activity is over
			gone := lifecycleAction{Token: "t", Instance: "i-0", Hook: "up", Activity: append(web.key(), "over")}
			return waits.Put(tx, gone, web.key(gone.Instance, gone.Hook)...)
		}))
		if len(w.now()) != 2 {
			t.Errorf("running %v", w.now())
		}
		r.must(r.Delete(ctx, web, true))
		time.Sleep(time.Minute)
		if left, err := r.Groups(tenant, nil); err != nil || len(left) != 0 || len(w.now()) != 0 {
			t.Errorf("left: %+v, running %v: %v", left, w.now(), err)
		}
	})
}

func TestScheduledActions(t *testing.T) {
	inBubble(t, newWorld(), sized(0, 10, 1), func(r *rig) { // the bubble begins on 2000-01-01, at midnight
		ctx, web, now := t.Context(), named("web"), time.Now()
		r.must(r.PutAction(ctx, web, "once", ActionSettings{Start: now.Add(time.Hour), Desired: new(3)}))
		r.must(r.PutAction(ctx, web, "daily", ActionSettings{Recurrence: "30 9 * * *", TimeZone: "Europe/Berlin", Min: new(4), Max: new(6)}))
		r.is("web", 1)
		time.Sleep(time.Hour)
		r.is("web", 3)
		time.Sleep(8 * time.Hour) // 09:30 in Berlin was at 08:30
		r.is("web", 4)
		left, err := r.Actions(tenant, ActionFilter{})
		if err != nil || len(left) != 1 || !left[0].Start.Equal(time.Date(2000, 1, 2, 8, 30, 0, 0, time.UTC)) {
			t.Errorf("%+v %v", left, err)
		}
		if err := r.PutAction(ctx, web, "bad", ActionSettings{Recurrence: "cron(0 9 * * *)", Desired: new(1)}); err == nil {
			t.Error("a recurrence of another form was taken")
		}
	})
}

func TestNotifications(t *testing.T) {
	inBubble(t, newWorld(), sized(0, 10, 0), func(r *rig) {
		ctx, web := t.Context(), named("web")
		const topic = "arn:aws:sns:us-east-1:123456789012:t"
		r.must(r.PutNotification(ctx, web, topic, []string{LaunchNotification, TestNotification}))
		r.must(r.SetDesired(ctx, web, 1, false))
		r.is("web", 1)
		r.must(r.SetDesired(ctx, web, 0, false))
		r.is("web", 0)
		if len(r.deliveries()) != 2 || r.deliveries()[0].Target != topic || !containsAll(r.deliveries()[0].Message, TestNotification) ||
			!containsAll(r.deliveries()[1].Message, `"Event":"autoscaling:EC2_INSTANCE_LAUNCH"`, `"StatusCode":"InProgress"`) {
			t.Errorf("sent: %+v", r.deliveries())
		}
	})
}
