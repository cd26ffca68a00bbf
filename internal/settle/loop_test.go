package settle_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"skywatch/internal/settle"
	"skywatch/schedule/ticker/tickertest"
)

// actor counts what it does, every so often.
type actor struct {
	*settle.Loop
	clock settle.Clock
	every time.Duration
	times []time.Time
}

func (a *actor) act(context.Context) time.Time {
	now := a.clock.Now()
	a.times = append(a.times, now)
	if a.every == 0 {
		return time.Time{}
	}
	return now.Add(a.every)
}

// run has the actor work while f does.
func (a *actor) run(t *testing.T, f func(settled func() time.Time)) {
	t.Helper()
	a.Loop = settle.NewLoop()
	ctx, cancel := context.WithCancel(t.Context())
	var owned sync.WaitGroup
	defer owned.Wait()
	defer cancel()
	owned.Go(func() { a.Run(ctx, a.clock, a.act) })
	f(func() time.Time {
		next, err := a.Settle(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return next
	})
}

func TestLoop(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	hand := tickertest.NewHand(noon)
	a := &actor{clock: hand, every: time.Minute}
	a.run(t, func(settled func() time.Time) {
		if next := settled(); len(a.times) != 1 || !next.Equal(noon.Add(time.Minute)) {
			t.Errorf("at first: %v, next %v", a.times, next)
		}
		settled()
		hand.Set(noon.Add(59 * time.Second))
		settled()
		if len(a.times) > 2 { // a hand that moves wakes whoever sleeps
			t.Errorf("before its time: %v", a.times)
		}
		before := len(a.times)
		hand.Set(noon.Add(5 * time.Minute))
		if next := settled(); len(a.times) == before || !next.Equal(noon.Add(6*time.Minute)) {
			t.Errorf("after its time: %v, next %v", a.times, next)
		}
		before = len(a.times)
		a.Nudge()
		if settled(); len(a.times) == before {
			t.Errorf("after a nudge: %v", a.times)
		}
	})
}

// Without anybody who asks it goes by its clock.
func TestLoopByItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &actor{clock: machine{}, every: time.Minute}
		a.run(t, func(func() time.Time) {
			time.Sleep(150 * time.Second)
			synctest.Wait()
			if len(a.times) != 3 {
				t.Errorf("%v", a.times)
			}
		})
		a = &actor{clock: machine{}}
		a.run(t, func(settled func() time.Time) {
			if next := settled(); !next.IsZero() {
				t.Errorf("next %v", next)
			}
		})
	})
}

// machine is the machine's clock, as targets.SystemClock is.
type machine struct{}

func (machine) Now() time.Time { return time.Now() }

func (machine) Wake(t time.Time) (<-chan time.Time, func()) {
	timer := time.NewTimer(time.Until(t))
	return timer.C, func() { timer.Stop() }
}

func TestAll(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	answer := func(at time.Time) func(context.Context) (time.Time, error) {
		return func(context.Context) (time.Time, error) { return at, nil }
	}
	never := time.Time{}
	for _, c := range []struct{ all, want []time.Time }{
		{nil, []time.Time{never}},
		{[]time.Time{never, never}, []time.Time{never}},
		{[]time.Time{noon.Add(1), never, noon}, []time.Time{noon}},
	} {
		var actors []func(context.Context) (time.Time, error)
		for _, at := range c.all {
			actors = append(actors, answer(at))
		}
		if next, err := settle.All(t.Context(), actors...); err != nil || !next.Equal(c.want[0]) {
			t.Errorf("%v: %v %v", c.all, next, err)
		}
	}
}
