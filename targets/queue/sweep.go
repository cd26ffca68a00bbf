package queue

import (
	"context"
	"sync"
	"time"

	"skywatch/catalog"
	"skywatch/internal/settle"
)

const (
	sweepEvery = time.Minute
	// sweepChunk is how many messages one transaction of the sweeper deletes:
	// few enough not to keep others waiting.
	sweepChunk = 500
)

// Run deletes what is past its retention, and what deleted or purged queues
// have left, and moves what tasks are to move, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	var mover sync.WaitGroup
	defer mover.Wait()
	mover.Go(func() {
		next := map[string]time.Time{} // when a task may go on, by its queue's id
		s.moves.Run(ctx, s.Clock, func(ctx context.Context) time.Time { return s.moveDue(ctx, next) })
	})
	s.sweeps.Run(ctx, s.Clock, func(ctx context.Context) time.Time {
		if err := s.sweep(ctx); err != nil && ctx.Err() == nil {
			s.Logger.Error("queues cannot be swept", "err", err)
		}
		return s.now().Add(sweepEvery)
	})
	return nil
}

// Settle returns once nothing of that is due, and when something is again, zero
// for never. It needs Run.
func (s *Service) Settle(ctx context.Context) (next time.Time, err error) {
	return settle.All(ctx, s.moves.Settle, s.sweeps.Settle)
}

func (s *Service) sweep(ctx context.Context) error {
	var stores []string
	var qs []record
	err := s.Catalog.View(func(r catalog.Reader) error {
		err := left.Scan(r, catalog.Range{}, func(key []string, _ struct{}) (bool, error) {
			stores = append(stores, key[0])
			return true, nil
		})
		if err != nil {
			return err
		}
		return queues.Scan(r, catalog.Range{}, func(_ []string, q record) (bool, error) {
			qs = append(qs, q)
			return true, nil
		})
	})
	if err != nil {
		return err
	}
	for _, store := range stores {
		if err := s.empty(ctx, store, time.Time{}); err != nil {
			return err
		}
	}
	for _, q := range qs {
		if err := s.empty(ctx, q.store(), s.now().Add(-seconds(q.Settings.Retention))); err != nil {
			return err
		}
	}
	if err := s.forgetOld(ctx); err != nil {
		return err
	}
	return s.forgetAttempts(ctx)
}

// empty deletes the messages of a store sent until then, in chunks; with a
// zero time all of them and the store itself.
func (s *Service) empty(ctx context.Context, store string, until time.Time) error {
	total := 0
	for more := true; more; {
		n := 0
		err := s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
			all, err := oldest(tx, store, until)
			if err != nil {
				return err
			}
			n = len(all)
			for _, old := range all {
				st, err := stateOf(tx, store, old.id, &old.content)
				if err != nil {
					return err
				}
				if err := s.remove(tx, store, old.id, st); err != nil {
					return err
				}
			}
			if until.IsZero() && n < sweepChunk {
				return forget(tx, store)
			}
			count(tx, store, -n)
			return nil
		})
		if err != nil {
			return err
		}
		total += n
		more = n == sweepChunk
	}
	if total > 0 && !until.IsZero() {
		s.Logger.Info("messages past their retention deleted", "store", store, "messages", total)
	}
	return nil
}

// aged is a message that is to go.
type aged struct {
	id string
	content
}

// oldest returns the first messages sent until then, without their bodies.
func oldest(r catalog.Reader, store string, until time.Time) (all []aged, err error) {
	err = contents.Scan(r, catalog.Range{Prefix: []string{store}}, func(key []string, c content) (bool, error) {
		if !until.IsZero() && c.Sent.After(until) {
			return false, nil
		}
		c.Body, c.Attributes = "", nil
		all = append(all, aged{key[1], c})
		return len(all) < sweepChunk, nil
	})
	return all, err
}

func forget(tx *catalog.Tx, store string) error {
	if err := counts.Delete(tx, store); err != nil {
		return err
	}
	return left.Delete(tx, store)
}
