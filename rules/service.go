package rules

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"skywatch/catalog"
	"skywatch/schedule/ticker"
	"skywatch/targets"
)

// Outbox takes deliveries in the transaction of their cause. *targets.Outbox
// is one.
type Outbox interface {
	Enqueue(tx *catalog.Tx, d ...targets.Delivery) error
}

// Options are what a Service works with.
type Options struct {
	Catalog *catalog.DB
	Outbox  Outbox
	Clock   targets.Clock // nil: the machine's
	Logger  *slog.Logger
	Limits  Limits
	// Observer hears of events; nil: nobody does.
	Observer Observer
	// Plans take when rules with a schedule run. A ticker with Schedules as the
	// owner of SchedulePlans makes them run; nil: nothing does.
	Plans *ticker.Plans
	// AllowReserved lets clients put events whose source begins with "aws.".
	AllowReserved bool
}

// Limits are an account's quotas in one region; zero means AWS's default
// (EventBridge user guide, "Quotas").
type Limits struct {
	Buses          int // beside the default bus
	RulesPerBus    int
	TargetsPerRule int
	// EntriesBytes bounds the entries of one PutEvents together: 1 MiB, as
	// since 2026-01-29.
	EntriesBytes int
}

func (l Limits) orDefaults() Limits {
	for _, d := range []struct {
		to     *int
		preset int
	}{{&l.Buses, 100}, {&l.RulesPerBus, 300}, {&l.TargetsPerRule, 5}, {&l.EntriesBytes, 1 << 20}} {
		if *d.to == 0 {
			*d.to = d.preset
		}
	}
	return l
}

// Service keeps buses and rules and routes events. It is safe for concurrent
// use.
type Service struct {
	Options
	routes sync.Map // BusName -> *route

	since time.Time // when the house was first opened

	mu sync.Mutex // held while routes are brought up to date

	counts struct {
		accepted, unknownBus, matched, noInput, looped atomic.Uint64
	}
}

// Stats counts what became of events since the start.
type Stats struct {
	Accepted   uint64 // events that reached a bus
	UnknownBus uint64 // events for a bus that is not there: they vanish, as in AWS
	Matched    uint64 // pairs of an event and a rule
	NoInput    uint64 // deliveries that failed since their input could not be made
	Looped     uint64 // events given up after too many buses
}

// Stats returns the counts.
func (s *Service) Stats() Stats {
	c := &s.counts
	return Stats{c.accepted.Load(), c.unknownBus.Load(), c.matched.Load(), c.noInput.Load(), c.looped.Load()}
}

// New returns a service over the buses and rules in the catalog.
func New(o Options) (*Service, error) {
	if o.Clock == nil {
		o.Clock = targets.SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Plans == nil {
		o.Plans = ticker.NewPlans()
	}
	o.Limits = o.Limits.orDefaults()
	s := &Service{Options: o}
	if err := s.date(); err != nil {
		return nil, err
	}
	return s, s.load()
}

// openings holds when the house was first opened: that is how old the default
// buses are.
var openings = catalog.Table[time.Time]{Name: "event-opening"}

func (s *Service) date() error {
	return s.Catalog.Update(context.Background(), func(tx *catalog.Tx) (err error) {
		var known bool
		if s.since, known, err = openings.Get(tx); err != nil || known {
			return err
		}
		s.since = s.Clock.Now().UTC()
		return openings.Put(tx, s.since)
	})
}

// change commits a change of one rule and lets routing know.
func (s *Service) change(ctx context.Context, n RuleName, fn func(*catalog.Tx) error) error {
	if err := s.Catalog.Update(ctx, fn); err != nil {
		return err
	}
	return s.refreshRule(n)
}

// changeBus is change for a bus.
func (s *Service) changeBus(ctx context.Context, n BusName, fn func(*catalog.Tx) error) error {
	if err := s.Catalog.Update(ctx, fn); err != nil {
		return err
	}
	return s.refreshBus(n)
}
