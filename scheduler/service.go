package scheduler

import (
	"context"
	"log/slog"
	"time"

	"skywatch/catalog"
	"skywatch/internal/settle"
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
	Plans   *ticker.Plans
	Clock   targets.Clock // nil: the machine's
	Logger  *slog.Logger  // nil: none
	Limits  Limits
}

// Limits are an account's quotas in one region; zero means AWS's default
// (EventBridge Scheduler user guide, "Quotas").
type Limits struct {
	Schedules int // in all groups
	Groups    int // beside the default group
}

// Service keeps schedules. It is safe for concurrent use.
type Service struct {
	Options
	empties *settle.Loop
}

// New returns a service over the schedules in the catalog. Its Owner has them
// run, Run ends what a deleted group leaves.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = targets.SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Limits.Schedules == 0 {
		o.Limits.Schedules = 1_000_000
	}
	if o.Limits.Groups == 0 {
		o.Limits.Groups = 500
	}
	return &Service{Options: o, empties: settle.NewLoop()}
}

func (s *Service) now() time.Time { return s.Clock.Now().UTC().Truncate(time.Millisecond) }

// restAfterTrouble is how long Run waits when the catalog failed it.
const restAfterTrouble = 5 * time.Second

// Run empties groups that are being deleted, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	s.empties.Run(ctx, s.Clock, func(ctx context.Context) (again time.Time) {
		if err := s.empty(ctx); err != nil && ctx.Err() == nil {
			s.Logger.Error("deleted schedule groups cannot be emptied; it is tried again", "err", err)
			again = s.now().Add(restAfterTrouble)
		}
		return again
	})
	return nil
}

// Settle returns once they are empty. It needs Run.
func (s *Service) Settle(ctx context.Context) (next time.Time, err error) {
	return s.empties.Settle(ctx)
}
