package function

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"skywatch/catalog"
	"skywatch/internal/settle"
	"skywatch/targets"
	"skywatch/targets/function/runtime"
)

// Runner runs code: a *runtime.Runner.
type Runner interface {
	Run(ctx context.Context, s runtime.Spec, c runtime.Call) (runtime.Result, error)
	// Available names the runtimes, Check refuses those that there are not.
	Available() []string
	Check(runtime string) error
	// Drop lets the processes of a version end, of all versions where it is
	// empty.
	Drop(arn, version string)
	// Provide has environments started before they are called, Provided tells
	// how far they are.
	Provide(all []runtime.Provision)
	Provided(arn, version string) runtime.Provided
}

// Options are what a Service works with.
type Options struct {
	Catalog *catalog.DB
	Outbox  *targets.Outbox
	Sealer  Sealer
	// Packages keep the code.
	Packages *Packages
	// Sources are what mappings take records from.
	Sources map[targets.Kind]Source
	// Runner runs functions; nil: this server runs none, and takes none.
	Runner Runner
	// Enabled says whether code may run now; nil: it may.
	Enabled func() bool
	Clock   targets.Clock // nil: the machine's
	Logger  *slog.Logger
	// Concurrency is how many invocations run at once, over all functions.
	Concurrency int
	// Observe, where set, hears of every invocation that ended or was throttled.
	Observe func(Invoked)
	// Random is in [0, 1); nil means math/rand.
	Random func() float64
}

// Service keeps the functions of all tenants and invokes them. It is safe for
// concurrent use; Run does its background work.
type Service struct {
	Options
	running  running
	results  results
	life     context.Context // of what is run for a caller
	end      context.CancelFunc
	mappings *settle.Loop // starts and ends their pollers
	stands   stands
	sweeps   chan struct{} // holds one: packages may be of no use any more
	// provides holds one: other environments are asked for than were.
	provides chan struct{}
}

// New returns the functions of a catalog.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = targets.SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	if o.Enabled == nil {
		o.Enabled = func() bool { return true }
	}
	if o.Observe == nil {
		o.Observe = func(Invoked) {}
	}
	s := &Service{
		Options: o, sweeps: make(chan struct{}, 1), mappings: settle.NewLoop(), stands: stands{of: map[*stand]struct{}{}}, provides: make(chan struct{}, 1),
		running: running{of: map[Name]int{}, limit: o.Concurrency}, results: results{of: map[string]result{}},
	}
	s.life, s.end = context.WithCancel(context.Background())
	return s
}

func (s *Service) now() time.Time { return s.Clock.Now().UTC().Truncate(time.Millisecond) }

// Run sweeps packages of no use and has environments provided until ctx ends;
// then it breaks off what still runs for callers, and waits for that.
func (s *Service) Run(ctx context.Context) error {
	defer s.running.wait()
	defer s.end()
	s.provisionSoon()
	s.sweepSoon()
	p := &provider{s: s}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.sweeps:
			if err := s.sweep(); err != nil {
				s.Logger.Error("packages of functions cannot be swept", "err", err)
			}
		case <-s.provides:
			if err := p.provide(); err != nil {
				s.Logger.Error("environments of functions cannot be provided", "err", err)
			}
		}
	}
}

// sweepSoon has Run look for packages that no version needs.
func (s *Service) sweepSoon() {
	select {
	case s.sweeps <- struct{}{}:
	default: // it will look anyway
	}
}
