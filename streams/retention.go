package streams

import (
	"context"
	"errors"
	"time"

	"skywatch/journal"
)

// sweepEvery is how often retention is enforced on disk: its grain is the hour.
// Reads keep to it exactly.
const sweepEvery = time.Hour

// firstSweep is when it is enforced after the start: by then the deliveries that
// a crash has left over came again and found their marks.
const firstSweep = 10 * time.Minute

// Lengthen has a stream keep records for more hours.
func (s *Service) Lengthen(ctx context.Context, n Name, hours int) error {
	return s.retain(ctx, n, hours, func(st *Stream) error {
		if hours < st.Hours {
			return invalid("RetentionPeriodHours", "Requested retention period (%d hours) for stream %s can not be shorter than existing retention period (%d hours). Use DecreaseRetentionPeriod API.", hours, n.Stream, st.Hours)
		}
		return nil
	})
}

// Shorten has a stream keep records for fewer hours. What is older is gone for
// readers when it returns.
func (s *Service) Shorten(ctx context.Context, n Name, hours int) error {
	return s.retain(ctx, n, hours, func(st *Stream) error {
		if hours > st.Hours {
			return invalid("RetentionPeriodHours", "Requested retention period (%d hours) for stream %s can not be longer than existing retention period (%d hours). Use IncreaseRetentionPeriod API.", hours, n.Stream, st.Hours)
		}
		return nil
	})
}

func (s *Service) retain(ctx context.Context, n Name, hours int, check func(*Stream) error) error {
	st, err := s.change(ctx, n, func(st *Stream) error {
		switch {
		case hours < minHours:
			return invalid("RetentionPeriodHours", "Minimum allowed retention period is %d hours. Requested retention period (%d hours) is too short.", minHours, hours)
		case hours > maxHours:
			return invalid("RetentionPeriodHours", "Maximum allowed retention period is %d hours. Requested retention period (%d hours) is too long.", maxHours, hours)
		}
		if err := check(st); err != nil {
			return err
		}
		st.Hours = hours
		return nil
	})
	if err != nil {
		return err
	}
	return s.expire(ctx, &st)
}

// oldest is the time before which a stream keeps nothing.
func (s *Service) oldest(st *Stream) time.Time {
	return s.now().Add(-time.Duration(st.Hours) * time.Hour)
}

// expire drops the records of a stream that are older than it keeps them. The
// marks of deliveries, whose times are before 1970, go with them.
func (s *Service) expire(ctx context.Context, st *Stream) error {
	for _, log := range st.logs() {
		dropped, err := s.Journal.Expire(ctx, log, s.oldest(st))
		s.counts.expired.Add(dropped.Records)
		if err != nil && !errors.Is(err, journal.ErrNoLog) { // deleted meanwhile
			return err
		}
	}
	return nil
}

// Run enforces retention until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	next := s.now().Add(firstSweep)
	s.sweeps.Run(ctx, s.Clock, func(ctx context.Context) time.Time {
		now := s.now()
		if now.Before(next) {
			return next
		}
		if err := s.sweep(ctx); err != nil && ctx.Err() == nil {
			s.Logger.Error("retention of streams is not enforced; it is tried again", "err", err)
		}
		next = now.Add(sweepEvery)
		return next
	})
	return nil
}

// Settle returns once retention is enforced, and when it is again. It needs Run.
func (s *Service) Settle(ctx context.Context) (next time.Time, err error) {
	return s.sweeps.Settle(ctx)
}

// sweep drops what is too old.
func (s *Service) sweep(ctx context.Context) error {
	var all []Stream
	err := s.each(func(st *Stream) error {
		all = append(all, *st)
		return nil
	})
	for i := range all {
		if err == nil {
			err = s.expire(ctx, &all[i])
		}
	}
	return err
}
