package queue

import (
	"context"
	"log/slog"
	"maps"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/internal/settle"
	"skywatch/metric"
	"skywatch/targets"
)

// Options are what a Service works with.
type Options struct {
	Catalog *catalog.DB
	Clock   targets.Clock // nil: the machine's
	Logger  *slog.Logger
	Observe func(Used) // hears what is done with queues, and must be quick; nil: nobody does
}

// Service holds the queues of all tenants. It is safe for concurrent use; Run
// does its housekeeping.
type Service struct {
	Options
	shelves  shelves
	recent   recent
	sequence atomic.Uint64 // orders messages of one millisecond
	sweeps   *settle.Loop
	moves    *settle.Loop
}

// New returns the queues of a catalog.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = targets.SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Service{
		Options: o, shelves: shelves{of: map[string]*shelf{}}, recent: recent{of: map[Name]record{}, written: map[Name]int{}},
		sweeps: settle.NewLoop(), moves: settle.NewLoop(),
	}
}

// now is in whole milliseconds, as the keys are.
func (s *Service) now() time.Time { return s.Clock.Now().UTC().Truncate(time.Millisecond) }

func get(r catalog.Reader, n Name) (record, error) {
	q, ok, err := queues.Get(r, n.key()...)
	if err == nil && !ok {
		err = noQueue()
	}
	return q, err
}

// Create makes a queue. It is there already if its name is and no attribute
// given differs.
func (s *Service) Create(ctx context.Context, n Name, attributes, tags map[string]string) error {
	if err := n.check(attributes); err != nil {
		return err
	}
	settings := presets()
	if err := settings.set(attributes, n.fifo()); err != nil {
		return err
	}
	if err := checkTags(tags); err != nil {
		return err
	}
	now := s.now()
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		old, ok, err := queues.Get(tx, n.key()...)
		switch {
		case err != nil:
			return err
		case ok:
			return same(&old, attributes)
		}
		q := record{Name: n, Settings: settings, Tags: maps.Clone(tags), Created: now, Modified: now, ID: uuid.NewString()}
		if err := checkRedrive(tx, &q); err != nil {
			return err
		}
		s.writes(tx, n)
		s.used(tx, n)
		return queues.Put(tx, q, n.key()...)
	})
}

// same compares the attributes given with those of a queue.
func same(have *record, attributes map[string]string) error {
	asked := *have
	if err := asked.Settings.set(attributes, have.fifo()); err != nil {
		return err
	}
	was, wanted := have.text(), asked.text()
	for _, name := range sorted(attributes) {
		if was[name] != wanted[name] {
			return on("queue", fault.New(fault.Conflict, "A queue already exists with the same name and a different value for attribute %s", name))
		}
	}
	return nil
}

// Delete removes a queue with its messages.
func (s *Service) Delete(ctx context.Context, n Name) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		q, err := get(tx, n)
		if err != nil {
			return err
		}
		s.writes(tx, n)
		if err := queues.Delete(tx, n.key()...); err != nil {
			return err
		}
		if err := forgetQueue(tx, q.ID); err != nil {
			return err
		}
		tx.After(func() { s.shelves.drop(q.store()) })
		return s.leave(tx, q.store())
	})
}

// forgetQueue deletes what is kept of a queue beside its messages. A task that
// moves its messages ends by itself.
func forgetQueue(tx *catalog.Tx, id string) error {
	if err := sequences.Delete(tx, id); err != nil {
		return err
	}
	return tasks.Scan(tx, catalog.Range{Prefix: []string{id}}, func(key []string, _ MoveTask) (bool, error) {
		return true, tasks.Delete(tx, key...)
	})
}

// leave gives a store to the sweeper.
func (s *Service) leave(tx *catalog.Tx, store string) error {
	tx.After(s.sweeps.Nudge)
	return left.Put(tx, struct{}{}, store)
}

// purgePause is how long one purge keeps the next away.
const purgePause = 60 * time.Second

// Purge deletes all messages of a queue.
func (s *Service) Purge(ctx context.Context, n Name) error {
	now := s.now()
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		q, err := get(tx, n)
		if err != nil {
			return err
		}
		if !q.Purged.IsZero() && now.Sub(q.Purged) < purgePause {
			return on("purge", fault.New(fault.Conflict, "Only one PurgeQueue operation on %s is allowed every 60 seconds.", n.Queue))
		}
		sh := s.shelves.get(q.store())
		tx.After(sh.wake)
		tx.After(sh.quiet)
		if err := s.leave(tx, q.store()); err != nil {
			return err
		}
		q.Generation++
		q.Purged = now
		s.writes(tx, n)
		s.used(tx, n)
		return queues.Put(tx, q, n.key()...)
	})
}

// Check returns a fault if there is no such queue.
func (s *Service) Check(n Name) error {
	return s.Catalog.View(func(r catalog.Reader) error {
		_, err := get(r, n)
		return err
	})
}

// List returns up to limit names of a tenant's queues that begin with prefix
// and come after the given one, and whether there are more.
func (s *Service) List(t metric.Tenant, prefix, after string, limit int) (names []string, more bool, err error) {
	rg := catalog.Range{Prefix: []string{t.Account, t.Region}}
	if after != "" {
		rg.After = []string{t.Account, t.Region, after}
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		return queues.Scan(r, rg, func(_ []string, q record) (bool, error) {
			if !strings.HasPrefix(q.Queue, prefix) {
				return true, nil
			}
			if more = len(names) == limit; more {
				return false, nil
			}
			names = append(names, q.Queue)
			return true, nil
		})
	})
	return names, more, err
}
