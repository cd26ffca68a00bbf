package manual

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"skywatch/internal/fault"
	"skywatch/internal/settle"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// rig is a clock and what those who act by it did.
type rig struct {
	*Hand
	mu  sync.Mutex
	did []string
}

func newRig() *rig {
	r := &rig{}
	r.Hand = NewHand(Options{Clock: NewClock(noon), Changes: func() uint64 {
		r.mu.Lock()
		defer r.mu.Unlock()
		return uint64(len(r.did))
	}})
	return r
}

func (r *rig) note(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.did = append(r.did, r.Clock.Now().Format("15:04:05 ")+what)
}

// every adds an actor that acts at whole multiples of a time.
func (r *rig) every(t *testing.T, name string, every time.Duration, act func()) *settle.Loop {
	t.Helper()
	l := settle.NewLoop()
	ctx, cancel := context.WithCancel(t.Context())
	var owned sync.WaitGroup
	t.Cleanup(func() { cancel(); owned.Wait() })
	next := noon.Add(every)
	owned.Go(func() {
		l.Run(ctx, r.Clock, func(context.Context) time.Time {
			if !r.Clock.Now().Before(next) {
				next = next.Add(every)
				r.note(name)
				act()
			}
			return next
		})
	})
	r.add(name, l.Settle)
	return l
}

func (r *rig) add(name string, settle func(context.Context) (time.Time, error)) {
	r.Actors = append(r.Actors, Actor{name, settle})
	r.next = append(r.next, time.Time{})
}

func (r *rig) took() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := strings.Join(r.did, "\n")
	r.did = nil
	return out
}

// Everything comes at its own time, what follows from it before the next, and in
// whatever order the actors are asked.
func TestAdvance(t *testing.T) {
	t.Parallel()
	r := newRig()
	var echo *settle.Loop
	echoes := 0
	r.add("echo", func(ctx context.Context) (time.Time, error) { return echo.Settle(ctx) }) // before those it hears of
	r.every(t, "a", 20*time.Second, func() { r.mu.Lock(); echoes++; r.mu.Unlock(); echo.Nudge() })
	r.every(t, "b", 30*time.Second, func() {})
	echo = settle.NewLoop()
	ctx, cancel := context.WithCancel(t.Context())
	var owned sync.WaitGroup
	defer owned.Wait()
	defer cancel()
	owned.Go(func() {
		echo.Run(ctx, r.Clock, func(context.Context) time.Time {
			r.mu.Lock()
			n := echoes
			echoes = 0
			r.mu.Unlock()
			if n > 0 {
				r.note("echo")
			}
			return time.Time{}
		})
	})
	now, err := r.Advance(t.Context(), time.Minute)
	if err != nil || !now.Equal(noon.Add(time.Minute)) || !r.Clock.Now().Equal(now) {
		t.Fatal(now, err)
	}
	const want = "12:00:20 a\n12:00:20 echo\n12:00:30 b\n12:00:40 a\n12:00:40 echo\n12:01:00 a\n12:01:00 b\n12:01:00 echo"
	if got := r.took(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if now, err = r.AdvanceTo(t.Context(), noon.Add(79*time.Second)); err != nil || r.took() != "" {
		t.Error(now, err)
	}
	if _, err = r.Advance(t.Context(), time.Second); err != nil || r.took() != "12:01:20 a\n12:01:20 echo" {
		t.Error(err)
	}
}

func TestAdvanceRefusals(t *testing.T) {
	t.Parallel()
	r := newRig()
	for _, by := range []time.Duration{-time.Millisecond, longest + time.Millisecond} {
		if now, err := r.Advance(t.Context(), by); !fault.Is(err, fault.InvalidValue) || !now.Equal(noon) {
			t.Errorf("by %s: %v %v", by, now, err)
		}
	}
	late := newRig()
	late.Clock.set(time.Date(latestYear-1, 12, 31, 23, 59, 0, 0, time.UTC))
	if _, err := late.Advance(t.Context(), time.Minute); !fault.Is(err, fault.InvalidValue) {
		t.Errorf("beyond the end: %v", err)
	}
	if now, err := r.Advance(t.Context(), 0); err != nil || !now.Equal(noon) {
		t.Errorf("by nothing: %v %v", now, err)
	}
}

// An actor that never comes to rest is named, and one that fails.
func TestAdvanceTrouble(t *testing.T) {
	t.Parallel()
	r := newRig()
	r.add("circle", func(context.Context) (time.Time, error) { return noon, nil })
	if _, err := r.Advance(t.Context(), time.Second); !fault.Is(err, fault.Conflict) || !strings.Contains(fmt.Sprint(err), "circle") {
		t.Error(err)
	}
	r = newRig()
	broken := errors.New("broken")
	r.add("wreck", func(context.Context) (time.Time, error) { return noon, broken })
	if _, err := r.Advance(t.Context(), time.Second); !errors.Is(err, broken) || !strings.Contains(fmt.Sprint(err), "wreck") {
		t.Error(err)
	}
}

// Whoever goes away leaves the clock at a moment, and the next one goes on.
func TestAdvanceBrokenOff(t *testing.T) {
	t.Parallel()
	r := newRig()
	ctx, cancel := context.WithCancel(t.Context())
	r.every(t, "a", 20*time.Second, cancel)
	now, err := r.Advance(ctx, time.Hour)
	if !errors.Is(err, context.Canceled) || now.Sub(noon) > time.Minute {
		t.Error(now, err)
	}
	if now, err = r.AdvanceTo(t.Context(), noon.Add(time.Hour)); err != nil || !now.Equal(noon.Add(time.Hour)) {
		t.Error(now, err)
	}
	if n := strings.Count(r.took(), "a"); n != 180 {
		t.Errorf("acted %d times, want 180", n)
	}
}

// Moves wait for each other.
func TestAdvanceTogether(t *testing.T) {
	t.Parallel()
	r := newRig()
	r.every(t, "a", time.Second, func() {})
	var movers sync.WaitGroup
	for range 10 {
		movers.Go(func() {
			if _, err := r.Advance(t.Context(), 6*time.Second); err != nil {
				t.Error(err)
			}
		})
	}
	movers.Wait()
	if now := r.Clock.Now(); !now.Equal(noon.Add(time.Minute)) || strings.Count(r.took(), "a") != 60 {
		t.Errorf("now %v", now)
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	c := NewClock(noon.Add(time.Microsecond))
	if !c.Now().Equal(noon) {
		t.Errorf("it begins at %v", c.Now())
	}
	at, stop := c.Wake(noon)
	defer stop()
	<-at // is past
	var woken []<-chan time.Time
	var stops []func()
	for i := range 10 {
		w, stop := c.Wake(noon.Add(time.Duration((i*7)%10) * time.Second))
		woken, stops = append(woken, w), append(stops, stop)
	}
	stops[1]() // 7 s
	stops[1]() // twice does nothing
	c.set(noon.Add(5 * time.Second))
	for i, w := range woken {
		if due := (i*7)%10 <= 5; due != (len(w) == 1) {
			t.Errorf("sleeper of %d s: woken %v", (i*7)%10, len(w) == 1)
		}
	}
	c.set(noon.Add(time.Hour))
	for i, w := range woken {
		if (len(w) == 1) == (i == 1) {
			t.Errorf("sleeper of %d s at the end: woken %v", (i*7)%10, len(w) == 1)
		}
	}
	if len(c.sleepers) != 0 {
		t.Errorf("%d sleepers are left", len(c.sleepers))
	}
}
