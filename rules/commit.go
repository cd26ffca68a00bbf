package rules

import (
	"context"

	"skywatch/catalog"
)

// commitAll has the deliveries of events wait in the outbox, in a transaction
// of its own if there are any.
func (s *Service) commitAll(ctx context.Context, all []*routing) error {
	for _, r := range all {
		if len(r.sends) > 0 {
			return s.Catalog.Update(ctx, func(tx *catalog.Tx) error { return s.commit(tx, all...) })
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, r := range all {
		s.tell(r)
	}
	return nil
}

// commit has the deliveries of events wait in the outbox, and the observer hear
// of the events once they do.
func (s *Service) commit(tx *catalog.Tx, all ...*routing) error {
	for _, r := range all {
		if err := s.Outbox.Enqueue(tx, r.sends...); err != nil {
			return err
		}
		tx.After(func() { s.tell(r) })
	}
	return nil
}

// tell tells of an event whose deliveries are on disk.
func (s *Service) tell(r *routing) {
	if r.logged.Level.atLeast(LogInfo) {
		s.log(r)
	}
	if s.Observer != nil && !r.nowhere {
		s.Observer.Routed(r.seen())
	}
}
