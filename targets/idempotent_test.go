package targets_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/targets"
)

const storeARN = "arn:aws:store:" + tenantARN

// store is an idempotent target: a set.
type store struct {
	mu      sync.Mutex
	has     map[string]bool
	batches []int
	refuse  func(id string) error
}

func (s *store) take(_ context.Context, all []targets.Delivery) []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.batches = append(s.batches, len(all))
	results := make([]error, len(all))
	for i, d := range all {
		if s.refuse != nil {
			results[i] = s.refuse(d.ID)
		}
		if results[i] == nil {
			s.has[d.ID] = true
		}
	}
	return results
}

func newStore(r *rig) *store {
	s := &store{has: map[string]bool{}}
	r.engine.Targets["store"] = targets.Idempotent(s.take)
	return s
}

func numbered(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("%04d", i))
	}
	return all
}

func TestIdempotentTakesManyAtOnce(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		s := newStore(r)
		r.enqueue(storeARN+"a", numbered(1201)...)
		r.run()
		synctest.Wait()
		if want := []int{500, 500, 201}; !slices.Equal(s.batches, want) {
			t.Errorf("batches of %v, want %v", s.batches, want)
		}
		if len(s.has) != 1201 || len(r.ended()) != 1201 {
			t.Errorf("%d taken, %d ended", len(s.has), len(r.ended()))
		}
		if got := r.engine.Stats(); got != (targets.Stats{Attempts: 1201, Delivered: 1201}) {
			t.Errorf("stats %+v", got)
		}
		if e := r.list(targets.LogQuery{Limit: 1})[0]; e.Attempts != 1 || e.Status != targets.Delivered {
			t.Errorf("log %+v", e)
		}
	})
}

// Large messages go in smaller parts.
func TestIdempotentBoundsBytes(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		s := newStore(r)
		for _, id := range numbered(5) {
			r.put(targets.Delivery{ID: id, Target: storeARN + "a", Message: strings.Repeat("x", 500<<10)})
		}
		r.run()
		synctest.Wait()
		if want := []int{2, 2, 1}; !slices.Equal(s.batches, want) {
			t.Errorf("batches of %v, want %v", s.batches, want)
		}
	})
}

// One that is refused is tried again alone; the others of its batch are not
// held up.
func TestIdempotentRefusesSome(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		s := newStore(r)
		failed := 0
		s.refuse = func(id string) error {
			switch {
			case id == "0003" && failed < 2:
				failed++
				return errors.New("down")
			case id == "0005":
				return &targets.Failure{Code: targets.NoResource, Permanent: true, Err: errors.New("gone")}
			}
			return nil
		}
		r.enqueue(storeARN+"a", numbered(10)...)
		r.run()
		time.Sleep(time.Minute)
		ended := r.ended()
		for _, id := range numbered(10) {
			want := ""
			if id == "0005" {
				want = "NO_RESOURCE: gone"
			}
			if text, ok := ended[id]; !ok || text != want {
				t.Errorf("%s: ended %v with %q", id, ok, text)
			}
		}
		if len(s.has) != 9 {
			t.Errorf("taken %v", slices.Sorted(maps.Keys(s.has)))
		}
	})
}

// The machine dies between what the target did and our record of it: the same
// deliveries come again.
func TestIdempotentAfterACrash(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fs := vfs.NewCrashableMem()
		r := newRig(t, fs)
		s := newStore(r)
		var disk *vfs.MemFS
		r.engine.Targets["store"] = targets.Idempotent(func(ctx context.Context, all []targets.Delivery) []error {
			defer func() {
				if disk == nil {
					disk = fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 50, RNG: rand.New(rand.NewPCG(1, 1))})
				}
			}()
			return s.take(ctx, all)
		})
		r.enqueue(storeARN+"a", numbered(10)...)
		r.run()
		synctest.Wait()
		r.close()
		after := newRig(t, disk)
		again := newStore(after)
		after.run()
		synctest.Wait()
		if len(again.has) != 10 || len(after.ended()) != 10 {
			t.Errorf("after the crash %d came and %d ended", len(again.has), len(after.ended()))
		}
		after.close()
	})
}
