package archives

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/internal/fault"
	"skywatch/internal/settle"
	"skywatch/journal"
	"skywatch/rules"
	"skywatch/targets"
)

// Router is what archives need of the buses. *rules.Service is one.
type Router interface {
	HasBus(catalog.Reader, rules.BusName) error
	PutManaged(*catalog.Tx, rules.Rule) error
	DeleteManaged(tx *catalog.Tx, n rules.RuleName, by string) error
	Managed(r catalog.Reader, n rules.RuleName, by string) (bool, error)
	Route(rules.Replay, event.Event) (rules.Replayed, error)
	Replay(*catalog.Tx, ...rules.Replayed) error
}

// Options are what a Service works with.
type Options struct {
	Catalog *catalog.DB
	Journal *journal.DB
	Rules   Router
	Clock   targets.Clock // nil: the machine's
	Logger  *slog.Logger
	Limits  Limits
	// Rate is how many events a second a replay puts on its bus at most; 0:
	// DefaultRate.
	Rate int
	// Backlog is how many deliveries of a replay may wait for their targets;
	// while there are more it rests. 0: 10,000.
	Backlog int
}

// DefaultRate is Options.Rate's.
const DefaultRate = 1000

const defaultBacklog = 10_000

// Limits are an account's quotas in one region; zero means the default.
type Limits struct {
	// Replays are those that are not over: 10 (EventBridge user guide,
	// "Quotas").
	Replays int
	// Archives: AWS publishes no number; 1,000.
	Archives int
}

// Service keeps archives and replays. It is safe for concurrent use.
type Service struct {
	Options
	begins *settle.Loop

	mu      sync.Mutex
	workers map[Name]*settle.Loop // of the replays

	counts struct{ archived, replayed, expired atomic.Int64 }
}

// New returns a service over the archives and replays in the catalog.
func New(ctx context.Context, o Options) (*Service, error) {
	if o.Clock == nil {
		o.Clock = targets.SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	for _, d := range []struct {
		to     *int
		preset int
	}{{&o.Limits.Replays, 10}, {&o.Limits.Archives, 1000}, {&o.Rate, DefaultRate}, {&o.Backlog, defaultBacklog}} {
		if *d.to == 0 {
			*d.to = d.preset
		}
	}
	s := &Service{Options: o, begins: settle.NewLoop(), workers: map[Name]*settle.Loop{}}
	return s, s.reconcile(ctx)
}

// logPrefix begins the names of archives' logs in the journal.
const logPrefix = "archive/"

// reconcile brings the journal to what the catalog says: a crash may have
// fallen between the two.
func (s *Service) reconcile(ctx context.Context) error {
	wanted := map[string]bool{}
	err := s.Catalog.View(func(r catalog.Reader) error {
		return archives.Scan(r, catalog.Range{}, func(_ []string, a Archive) (bool, error) {
			wanted[a.Log] = true
			return true, nil
		})
	})
	if err != nil {
		return err
	}
	for _, log := range s.Journal.Logs() {
		if strings.HasPrefix(log, logPrefix) && !wanted[log] {
			if err := s.Journal.Delete(ctx, log); err != nil {
				return err
			}
		}
		delete(wanted, log)
	}
	for log := range wanted { // of a journal that was lost
		s.Logger.Warn("an archive's log is missing; it begins anew", "log", log)
		if err := s.Journal.Create(ctx, log); err != nil {
			return err
		}
	}
	return nil
}

// Stats counts since the service was made.
type Stats struct {
	Archived int64 // events added to archives
	Replayed int64 // events put on their buses again
	Expired  int64 // events dropped by retention
	Running  int64 // replays under way now
}

// Stats returns the counts so far.
func (s *Service) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &s.counts
	return Stats{c.archived.Load(), c.replayed.Load(), c.expired.Load(), int64(len(s.workers))}
}

func (s *Service) now() time.Time { return s.Clock.Now().UTC().Truncate(time.Millisecond) }

// The fault.Error.Subjects of refusals: what is there already, and what a
// replay's state does not allow.
const (
	ArchiveSubject = "archive"
	ReplaySubject  = "replay"
	IllegalStatus  = "status"
)

func exists(subject, what, name string) error {
	f := fault.New(fault.Conflict, "%s %s already exists.", what, name)
	f.Subject = subject
	return f
}

func noArchive(name string) error {
	return fault.New(fault.NotFound, "Archive %s does not exist.", name)
}

func noReplay(name string) error {
	return fault.New(fault.NotFound, "Replay %s does not exist.", name)
}

func tooMany() error {
	return fault.New(fault.LimitExceeded, "The requested resource exceeds the maximum number allowed.")
}

// wrong refuses a parameter in AWS's form.
func wrong(param, reason string) error {
	return fault.New(fault.Validation, "Parameter %s is not valid. Reason: %s", param, reason).On(param)
}
