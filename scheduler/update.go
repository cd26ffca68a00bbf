package scheduler

import (
	"context"
	"errors"
	"time"

	"skywatch/catalog"
)

// UpdateSchedule replaces all of a schedule's definition. What has run stays
// run: another expression, or being enabled again, begins a rate anew, anything
// else leaves the rhythm alone (inferred, as rules do).
func (s *Service) UpdateSchedule(ctx context.Context, n Name, d Definition, token string) error {
	return s.once(ctx, request{n.Tenant, "UpdateSchedule", token, d, n.ARN()}, func(tx *catalog.Tx) error {
		old, err := getSchedule(tx, n)
		if err != nil {
			return err
		}
		if err := groupOpen(tx, n.GroupName); err != nil {
			return err
		}
		now := s.now()
		if err := d.check(n, old.Start, now); err != nil {
			return err
		}
		return s.replace(tx, old, Schedule{Name: n, Definition: d, Created: old.Created, Modified: now, Since: now})
	})
}

// replace writes a schedule over another one and plans what comes next.
func (s *Service) replace(tx *catalog.Tx, old, sch Schedule) error {
	same := old.Expression == sch.Expression && old.Timezone == sch.Timezone && old.Start.Equal(sch.Start)
	if !same {
		return s.put(tx, sch, times.first)
	}
	if old.State != Enabled {
		return s.put(tx, sch, func(t times) (time.Time, bool) {
			if t.once { // it may have run
				return t.following(sch.Modified)
			}
			return t.first()
		})
	}
	sch.Since = old.Since
	if holds, err := s.holds(tx, &old, &sch); err != nil || holds {
		return errors.Join(err, schedules.Put(tx, sch, sch.parts()...))
	}
	return s.put(tx, sch, func(t times) (time.Time, bool) { return t.following(sch.Modified) })
}

// holds reports whether what was planned of old is planned of its replacement,
// too; within the old window then.
func (s *Service) holds(r catalog.Reader, old, sch *Schedule) (bool, error) {
	at, waits, err := s.Plans.At(r, sch.plan())
	if err != nil || !waits || sch.State != Enabled {
		return false, err
	}
	before, err := old.times()
	if err != nil {
		return false, err
	}
	after, err := sch.times()
	if err != nil {
		return false, err
	}
	was, ok := before.latest(at)
	is, still := after.latest(at)
	return ok && still && was.Equal(is), nil
}
