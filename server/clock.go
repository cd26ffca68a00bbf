package server

import (
	"context"
	"time"

	"skywatch/ingest/gather"
	"skywatch/internal/fault"
	"skywatch/server/manual"
	"skywatch/targets"
)

// The clocks that --clock names.
const (
	realClock   = "real"
	manualClock = "manual"
)

// manual reports whether time stands still until somebody moves it.
func (c Config) manual() bool { return c.Clock == manualClock }

// checkClock says what is wrong with the options of the clock.
func (c Config) checkClock(bad func(option, format string, args ...any)) {
	if c.Clock != realClock && !c.manual() {
		bad("clock", "%q is neither real nor manual", c.Clock)
	}
	switch at := c.ClockStart; {
	case at.IsZero():
	case !c.manual():
		bad("clock-start", "goes together with --clock manual")
	case at.Year() < 2000 || at.Year() >= 2100:
		bad("clock-start", "%s is not within 2000 to 2099", at.Format(time.RFC3339))
	}
	if c.manual() && c.AgentInterval != 0 {
		bad("agent-interval", "the host agent goes by the machine's clock, and so not together with --clock manual")
	}
}

// setClock has the server go by a clock that is moved by hand, if it is to.
func (s *Server) setClock() {
	if !s.cfg.manual() {
		return
	}
	at := s.cfg.ClockStart
	if at.IsZero() {
		at = time.Now()
	}
	s.still = manual.NewClock(at)
	s.Now = s.still.Now
}

// clock is what the rooms go by.
func (s *Server) clock() targets.Clock {
	switch {
	case s.still != nil:
		return s.still
	case s.Wake != nil:
		return handClock{s}
	}
	return targets.ClockOf(s.Now)
}

// handClock is a clock that a test sets.
type handClock struct{ *Server }

func (c handClock) Now() time.Time { return c.Server.Now() }

func (c handClock) Wake(t time.Time) (<-chan time.Time, func()) { return c.Server.Wake(t) }

// machine is the clock of those who do not go by ours: signatures of clients and
// of other systems carry the real time, however ours stands.
func (s *Server) machine() func() time.Time {
	if s.still != nil {
		return time.Now
	}
	return s.Now
}

// acts names somebody who acts by the clock: who moves it by hand waits for them.
// Call it before the server has started.
func (s *Server) acts(name string, settle func(context.Context) (time.Time, error)) {
	s.actors = append(s.actors, manual.Actor{Name: name, Settle: settle})
}

// flusher writes what it has counted.
type flusher interface{ Flush(context.Context) error }

var _ flusher = (*gather.Writer)(nil)

// actsNow names one who only ever writes what there is.
func (s *Server) actsNow(name string, f flusher) {
	s.acts(name, func(ctx context.Context) (time.Time, error) { return time.Time{}, f.Flush(ctx) })
}

// actsEach names one who writes what there is, and something at each full interval.
func (s *Server) actsEach(interval time.Duration, name string, f flusher) {
	s.acts(name, func(ctx context.Context) (time.Time, error) {
		return s.Now().Truncate(interval).Add(interval), f.Flush(ctx)
	})
}

// openHand makes what moves the clock, if it is one that is moved.
func (s *Server) openHand() {
	if s.still == nil {
		return
	}
	s.mover = manual.NewHand(manual.Options{
		Clock: s.still, Actors: s.actors,
		Changes: func() uint64 { return s.catalog.Changes() + s.series.Changes() },
	})
}

// errRealClock refuses what only a clock that is moved by hand can do.
func errRealClock() error {
	return fault.New(fault.Conflict, "The server goes by the machine's clock. Start it with --clock manual.")
}

// Advance moves the clock of a server with Clock "manual" and returns where it
// stands once all evaluations, schedules and deliveries that came due are done.
func (s *Server) Advance(ctx context.Context, by time.Duration) (time.Time, error) {
	return s.moved(ctx, func() (time.Time, error) { return s.mover.Advance(ctx, by) })
}

// AdvanceTo is Advance to a time.
func (s *Server) AdvanceTo(ctx context.Context, to time.Time) (time.Time, error) {
	return s.moved(ctx, func() (time.Time, error) { return s.mover.AdvanceTo(ctx, to) })
}

// moved has move work while the rooms are open.
func (s *Server) moved(ctx context.Context, move func() (time.Time, error)) (time.Time, error) {
	if s.still == nil {
		return time.Time{}, errRealClock()
	}
	if err := s.gate.enter(ctx); err != nil {
		return time.Time{}, err
	}
	defer s.gate.leave()
	return move()
}
