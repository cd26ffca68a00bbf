package streams

import (
	"context"
	"log/slog"
	"strings"
	"sync"
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
}

// Service keeps streams. It is safe for concurrent use.
type Service struct {
	Options
	sweeps *settle.Loop

	mu     sync.Mutex // guards shards
	shards map[string]*shard

	counts struct{ records, bytes, expired atomic.Int64 }
}

// New returns a service over the streams in the catalog.
func New(ctx context.Context, o Options) (*Service, error) {
	if o.Clock == nil {
		o.Clock = targets.SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Service{Options: o, shards: map[string]*shard{}, sweeps: settle.NewLoop()}
	return s, s.reconcile(ctx)
}

// logPrefix begins the names of shards' logs in the journal.
const logPrefix = "streams/"

// reconcile brings the journal to what the catalog says: a crash may have
// fallen between the two.
func (s *Service) reconcile(ctx context.Context) error {
	wanted := map[string]bool{}
	err := s.each(func(st *Stream) error {
		for _, log := range st.logs() {
			wanted[log] = true
		}
		return nil
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
		s.Logger.Warn("a shard's records are missing; it begins anew", "log", log)
		if err := s.Journal.Create(ctx, log); err != nil {
			return err
		}
	}
	return nil
}

// each calls fn for all streams.
func (s *Service) each(fn func(*Stream) error) error {
	return s.Catalog.View(func(r catalog.Reader) error {
		return streams.Scan(r, catalog.Range{}, func(key []string, st Stream) (bool, error) {
			st.Account, st.Region, st.Stream = key[0], key[1], key[2]
			return true, fn(&st)
		})
	})
}

// Stats counts since the service was made.
type Stats struct {
	Records, Bytes int64 // that were put; bytes of data
	Expired        int64 // records dropped by retention
}

// Stats returns the counts so far.
func (s *Service) Stats() Stats {
	c := &s.counts
	return Stats{c.records.Load(), c.bytes.Load(), c.expired.Load()}
}

func (s *Service) now() time.Time { return s.Clock.Now().UTC().Truncate(time.Millisecond) }
