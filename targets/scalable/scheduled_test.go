package scalable

import (
	"testing"
	"time"

	"skywatch/internal/fault"
)

// Bubbles of synctest begin at midnight UTC of 1 January 2000, a Saturday.
func TestScheduledActions(t *testing.T) {
	inBubble(t, newWorld(5), 1, 10, func(r *rig) {
		ctx := t.Context()
		r.must(r.PutAction(ctx, web, "morning", Plan{Schedule: "cron(0 6,7 * * ? *)", Timezone: "Asia/Kolkata", Min: new(7), Max: new(20)}))
		r.must(r.PutAction(ctx, web, "once", Plan{Schedule: "at(2000-01-01T01:00:00)", Max: new(2), Min: new(1)}))
		time.Sleep(29 * time.Minute)
		r.is(5)
		time.Sleep(time.Minute)
		r.is(7)
		all := r.told(false)
		if len(all) != 2 || all[1] != "Successful | Setting min capacity to 7 and max capacity to 20 | scheduled action name morning was triggered | Successfully set min capacity to 7 and max capacity to 20" ||
			all[0] != "Successful | Setting desired count to 7. | minimum capacity was set to 7 | Successfully set desired count to 7. Change successfully fulfilled by ecs." {
			t.Errorf("%q", all)
		}
		time.Sleep(30 * time.Minute)
		r.is(2)
		time.Sleep(30 * time.Minute)
		r.is(7) // the next time in India
		_, err := r.Register(ctx, web, Registration{Scheduled: new(true), Min: new(1)})
		r.must(err)
		r.must(r.PutAction(ctx, web, "suspended", Plan{Schedule: "rate(1 minute)", Min: new(9)}))
		time.Sleep(2 * time.Minute)
		r.is(7)
	})
}

func TestRates(t *testing.T) {
	inBubble(t, newWorld(5), 1, 10, func(r *rig) {
		start := time.Now().UTC().Add(time.Hour)
		r.must(r.PutAction(t.Context(), web, "a", Plan{Schedule: "rate(10 minutes)", Start: start, End: start.Add(25 * time.Minute), Min: new(6)}))
		time.Sleep(59 * time.Minute)
		r.is(5)
		for range 3 { // at the start, after 10 and after 20 minutes
			time.Sleep(time.Minute)
			r.is(6)
			r.register(1, 10)
			r.world.change(func() { r.world.capacity, r.world.actual = 2, 2 })
			time.Sleep(9 * time.Minute)
			r.is(2)
		}
		time.Sleep(time.Hour)
		r.is(2)
		r.must(r.PutAction(t.Context(), web, "a", Plan{Min: new(4)})) // the bounds in time go, the rest stays
		all, err := r.Actions(tenant, Scope{Namespace: "ecs"}, []string{"a"})
		r.must(err)
		if len(all) != 1 || all[0].Schedule != "rate(10 minutes)" || !all[0].Start.IsZero() || !all[0].End.IsZero() || *all[0].Min != 4 {
			t.Errorf("%+v", all)
		}
		time.Sleep(10 * time.Minute)
		r.is(4)
		r.must(r.DeleteAction(t.Context(), web, "a"))
		if err := r.DeleteAction(t.Context(), web, "a"); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
	})
}

func TestScheduleRules(t *testing.T) {
	inBubble(t, newWorld(5), 1, 10, func(r *rig) {
		now := time.Now().UTC()
		for name, p := range map[string]Plan{
			"no schedule":        {Min: new(1)},
			"no bounds":          {Schedule: "rate(1 minute)"},
			"no expression":      {Schedule: "every day", Min: new(1)},
			"unix cron":          {Schedule: "cron(0 8 * * *)", Min: new(1)},
			"no zone":            {Schedule: "rate(1 minute)", Timezone: "Mars/Base", Min: new(1)},
			"in the past":        {Schedule: "at(1999-01-01T00:00:00)", Min: new(1)},
			"upside down":        {Schedule: "rate(1 minute)", Min: new(2), Max: new(1)},
			"negative":           {Schedule: "rate(1 minute)", Min: new(-1)},
			"ends before":        {Schedule: "rate(1 minute)", Min: new(1), Start: now.Add(time.Hour), End: now.Add(time.Minute)},
			"ends before a time": {Schedule: "rate(2 hours)", Min: new(1), End: now.Add(time.Minute)},
		} {
			if err := r.PutAction(t.Context(), web, "a", p); !fault.Is(err, fault.Validation) {
				t.Errorf("%s: %v", name, err)
			}
		}
		other := web
		other.Resource = "service/prod/other"
		if err := r.PutAction(t.Context(), other, "a", Plan{Schedule: "rate(1 minute)", Min: new(1)}); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
	})
}
