package topic

import (
	"context"
	"errors"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

const sweepEvery = time.Hour

// Run removes tokens that have expired, with the subscriptions that nobody
// confirmed, and deduplication ids whose window is over, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	due := s.now()
	s.sweeps.Run(ctx, s.Clock, func(ctx context.Context) time.Time {
		if now := s.now(); !now.Before(due) {
			if err := errors.Join(s.sweep(ctx), sightings.Forget(ctx, s.Catalog, now.Add(-window))); err != nil && ctx.Err() == nil {
				s.Logger.Error("topics cannot be swept", "err", err)
			}
			due = now.Add(sweepEvery)
		}
		return due
	})
	return nil
}

// Settle returns once what has expired is removed, and when Run looks again. It
// needs Run.
func (s *Service) Settle(ctx context.Context) (next time.Time, err error) {
	return s.sweeps.Settle(ctx)
}

func (s *Service) sweep(ctx context.Context) error {
	var keys [][]string
	now := s.now()
	err := s.Catalog.View(func(r catalog.Reader) error {
		return tokens.Scan(r, catalog.Range{}, func(key []string, t token) (bool, error) {
			if !t.Expires.After(now) {
				keys = append(keys, key)
			}
			return true, nil
		})
	})
	if err != nil {
		return err
	}
	for _, key := range keys {
		if err := s.expire(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// expire removes a token and the subscription that waited for it.
func (s *Service) expire(ctx context.Context, key []string) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		t, ok, err := tokens.Get(tx, key...)
		if err != nil || !ok {
			return err
		}
		if err := tokens.Delete(tx, key...); err != nil {
			return err
		}
		id := ID{Name{metric.Tenant{Account: key[0], Region: key[1]}, key[2]}, t.ID}
		sub, err := getSubscription(tx, id)
		if fault.Is(err, fault.NotFound) || err == nil && !sub.Pending {
			return nil
		}
		if err != nil {
			return err
		}
		return dropSubscription(tx, &sub)
	})
}
