package targets_test

import (
	"testing"
	"time"

	"skywatch/targets"
)

// A paced target gets its deliveries in their order at its pace; those that
// wait have no attempt counted and break nothing, and other targets do not
// wait with them.
func TestPace(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		var next time.Time
		r.engine.Targets["outside"] = r.engine.Targets["outside"].Paced(func(target string, now time.Time) time.Time {
			if target != outsideA {
				return time.Time{}
			}
			if now.Before(next) {
				return next
			}
			next = now.Add(10 * time.Second)
			return time.Time{}
		})
		r.run()
		for _, id := range []string{"1", "2", "3", "4"} {
			r.enqueue(outsideA, id)
			r.enqueue(outsideB, id)
			time.Sleep(time.Millisecond)
		}
		time.Sleep(25 * time.Second)
		if s := r.engine.Stats(); s.Attempts != 7 || s.Delivered != 7 || s.Broken != 0 {
			t.Fatalf("after 25 s: %+v", s)
		}
		time.Sleep(10 * time.Second)
		for i, id := range []string{"1", "2", "3", "4"} {
			e := r.list(targets.LogQuery{Target: outsideA})[3-i]
			if e.ID != id || e.Attempts != 1 || e.Status != targets.Delivered {
				t.Errorf("%d: %+v", i, e)
			}
		}
	})
}
