package manual

import (
	"context"
	"fmt"
	"strings"
	"time"

	"skywatch/internal/fault"
	"skywatch/internal/settle"
)

const (
	// longest is how far one move goes: more is a slip, and takes long.
	longest = 366 * 24 * time.Hour
	// latestYear is where the clock stops for good: data can say no later time.
	latestYear = 2200
	// maxRounds is how often what was done at one moment may call for more
	// before it is taken for a circle.
	maxRounds = 10_000
)

// Actor is somebody who acts by the clock, or on what others did.
type Actor struct {
	Name string
	// Settle returns once nothing is to be done at the moment, and when something
	// is, zero for never. It may do nothing where neither that time has come nor
	// anything changed.
	Settle func(context.Context) (next time.Time, err error)
}

// Options are what a Hand works with.
type Options struct {
	Clock  *Clock
	Actors []Actor
	// Changes counts what was written to the stores: where it stands still, no
	// actor has given another one anything to do.
	Changes func() uint64
}

// Hand moves a clock. It is safe for concurrent use.
type Hand struct {
	Options
	turn chan struct{} // holds one: whoever has it moves the clock
	next []time.Time   // of the actors, as they said last
}

// NewHand returns a hand on a clock.
func NewHand(o Options) *Hand {
	return &Hand{Options: o, turn: make(chan struct{}, 1), next: make([]time.Time, len(o.Actors))}
}

// Advance moves the clock by a time, and returns where it stands.
func (h *Hand) Advance(ctx context.Context, by time.Duration) (time.Time, error) {
	return h.move(ctx, func(now time.Time) time.Time { return now.Add(by) })
}

// AdvanceTo moves the clock to a time, and returns where it stands.
func (h *Hand) AdvanceTo(ctx context.Context, to time.Time) (time.Time, error) {
	return h.move(ctx, func(time.Time) time.Time { return whole(to) })
}

// hold runs f while nobody moves the clock.
func (h *Hand) hold(ctx context.Context, f func() error) error {
	select {
	case h.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-h.turn }()
	return f()
}

func (h *Hand) move(ctx context.Context, to func(now time.Time) time.Time) (time.Time, error) {
	err := h.hold(ctx, func() error {
		now := h.Clock.Now()
		until := whole(to(now))
		if err := check(now, until); err != nil {
			return err
		}
		return h.pass(ctx, until)
	})
	return h.Clock.Now(), err
}

func check(now, until time.Time) error {
	const form = time.RFC3339Nano
	switch {
	case until.Before(now):
		return fault.New(fault.InvalidValue, "The clock does not go back: it stands at %s.", now.Format(form))
	case until.Sub(now) > longest:
		return fault.New(fault.InvalidValue, "The clock moves by a year at most: it stands at %s.", now.Format(form))
	case until.Year() >= latestYear:
		return fault.New(fault.InvalidValue, "The clock ends with the year %d.", latestYear-1)
	}
	return nil
}

// pass goes from one due time to the next.
func (h *Hand) pass(ctx context.Context, until time.Time) error {
	if err := h.settle(ctx, true); err != nil {
		return err
	}
	for {
		at := h.earliest()
		if at.IsZero() || at.After(until) {
			break
		}
		h.Clock.set(at)
		if err := h.settle(ctx, false); err != nil {
			return err
		}
	}
	h.Clock.set(until)
	return h.settle(ctx, true)
}

func (h *Hand) earliest() (at time.Time) {
	for _, next := range h.next {
		at = settle.Earlier(at, next)
	}
	return at
}

// settle has all that is due done, and all that comes of it. Everybody is asked
// once something has changed; before that, those whose time has come, or all.
func (h *Hand) settle(ctx context.Context, all bool) error {
	for range maxRounds {
		before := h.Changes()
		for i, a := range h.Actors {
			if !all && !h.due(i) {
				continue
			}
			var err error
			if h.next[i], err = a.Settle(ctx); err != nil {
				return fmt.Errorf("wait for %s: %w", a.Name, err)
			}
		}
		all = h.Changes() != before
		if !all && len(h.busy()) == 0 {
			return nil
		}
	}
	return fault.New(fault.Conflict, "At %s there is always something to do (%s).", h.Clock.Now().Format(time.RFC3339Nano), strings.Join(h.busy(), ", "))
}

func (h *Hand) due(i int) bool {
	return !h.next[i].IsZero() && !h.next[i].After(h.Clock.Now())
}

// busy names the actors that say that something is due.
func (h *Hand) busy() (names []string) {
	for i, a := range h.Actors {
		if h.due(i) {
			names = append(names, a.Name)
		}
	}
	return names
}
