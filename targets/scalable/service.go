package scalable

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

// Events takes events in the transaction of their cause; rules is one.
type Events interface {
	Publish(tx *catalog.Tx, e ...event.Event) error
}

// Options are what a Service works with.
type Options struct {
	Catalog *catalog.DB
	Events  Events
	// TrackingAlarms keeps the alarms that policies own; nil: there are none, and no
	// policies that track a target.
	TrackingAlarms tracking.Alarms
	Plans          *ticker.Plans
	Clock          targets.Clock // nil: the machine's
	Logger         *slog.Logger  // nil: none
	// Drivers find the driver of a target; nil: there is none.
	Drivers func(Name) Driver
	// Workers is for how many targets drivers are called at once; 0: 16.
	Workers int
}

const defaultWorkers = 16

// Service keeps scalable targets. It is safe for concurrent use.
type Service struct {
	Options
	wake   chan struct{} // holds one: a target has something to do
	settle settle.Line

	mu      sync.Mutex
	targets map[Name]bool // with something to do
}

// New returns a service over the targets in the catalog. Run carries out what is
// asked of them, Owner acts on their planned times.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = targets.SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Drivers == nil {
		o.Drivers = func(Name) Driver { return nil }
	}
	if o.TrackingAlarms == nil {
		o.TrackingAlarms = tracking.None{}
	}
	if o.Workers == 0 {
		o.Workers = defaultWorkers
	}
	return &Service{Options: o, wake: make(chan struct{}, 1), settle: make(settle.Line), targets: map[Name]bool{}}
}

func (s *Service) now() time.Time { return s.Clock.Now().UTC().Truncate(time.Millisecond) }

// tell has Run look at a target.
func (s *Service) tell(n Name) {
	s.mu.Lock()
	s.targets[n] = true
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// Settle returns once no driver is called any more and nothing is due, and when
// something is again. It needs Run.
func (s *Service) Settle(ctx context.Context) (next time.Time, err error) { return s.settle.Wait(ctx) }

// told reports whether anybody told of a target since heard was called.
func (s *Service) told() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.targets) > 0
}

// heard returns the targets told of since the last call.
func (s *Service) heard() map[Name]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := s.targets
	s.targets = map[Name]bool{}
	return told
}
