package targets_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"skywatch/catalog"
	"skywatch/targets"
)

// What goes to a target that answers quickly costs few transactions.
func TestRuns(t *testing.T) {
	t.Parallel()
	for target, most := range map[string]uint64{insideA: 20, outsideA: 80} {
		t.Run(string(targets.KindOf(target)), func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, r *rig) {
				r.enqueue(target, numbered(300)...)
				before := r.db.Changes()
				r.run()
				synctest.Wait()
				if n := len(r.ended()); n != 300 {
					t.Errorf("%d have ended", n)
				}
				if got := r.engine.Stats(); got != (targets.Stats{Attempts: 300, Delivered: 300}) {
					t.Errorf("stats %+v", got)
				}
				if n := r.db.Changes() - before; n > most {
					t.Errorf("%d transactions", n)
				}
			})
		})
	}
}

// A failure in the middle of a run is that of one delivery: those behind it were
// not tried, and that shows.
func TestRunStopsAtAFailure(t *testing.T) {
	t.Parallel()
	for _, target := range []string{insideA, outsideA} {
		t.Run(string(targets.KindOf(target)), func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, r *rig) {
				refuse := func(d *targets.Delivery) error {
					if d.ID == "0150" && d.Attempts == 1 {
						return errors.New("down")
					}
					return nil
				}
				r.outside = func(_ context.Context, d targets.Delivery) error { return refuse(&d) }
				r.inside = func(_ *catalog.Tx, d targets.Delivery) error { return refuse(&d) }
				r.enqueue(target, numbered(300)...)
				r.run()
				time.Sleep(time.Minute)
				all := r.list(targets.LogQuery{Limit: 300})
				if len(all) != 300 {
					t.Fatalf("%d have ended", len(all))
				}
				for _, e := range all {
					want := 1
					if e.ID == "0150" {
						want = 2
					}
					if e.Attempts != want || len(e.Tried) != want || e.Status != targets.Delivered {
						t.Errorf("%s: %+v", e.ID, e)
					}
				}
			})
		})
	}
}

// Who is refused in the records alone does not hold up the others of its run.
func TestRunWithABrokenRecord(t *testing.T) {
	t.Parallel()
	for _, target := range []string{insideA, outsideA} {
		t.Run(string(targets.KindOf(target)), func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, r *rig) {
				r.hear = func(o targets.Outcome) error {
					if o.Delivery.ID == "0040" {
						return errors.New("broken")
					}
					return nil
				}
				r.enqueue(target, numbered(100)...)
				r.run()
				time.Sleep(5 * time.Minute)
				if n := len(r.ended()); n != 99 {
					t.Errorf("%d have ended", n)
				}
			})
		})
	}
}
