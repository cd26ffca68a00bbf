package alarms

import (
	"context"
	"time"

	"skywatch/catalog"
	"skywatch/metric"
)

// Delete removes alarms with their tags. Names without an alarm are ignored
// (recorded, although the model has an error for it); the history stays. What a
// composite alarm depends on cannot be deleted, not even together with that
// (recorded), and only one composite alarm at a time; then nothing is.
func (s *Service) Delete(ctx context.Context, t metric.Tenant, names []string, now time.Time) error {
	return s.opts.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if err := deletable(tx, t, names); err != nil {
			return err
		}
		return each(tx, t, names, func(a *Alarm) error { return s.erase(tx, a, metric.At(now)) })
	})
}

func deletable(r catalog.Reader, t metric.Tenant, names []string) error {
	composite := ""
	return each(r, t, names, func(a *Alarm) error {
		if a.Kind() == OnChildren {
			if composite != "" && composite != a.Name { // (recorded)
				return invalid("You cannot delete more than one composite alarm in one operation.")
			}
			composite = a.Name
		}
		used, err := needed(r, a.Key)
		if err == nil && used { // (recorded)
			err = invalid("Cannot delete %s as there are composite alarm(s) depending on it.", a.Name)
		}
		return err
	})
}

func (s *Service) erase(tx *catalog.Tx, a *Alarm, now metric.Instant) error {
	if err := s.forgetHeld(tx, a.Key); err != nil {
		return err
	}
	if err := s.opts.Plans.Remove(tx, a.suppressionPlan()); err != nil {
		return err
	}
	data, err := deletedData(tx, a)
	if err != nil {
		return err
	}
	if err := remove(tx, a); err != nil {
		return err
	}
	s.tell(tx, a.Key)
	if err := s.announce(tx, a, nil, deleted, now); err != nil {
		return err
	}
	return s.configured(tx, a, "deleted", data, now)
}

// each calls fn for the named alarms that exist.
func each(r catalog.Reader, t metric.Tenant, names []string, fn func(*Alarm) error) error {
	for _, name := range names {
		a, ok, err := load(r, Key{t, name})
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if err := fn(a); err != nil {
			return err
		}
	}
	return nil
}
