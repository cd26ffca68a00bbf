package scaling

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/internal/settle"
	"skywatch/schedule/ticker"
	"skywatch/targets"
	"skywatch/targets/scaling/tracking"
)

// Outbox takes deliveries in the transaction of their cause. *targets.Outbox
// is one.
type Outbox interface {
	Enqueue(tx *catalog.Tx, d ...targets.Delivery) error
}

// Events takes events in the transaction of their cause; rules is one.
type Events interface {
	Publish(tx *catalog.Tx, e ...event.Event) error
}

// Options are what a Service works with.
type Options struct {
	Catalog *catalog.DB
	Outbox  Outbox
	Events  Events
	// TrackingAlarms keeps the alarms that policies own; nil: there are none, and no
	// policies that track a target.
	TrackingAlarms tracking.Alarms
	Plans          *ticker.Plans
	Clock          targets.Clock // nil: the machine's
	Logger         *slog.Logger  // nil: none
	// Drivers find the driver of a group; nil: there is none.
	Drivers func(GroupName) Driver
	// Workers is how many calls of drivers are under way at once; 0: 16.
	Workers int
	// HealthEvery is how often drivers are asked for their instances; 0: a
	// minute.
	HealthEvery time.Duration
}

const defaultWorkers = 16

// Service keeps groups. It is safe for concurrent use.
type Service struct {
	Options
	wake   chan struct{} // holds one: a group has something to do
	settle settle.Line

	mu     sync.Mutex
	groups map[GroupName]bool // with something to do
}

// New returns a service over the groups in the catalog. Run carries out what
// they begin, Owner acts on their planned times.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = targets.SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Drivers == nil {
		o.Drivers = func(GroupName) Driver { return nil }
	}
	if o.TrackingAlarms == nil {
		o.TrackingAlarms = tracking.None{}
	}
	if o.Workers == 0 {
		o.Workers = defaultWorkers
	}
	if o.HealthEvery == 0 {
		o.HealthEvery = time.Minute
	}
	return &Service{Options: o, wake: make(chan struct{}, 1), settle: make(settle.Line), groups: map[GroupName]bool{}}
}

func (s *Service) now() time.Time { return s.Clock.Now().UTC().Truncate(time.Millisecond) }

// change lets fn alter a group in a transaction, and begins what follows.
func (s *Service) change(ctx context.Context, n GroupName, fn func(*catalog.Tx, *Group) error) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		g, err := group(tx, n)
		if err != nil {
			return err
		}
		if err := fn(tx, g); err != nil {
			return err
		}
		return s.reconcile(tx, g)
	})
}

// tell has Run look at a group.
func (s *Service) tell(n GroupName) {
	s.mu.Lock()
	s.groups[n] = true
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// Settle returns once no driver is called any more and nothing is due, and when
// something is again. It needs Run.
func (s *Service) Settle(ctx context.Context) (next time.Time, err error) { return s.settle.Wait(ctx) }

// told reports whether anybody told of a group since heard was called.
func (s *Service) told() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.groups) > 0
}

// heard returns the groups told of since the last call.
func (s *Service) heard() map[GroupName]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := s.groups
	s.groups = map[GroupName]bool{}
	return told
}
