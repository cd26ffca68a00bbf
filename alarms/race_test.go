package alarms

import (
	"context"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"pgregory.net/rapid"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/targets"
)

// checkStory holds what the catalog says of the alarm cpu against itself: every
// transition begins where the one before it ended, the last one ends in the
// state that the alarm has, and every transition has exactly its actions. It
// returns the number of transitions.
func checkStory(t interface{ Fatalf(string, ...any) }, s *Service) int {
	state, changes, actions := InsufficientData, 0, 0
	err := s.opts.Catalog.View(func(r catalog.Reader) error {
		seen := map[string]int{}
		if err := sent.Scan(r, catalog.Range{}, func(_ []string, d targets.Delivery) (bool, error) {
			seen[d.ID]++
			return true, nil
		}); err != nil {
			return err
		}
		q := HistoryQuery{AlarmName: "cpu", Type: StateUpdate, Ascending: true}
		if err := q.visit(r, tenant, "", func(_ string, it HistoryItem) (bool, error) {
			var data struct{ OldState, NewState struct{ StateValue State } }
			if err := json.Unmarshal([]byte(it.Data), &data); err != nil {
				return false, err
			}
			if data.OldState.StateValue != state || data.NewState.StateValue == state {
				t.Fatalf("transition %d is from %s to %s, the state was %s", changes, data.OldState.StateValue, data.NewState.StateValue, state)
			}
			state = data.NewState.StateValue
			changes++
			if state == Alarming {
				actions++
			}
			return true, nil
		}); err != nil {
			return err
		}
		a, ok, err := load(r, Key{tenant, "cpu"})
		if err != nil || !ok {
			return err
		}
		if a.Value != state {
			t.Fatalf("the alarm is %s, its history ends with %s", a.Value, state)
		}
		if len(seen) != actions {
			t.Fatalf("%d deliveries for %d transitions to ALARM", len(seen), actions)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return changes
}

// propose evaluates the alarm on one datapoint and commits what it finds, as
// the loop does, with other things happening in between.
func (s *Service) propose(ctx context.Context, v float64, between func()) error {
	var a *Alarm
	err := s.opts.Catalog.View(func(r catalog.Reader) (err error) {
		a, _, err = load(r, Key{tenant, "cpu"})
		return err
	})
	if err != nil || a == nil {
		return err
	}
	between()
	tr, ok := Evaluate(&a.Definition, []Slot{{Present: true, Value: v, Samples: 1}}, a.Value, 0)
	if !ok {
		return nil
	}
	_, err = s.commit(ctx, []proposal{{key: a.Key, revision: a.revision, version: a.version, Decision: Decision{Transition: tr}}}, metric.At(time.Now()))
	return err
}

// Evaluations, SetAlarmState, PutMetricAlarm and DeleteAlarms race; no
// transition is lost, doubled or made on a state that was not.
func TestRace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		db, err := catalog.Open(catalog.Options{Dir: "c", FS: vfs.NewMem()})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		s := NewService(Options{Catalog: db, Outbox: outbox{}})
		ctx := context.Background()
		if err := s.Put(ctx, tenant, cpu(), time.Now()); err != nil {
			t.Fatal(err)
		}
		plans := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 5), 1, 12), 2, 4).Draw(t, "plans")
		var wg sync.WaitGroup
		errs := make([]error, len(plans))
		for i, plan := range plans {
			wg.Go(func() {
				for _, step := range plan {
					if err := raceStep(ctx, s, step); err != nil {
						errs[i] = err
						return
					}
				}
			})
		}
		wg.Wait()
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
		checkStory(t, s)
	})
}

func raceStep(ctx context.Context, s *Service, step int) error {
	now := time.Now()
	switch step {
	case 0:
		return s.propose(ctx, 80, func() {})
	case 1:
		return s.propose(ctx, 20, func() {})
	case 2:
		return s.SetState(ctx, Key{tenant, "cpu"}, InsufficientData, "by hand", "", now)
	case 3:
		p := cpu()
		*p.Threshold = rand.Float64() * 100
		return s.Put(ctx, tenant, p, now)
	case 4: // the state that the evaluation began from comes and goes
		return s.propose(ctx, 80, func() {
			_ = s.SetState(ctx, Key{tenant, "cpu"}, Alarming, "by hand", "", now)
			_ = s.SetState(ctx, Key{tenant, "cpu"}, OK, "by hand", "", now)
		})
	default:
		return s.propose(ctx, 20, func() {})
	}
}

// A proposal that was decided on an alarm which has been deleted and made anew
// is not carried out, though the names and states are the same.
func TestProposalForAnotherAlarm(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	put(t, s, at(0), nil)
	err := s.propose(t.Context(), 80, func() {
		if err := s.Delete(t.Context(), tenant, []string{"cpu"}, at(1)); err != nil {
			t.Error(err)
		}
		put(t, s, at(2), func(p *Put) { *p.Threshold = 90 })
	})
	if err != nil {
		t.Fatal(err)
	}
	if a := describe(t, s, "cpu"); a.Value != InsufficientData {
		t.Errorf("the new alarm is %s", a.Value)
	}
	// So is one that was decided on a definition which was replaced.
	if err := s.propose(t.Context(), 95, func() { put(t, s, at(3), func(p *Put) { *p.Threshold = 99 }) }); err != nil {
		t.Fatal(err)
	}
	if a := describe(t, s, "cpu"); a.Value != InsufficientData {
		t.Errorf("the replaced alarm is %s", a.Value)
	}
}

var crashSeed = flag.Uint64("crash.seed", 0, "seed of TestCrash, printed by an earlier run")

// At whatever moment the machine stops, what the catalog says afterwards is
// whole, and holds every transition that was acknowledged.
func TestCrash(t *testing.T) {
	t.Parallel()
	seed := *crashSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-crash.seed=%d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	for round := range 5 {
		fs := vfs.NewCrashableMem()
		s := NewService(Options{Catalog: openCatalog(t, fs), Outbox: outbox{}})
		put(t, s, time.Now(), nil)
		var acknowledged atomic.Int64
		progress := make(chan struct{}, 1000)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				v := []float64{80, 20}[i%2]
				if err := s.propose(context.Background(), v, func() {}); err != nil {
					t.Error(err)
				}
				acknowledged.Add(1)
				select {
				case progress <- struct{}{}:
				default:
				}
			}
		})
		for range 1 + rng.IntN(200) {
			<-progress
		}
		least := acknowledged.Load()
		clone := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rand.New(rand.NewPCG(seed, uint64(round)))})
		most := acknowledged.Load() + 1
		cancel()
		wg.Wait()

		after := NewService(Options{Catalog: openCatalog(t, clone), Outbox: outbox{}})
		if n := int64(checkStory(t, after)); n < least || n > most {
			t.Fatalf("round %d: %d transitions, between %d and %d were acknowledged", round, n, least, most)
		}
		// The evaluation that was under way is made again: once.
		before := checkStory(t, after)
		for range 3 {
			v := []float64{80, 20}[before%2]
			if err := after.propose(t.Context(), v, func() {}); err != nil {
				t.Fatal(err)
			}
		}
		if n := checkStory(t, after); n != before+1 {
			t.Fatalf("round %d: %d transitions became %d", round, before, n)
		}
	}
}
