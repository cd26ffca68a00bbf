package logs

import (
	"context"
	"errors"
	"slices"
	"time"

	"skywatch/catalog"
	"skywatch/journal"
)

// retentions are the numbers of days that AWS allows (PutRetentionPolicy).
var retentions = [...]int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// sweepEvery is how often retention is enforced: its grain is the hour.
const sweepEvery = time.Hour

// SetRetention sets how many days a group keeps events. What a shorter
// retention drops is gone when it returns.
func (s *Service) SetRetention(ctx context.Context, n GroupName, days int) error {
	if !slices.Contains(retentions[:], days) {
		return invalid("retentionInDays", "Invalid value %d for retentionInDays. Valid values are: %v", days, retentions) // wording (inferred)
	}
	return s.retain(ctx, n, days)
}

// ClearRetention has a group keep its events for ever.
func (s *Service) ClearRetention(ctx context.Context, n GroupName) error { return s.retain(ctx, n, 0) }

func (s *Service) retain(ctx context.Context, n GroupName, days int) error {
	var g Group
	err := s.Catalog.Update(ctx, func(tx *catalog.Tx) (err error) {
		if g, err = getGroup(tx, n); err != nil {
			return err
		}
		g.Retention = days
		return groups.Put(tx, g, n.parts()...)
	})
	if err != nil {
		return err
	}
	return s.expire(ctx, &g)
}

// oldest is the time before which a group keeps nothing; zero where it keeps
// all.
func (s *Service) oldest(g *Group) time.Time {
	if g.Retention == 0 {
		return time.Time{}
	}
	return s.now().AddDate(0, 0, -g.Retention)
}

// expire drops the events of a group that are older than it keeps them.
func (s *Service) expire(ctx context.Context, g *Group) error {
	before := s.oldest(g)
	if before.IsZero() {
		return nil
	}
	var held []string
	err := s.Catalog.View(func(r catalog.Reader) error {
		return eachStream(r, g.GroupName, "", func(st Stream) (bool, error) {
			held = append(held, st.Log)
			return true, nil
		})
	})
	for _, log := range held {
		if err != nil {
			return err
		}
		var dropped journal.Size
		dropped, err = s.Journal.Expire(ctx, log, before)
		s.counts.expired.Add(dropped.Records)
		if errors.Is(err, journal.ErrNoLog) { // deleted meanwhile
			err = nil
		}
	}
	return err
}

// Run enforces retention until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	s.sweeps.Run(ctx, s.Clock, func(ctx context.Context) time.Time {
		if err := s.sweep(ctx); err != nil && ctx.Err() == nil {
			s.Logger.Error("retention of log groups is not enforced; it is tried again", "err", err)
		}
		return s.now().Add(sweepEvery)
	})
	return nil
}

// Settle returns once retention is enforced, and when it is again. It needs Run.
func (s *Service) Settle(ctx context.Context) (next time.Time, err error) {
	return s.sweeps.Settle(ctx)
}

// sweep drops what is too old.
func (s *Service) sweep(ctx context.Context) error {
	var limited []Group
	err := s.Catalog.View(func(r catalog.Reader) error {
		return groups.Scan(r, catalog.Range{}, func(key []string, g Group) (bool, error) {
			g.Account, g.Region, g.Group = key[0], key[1], key[2]
			if g.Retention > 0 {
				limited = append(limited, g)
			}
			return true, nil
		})
	})
	for i := range limited {
		if err == nil {
			err = s.expire(ctx, &limited[i])
		}
	}
	return err
}
