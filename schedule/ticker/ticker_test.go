package ticker_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/schedule/ticker"
	"skywatch/schedule/ticker/tickertest"
	"skywatch/targets"
)

// A great many plans on one instant are acted on a few at a time, and another
// owner's does not wait for the end of the line.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewCrashableMem(), tickertest.NewHand(noon))
	r.close()
	r.open("zeta")
	const many = 3000
	r.update(func(tx *catalog.Tx) error {
		for i := range many {
			key := fmt.Sprintf("%05d", i)
			if err := errors.Join(beats.Put(tx, beat{Since: noon, Every: 60}, key),
				r.plans.Set(tx, ticker.Plan{Owner: "test", Key: []string{key}}, noon.Add(time.Minute))); err != nil {
				return err
			}
		}
		return nil
	})
	r.planFor("zeta", "last", beat{Since: noon, Every: 60})
	perTx := map[*catalog.Tx]int{}
	r.mu.Lock()
	r.acting = func(tx *catalog.Tx, _ error) { perTx[tx]++ }
	r.mu.Unlock()
	r.clock.Set(noon.Add(time.Minute))
	if next := r.settle(); !next.Equal(noon.Add(2 * time.Minute)) {
		t.Errorf("next %v", next)
	}
	ticks := r.took()
	if len(ticks) != many+1 || r.Stats().Fired != many+1 {
		t.Fatalf("%d acted on, %+v", len(ticks), r.Stats())
	}
	for _, n := range perTx {
		if n > 100 {
			t.Errorf("%d in one transaction", n)
		}
	}
	if i := slices.IndexFunc(ticks, func(t ticker.Tick) bool { return t.Key[0] == "last" }); i > 200 {
		t.Errorf("the other owner was the %d-th", i)
	}
}

// One plan whose owner always fails delays nobody and is asked less and less
// often.
func TestPoison(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewCrashableMem(), tickertest.NewHand(noon))
	var tries []time.Duration
	r.mu.Lock()
	r.fail = func(tick ticker.Tick) error {
		if tick.Key[0] != "bad" {
			return nil
		}
		tries = append(tries, tick.Now.Sub(tick.Planned))
		if !tick.Noticed.Equal(tick.Planned) {
			t.Errorf("noticed %v of %v", tick.Noticed, tick.Planned)
		}
		return errors.New("poison")
	}
	r.mu.Unlock()
	for _, key := range []string{"aaa", "bad", "ccc"} {
		r.plan(key, beat{Since: noon, Every: 60})
	}
	r.pass(noon.Add(20 * time.Minute))
	if got := len(r.took()); got != 40 {
		t.Errorf("%d of the others' 40 were acted on", got)
	}
	var longest time.Duration
	for i := 1; i < len(tries); i++ {
		longest = max(longest, tries[i]-tries[i-1])
	}
	if longest != 5*time.Minute || len(tries) > 14 || r.Stats().Failed != int64(len(tries))-1 {
		t.Errorf("tried at %v, %+v", tries, r.Stats())
	}
}

// A plan that was moved or removed after it was read is not acted on: here by
// another's in the same transaction.
func TestMovedMeanwhile(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewCrashableMem(), tickertest.NewHand(noon))
	for _, key := range []string{"a", "moved", "removed"} {
		r.plan(key, beat{Since: noon, Every: 60})
	}
	r.mu.Lock()
	r.acting = func(tx *catalog.Tx, _ error) {
		if err := errors.Join(r.plans.Set(tx, ticker.Plan{Owner: "test", Key: []string{"moved"}}, noon.Add(61*time.Second)),
			r.plans.Remove(tx, ticker.Plan{Owner: "test", Key: []string{"removed"}})); err != nil {
			t.Error(err)
		}
		r.acting = nil
	}
	r.mu.Unlock()
	r.pass(noon.Add(65 * time.Second))
	var got []string
	for _, tick := range r.took() {
		got = append(got, tick.Key[0]+" "+tick.Planned.Format(time.TimeOnly))
	}
	if want := []string{"a 12:01:00", "moved 12:01:01"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// A planned time is kept to the nanosecond and never acted on ahead of it.
func TestBetweenMilliseconds(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewCrashableMem(), tickertest.NewHand(noon))
	since := noon.Add(1500 * time.Nanosecond)
	r.plan("a", beat{Since: since, Every: 60})
	at := since.Add(time.Minute)
	r.clock.Set(at.Add(-time.Nanosecond))
	if next := r.settle(); !next.After(at) || len(r.took()) != 0 {
		t.Errorf("next %v", next)
	}
	r.clock.Set(at.Add(time.Millisecond))
	r.settle()
	if got := r.took(); len(got) != 1 || !got[0].Planned.Equal(at) || !r.at("a").Equal(at.Add(time.Minute)) {
		t.Errorf("%+v", got)
	}
}

// An owner that does not move on is a failure, and so is one that cannot tell.
func TestBadNext(t *testing.T) {
	t.Parallel()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	clock, plans := tickertest.NewHand(noon), ticker.NewPlans()
	r := &rig{t: t, clock: clock, db: db, plans: plans}
	r.Ticker = ticker.New(ticker.Options{Catalog: db, Plans: plans, Clock: clock, Owners: map[string]ticker.Owner{"test": {
		Fire: func(_ *catalog.Tx, tick ticker.Tick) (ticker.Then, error) {
			return ticker.Then{Next: tick.Planned}, nil
		},
		Next: func(catalog.Reader, []string, time.Time) (time.Time, error) {
			return time.Time{}, errors.New("no idea")
		},
	}}})
	stopped := make(chan error)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { stopped <- r.Run(ctx) }()
	r.update(func(tx *catalog.Tx) error {
		return plans.Set(tx, ticker.Plan{Owner: "test", Key: []string{"x"}}, noon.Add(time.Second))
	})
	clock.Set(noon.Add(time.Second))
	if next := r.settle(); !next.Equal(noon.Add(2 * time.Second)) {
		t.Errorf("next %v", next)
	}
	if s := r.Stats(); s.Fired != 0 || s.Failed != 1 {
		t.Errorf("%+v", s)
	}
	clock.Set(noon.Add(-time.Hour)) // the plan stays where it is
	if next := r.settle(); !next.Equal(noon.Add(time.Second)) {
		t.Errorf("next %v", next)
	}
	cancel()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	_ = db.Close()
}

// On the machine's clock: the ticker sleeps until the earliest plan and hears
// of an earlier one, of a transaction that failed it hears nothing.
func TestSystemClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: vfs.NewMem()})
		if err != nil {
			t.Fatal(err)
		}
		plans, begin := ticker.NewPlans(), time.Now()
		var heard []string
		r := &rig{t: t, db: db, plans: plans}
		run := ticker.New(ticker.Options{Catalog: db, Plans: plans, Clock: targets.SystemClock{}, Owners: map[string]ticker.Owner{"test": {
			Fire: func(tx *catalog.Tx, tick ticker.Tick) (ticker.Then, error) {
				tx.After(func() { heard = append(heard, tick.Key[0]+" "+time.Since(begin).String()) })
				return ticker.Then{}, nil
			},
		}}})
		ctx, cancel := context.WithCancel(context.Background())
		stopped := make(chan error)
		go func() { stopped <- run.Run(ctx) }()
		set := func(key string, in time.Duration, err error) {
			got := db.Update(t.Context(), func(tx *catalog.Tx) error {
				return errors.Join(plans.Set(tx, ticker.Plan{Owner: "test", Key: []string{key}}, time.Now().Add(in)), err)
			})
			if (got == nil) != (err == nil) {
				t.Error(got)
			}
		}
		set("hour", time.Hour, nil)
		time.Sleep(10 * time.Minute)
		set("minute", time.Minute, nil)
		set("never", time.Second, errors.New("undone"))
		set("past", -time.Hour, nil)
		time.Sleep(2 * time.Hour)
		cancel()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		_ = r.db.Close()
		if want := []string{"past 10m0s", "minute 11m0s", "hour 1h0m0s"}; !slices.Equal(heard, want) {
			t.Errorf("%v, want %v", heard, want)
		}
	})
}
