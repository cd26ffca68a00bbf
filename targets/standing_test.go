package targets_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"skywatch/targets"
)

// A target that answers slowly is asked as often at once as a quick one, and
// holds no worker that a quick one needs.
func TestSlowTargetHoldsNoWorker(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.engine.Workers, r.engine.Slow = 4, 64
		var now, most atomic.Int64
		r.outside = func(_ context.Context, d targets.Delivery) error {
			if d.Target == outsideB {
				return nil
			}
			defer now.Add(-1)
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(2 * time.Second)
			return nil
		}
		r.run()
		r.enqueue(outsideB, "first")
		r.enqueue(outsideA, many("slow", 200)...)
		time.Sleep(20 * time.Second)
		if most.Load() != 8 {
			t.Errorf("%d at once, want 8", most.Load())
		}
		r.enqueue(outsideB, many("quick", 50)...)
		synctest.Wait() // no time passes
		if n := len(r.list(targets.LogQuery{Target: outsideB, Limit: 100})); n != 51 {
			t.Errorf("%d of the quick one's 51 delivered", n)
		}
	})
}

// More hang than may be under way: the bound holds, and every one is tried.
func TestBoundOfUnderWay(t *testing.T) {
	t.Parallel()
	for _, alive := range []bool{false, true} {
		t.Run(fmt.Sprintf("alive before: %v", alive), func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, r *rig) {
				r.engine.Workers, r.engine.Slow = 4, 6
				var dead atomic.Bool
				var now, most, tried atomic.Int64
				r.outside = func(context.Context, targets.Delivery) error {
					if !dead.Load() {
						return nil
					}
					defer now.Add(-1)
					most.Store(max(most.Load(), now.Add(1)))
					tried.Add(1)
					time.Sleep(15 * time.Second)
					return context.DeadlineExceeded
				}
				r.run()
				const n = 40
				send := func(what string) {
					for i := range n {
						r.put(targets.Delivery{
							ID: fmt.Sprint(what, i), Target: fmt.Sprint("arn:aws:outside:", tenantARN, "dead", i), Retry: &targets.Retry{},
						})
					}
				}
				if alive {
					send("alive")
					synctest.Wait()
				}
				dead.Store(true)
				send("dead")
				time.Sleep(20 * 15 * time.Second)
				// Of strangers three workers and half of the slow are held.
				want := int64(3 + 3)
				if alive {
					want = 4 + 6
				}
				if most.Load() != want || tried.Load() != n {
					t.Errorf("%d at once, want %d; %d of %d tried", most.Load(), want, tried.Load(), n)
				}
			})
		})
	}
}
