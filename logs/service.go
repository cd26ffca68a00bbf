package logs

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"skywatch/catalog"
	"skywatch/internal/settle"
	"skywatch/journal"
	"skywatch/targets"
)

// Options are what a Service works with.
type Options struct {
	Catalog *catalog.DB
	Journal *journal.DB
	Clock   targets.Clock // nil: the machine's
	Logger  *slog.Logger
	// SearchBytes is how many bytes of events a Search looks at before it answers
	// with what it has; 0: 64 MiB.
	SearchBytes int
	// Incoming hears of every event that is added, once it is on disk; nil: nobody.
	Incoming func(g GroupName, events, bytes int)
	// Extract is given what clients and programs put, once it is on disk and before
	// that is acknowledged; its error is that of the put, after which the events are
	// in the log. What rules deliver is not given to it. nil: nobody.
	Extract func(context.Context, GroupName, []Event) error
}

const defaultSearchBytes = 64 << 20

// Service keeps log groups. It is safe for concurrent use.
type Service struct {
	Options
	order  order
	sweeps *settle.Loop
	counts struct{ events, bytes, expired atomic.Int64 }
}

// New returns a service over the groups in the catalog.
func New(ctx context.Context, o Options) (*Service, error) {
	if o.Clock == nil {
		o.Clock = targets.SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.SearchBytes == 0 {
		o.SearchBytes = defaultSearchBytes
	}
	s := &Service{Options: o, sweeps: settle.NewLoop()}
	_, _ = rand.Read(s.order.life[:]) // never fails
	return s, s.reconcile(ctx)
}

// logPrefix begins the names of streams' logs in the journal.
const logPrefix = "logs/"

// reconcile brings the journal to what the catalog says: a crash may have
// fallen between the two.
func (s *Service) reconcile(ctx context.Context) error {
	wanted := map[string]bool{}
	err := s.Catalog.View(func(r catalog.Reader) error {
		return streams.Scan(r, catalog.Range{}, func(_ []string, st Stream) (bool, error) {
			wanted[st.Log] = true
			return true, nil
		})
	})
	if err != nil {
		return err
	}
	var orphans []string
	for _, log := range s.Journal.Logs() {
		if strings.HasPrefix(log, logPrefix) && !wanted[log] {
			orphans = append(orphans, log)
		}
		delete(wanted, log)
	}
	if len(orphans) > 0 {
		if err := s.Journal.Delete(ctx, orphans...); err != nil {
			return err
		}
	}
	for log := range wanted { // of a journal that was lost
		s.Logger.Warn("a log stream's events are missing; it begins anew", "log", log)
		if err := s.Journal.Create(ctx, log); err != nil {
			return err
		}
	}
	return nil
}

// Stats counts since the service was made.
type Stats struct {
	Events, Bytes int64 // that were added
	Expired       int64 // events dropped by retention
}

// Stats returns the counts so far.
func (s *Service) Stats() Stats {
	c := &s.counts
	return Stats{c.events.Load(), c.bytes.Load(), c.expired.Load()}
}

func (s *Service) now() time.Time { return s.Clock.Now().UTC().Truncate(time.Millisecond) }
