package alarms

import (
	"cmp"
	"context"
	"slices"

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

func keysOf(batch []proposal) []Key {
	keys := make([]Key, len(batch))
	for i, p := range batch {
		keys[i] = p.key
	}
	return keys
}

// commit makes the transitions whose alarms are still what they were decided
// on, all in one transaction, in the order of their names. It returns for each
// proposal the alarm as it is afterwards, nil if there is none.
func (s *Service) commit(ctx context.Context, batch []proposal, now metric.Instant) ([]*Alarm, error) {
	slices.SortFunc(batch, func(a, b proposal) int {
		return cmp.Or(cmp.Compare(a.key.Account, b.key.Account), cmp.Compare(a.key.Region, b.key.Region), cmp.Compare(a.key.Name, b.key.Name))
	})
	var done []*Alarm
	err := s.opts.Catalog.Update(ctx, func(tx *catalog.Tx) (err error) {
		if done, err = loadEach(tx, keysOf(batch)); err != nil {
			return err
		}
		for i, p := range batch {
			a := done[i]
			if a == nil || a.revision != p.revision || a.version != p.version {
				continue // it was changed meanwhile
			}
			if err := s.carryOut(tx, a, &p.Decision, now); err != nil {
				return err
			}
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
