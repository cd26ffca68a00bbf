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
	if err := s.catchUp(tx, a.Key, now); err != nil { // before contributors change
		return err
	}
	if err := s.keep(tx, a, d, now); err != nil {
		return err
	}
	return s.contribute(tx, a, d.Contributors, now)
}

// keep saves the status that a decision leads to, with all that follows where the
// value is another one.
func (s *Service) keep(tx *catalog.Tx, a *Alarm, d *Decision, now metric.Instant) error {
	next := d.status(a.Status)
	if next.Value != a.Value {
		return s.become(tx, a, next, now)
	}
	if next != a.Status || d.moves() { // otherwise only times of contributors have changed
		next.Updated = max(now, a.Updated)
	}
	a.Status = next
	return saveStatus(tx, a)
}
