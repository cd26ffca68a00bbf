package archives

import (
	"context"
	"errors"

	"skywatch/journal"
)

// expire drops the events of an archive that are older than it keeps them.
func (s *Service) expire(ctx context.Context, a *Archive) error {
	if a.RetentionDays == 0 {
		return nil
	}
	dropped, err := s.Journal.Expire(ctx, a.Log, s.now().AddDate(0, 0, -a.RetentionDays))
	if errors.Is(err, journal.ErrNoLog) { // deleted meanwhile
		return nil
	}
	s.counts.expired.Add(dropped.Records)
	if dropped.Records > 0 {
		s.Logger.Info("archived events dropped by retention", "archive", a.ARN(), "events", dropped.Records, "bytes", dropped.Bytes)
	}
	return err
}
