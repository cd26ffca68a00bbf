package alarms

import (
	"context"

	"skywatch/catalog"
	"skywatch/metric"
)

// proposal is what was decided on a definition and a status.
type proposal struct {
	of                *follow
	key               Key
	revision, version uint64
	Decision
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
			default:
				if err := s.carryOut(tx, a, &p.Decision, now); err != nil {
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

// carryOut does what was decided on an alarm as it is, in tx.
func (s *Service) carryOut(tx *catalog.Tx, a *Alarm, d *Decision, now metric.Instant) error {
	if d.Repeat {
		return s.repeat(tx, a, &d.Transition, now)
	}
	next := d.status(a.Status)
	if next.Value != a.Value {
		return s.become(tx, a, next, now)
	}
	next.Updated = max(now, a.Updated)
	a.Status = next
	return saveStatus(tx, a)
}
