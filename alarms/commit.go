package alarms

import (
	"context"

	"skywatch/catalog"
	"skywatch/metric"
)

// proposal is a transition that was decided on a definition and a status.
type proposal struct {
	of                *follow
	key               Key
	revision, version uint64
	Transition
}

// commit makes the transitions whose alarms are still what they were decided
// on, all in one transaction. It returns for each proposal the alarm as it is
// afterwards, nil if there is none.
func (s *Service) commit(ctx context.Context, batch []proposal, now metric.Instant) ([]*Alarm, error) {
	done := make([]*Alarm, len(batch))
	err := s.opts.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		for i, p := range batch {
			a, ok, err := load(tx, p.key)
			switch {
			case err != nil:
				return err
			case !ok:
				continue
			case a.revision != p.revision || a.version != p.version: // it was changed meanwhile
			case p.To == a.Value:
				if err := s.repeat(tx, a, &p.Transition); err != nil {
					return err
				}
			default:
				if err := s.change(tx, a, p.To, p.Reason, p.ReasonData, now); err != nil {
					return err
				}
			}
			done[i] = a
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return done, nil
}
