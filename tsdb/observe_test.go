package tsdb

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/metric"
)

// heard collects observations.
type heard struct {
	mu  sync.Mutex
	all []metric.Observation
}

func (h *heard) observe(o metric.Observation) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, o)
}

// take returns what was heard since, as "name tier start count".
func (h *heard) take() (out []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, o := range h.all {
		s := fmt.Sprintf("%s %d %s %v", o.ID.Name, o.Tier, o.Datapoint.Start.Time().Format("15:04:05"), o.Datapoint.Set.SampleCount)
		if o.Reread {
			s += " reread"
		}
		out = append(out, s)
	}
	h.all = nil
	slices.Sort(out)
	return out
}

func TestObserverHearsWholePeriodsOfWatchedMetrics(t *testing.T) {
	t.Parallel()
	var h heard
	o := quiet(vfs.NewMem())
	o.Observer = h.observe
	db := mustOpen(t, o)
	a, b := id("App", "A"), id("App", "B")
	expect := func(want ...string) {
		t.Helper()
		if got := h.take(); !slices.Equal(got, want) {
			t.Errorf("heard %q, want %q", got, want)
		}
	}
	mustAppend(t, db, single(a, t0, 1))
	expect() // nobody watches
	db.Watch(a)
	db.Watch(a)
	db.Watch(b) // does not exist yet
	mustAppend(t, db, single(a, t0+1000, 1), single(a, t0+2000, 1), single(b, t0, 1), single(id("App", "C"), t0, 1))
	expect("A 60 08:00:00 3", "B 60 08:00:00 1")
	high := single(b, t0+1000, 2)
	high.HighResolution = true
	mustAppend(t, db, high)
	expect("B 1 08:00:01 1", "B 60 08:00:00 2")

	mustFlush(t, db) // the periods are in Pebble now
	mustAppend(t, db, high, single(a, t0, 1))
	expect("A 60 08:00:00 4", "B 1 08:00:01 2", "B 60 08:00:00 3")
	mustClose(t, db)
	db = mustOpen(t, o)
	db.Watch(a)
	db.Watch(a)
	mustAppend(t, db, single(a, t0, 1))
	expect("A 60 08:00:00 5")

	db.Unwatch(a)
	mustAppend(t, db, single(a, t0, 1))
	expect("A 60 08:00:00 6")
	db.Unwatch(a)
	db.Unwatch(a) // one too many
	mustAppend(t, db, single(a, t0, 1))
	expect()
	mustClose(t, db)
}

// Observations of one period never go back to an older state, and the last one
// is whole.
func TestObservationsOfAPeriodAreInOrder(t *testing.T) {
	t.Parallel()
	var h heard
	o := quiet(vfs.NewMem())
	o.Observer = func(o metric.Observation) {
		runtime.Gosched() // invite others to overtake
		h.observe(o)
	}
	db := mustOpen(t, o)
	m := id("App", "A")
	db.Watch(m)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				if err := db.Append(context.Background(), []metric.Sample{single(m, t0, 1)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 5 {
		mustFlush(t, db)
	}
	wg.Wait()
	last := 0.0
	for _, o := range h.all {
		n := o.Datapoint.Set.SampleCount
		if n < last || o.Reread {
			t.Fatalf("%v samples after %v", n, last)
		}
		last = n
	}
	if last != 200 {
		t.Errorf("the last observation has %v samples", last)
	}
	mustClose(t, db)
}
