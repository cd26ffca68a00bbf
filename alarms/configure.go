package alarms

import (
	"context"
	"time"

	"skywatch/catalog"
	"skywatch/metric"
)

// Put creates an alarm or replaces a definition completely. The state of an
// alarm that exists is kept, and so are its tags; a definition that is the same
// changes nothing at all.
func (s *Service) Put(ctx context.Context, t metric.Tenant, p *Put, now time.Time) error {
	d, tags, err := s.judge(t, p)
	if err != nil {
		return err
	}
	return s.opts.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		return s.put(tx, Key{t, p.Name}, d, tags, metric.At(now))
	})
}

func (s *Service) put(tx *catalog.Tx, k Key, d Definition, tags []Tag, now metric.Instant) error {
	old, ok, err := load(tx, k)
	switch {
	case err != nil:
		return err
	case !ok:
		return s.create(tx, k, d, tags, now)
	case old.Kind() == OnChildren:
		return otherKind(k)
	case same(&old.Definition, &d):
		return nil
	default:
		return s.replace(tx, old, d, now)
	}
}

// judge refuses what must not be put, and returns the definition that it makes.
func (s *Service) judge(t metric.Tenant, p *Put) (Definition, []Tag, error) {
	d, err := p.define(t)
	if err != nil {
		return d, nil, err
	}
	if err := s.checkVector(&d); err != nil {
		return d, nil, err
	}
	if err := s.checkRecovers(&d); err != nil {
		return d, nil, err
	}
	tags, err := mergeTags(nil, p.Tags)
	return d, tags, err
}

func (s *Service) create(tx *catalog.Tx, k Key, d Definition, tags []Tag, now metric.Instant) error {
	a := &Alarm{
		Key: k, Definition: d, ConfigurationUpdated: now,
		Status: newStatus(&d, now),
	}
	if err := saveDefinition(tx, a); err != nil {
		return err
	}
	if err := saveStatus(tx, a); err != nil {
		return err
	}
	if len(tags) > 0 {
		if err := tagSets.Put(tx, tags, k.parts()...); err != nil {
			return err
		}
	}
	a.carry(tags)
	s.tell(tx, k)
	if err := s.announce(tx, a, nil, created, now); err != nil {
		return err
	}
	data, err := createdData(tx, a)
	if err != nil {
		return err
	}
	return s.configured(tx, a, "created", data, now)
}

// replace gives an alarm another definition.
func (s *Service) replace(tx *catalog.Tx, old *Alarm, d Definition, now metric.Instant) error {
	a := *old
	now = max(now, old.ConfigurationUpdated) // see change
	a.Definition, a.ConfigurationUpdated = d, now
	if err := forgetIndexed(tx, old); err != nil {
		return err
	}
	if err := saveDefinition(tx, &a); err != nil {
		return err
	}
	if !a.contributes() {
		if err := forgetContributors(tx, old); err != nil {
			return err
		}
		if err := forgetHeldContributors(tx, old.Key); err != nil {
			return err
		}
	}
	if old.WarmUp == nil && a.beginWarmUp(&d, now) {
		a.Updated = max(now, a.Updated)
		if err := saveStatus(tx, &a); err != nil {
			return err
		}
	}
	s.tell(tx, a.Key)
	if err := s.announce(tx, &a, old, updated, now); err != nil {
		return err
	}
	data, err := updatedData(tx, old, &a)
	if err != nil {
		return err
	}
	return s.configured(tx, &a, "updated", data, now)
}

func (s *Service) configured(tx *catalog.Tx, a *Alarm, how, data string, now metric.Instant) error {
	return remember(tx, a.Tenant, HistoryItem{
		AlarmName: a.Name, Composite: a.Kind() == OnChildren, At: now, Type: ConfigurationUpdate, Summary: `Alarm "` + a.Name + `" ` + how, Data: data,
	})
}

// SetActionsEnabled switches the actions of alarms on or off. Names without an
// alarm are ignored, and nothing fires.
func (s *Service) SetActionsEnabled(ctx context.Context, t metric.Tenant, names []string, enabled bool, now time.Time) error {
	return s.opts.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		return each(tx, t, names, func(a *Alarm) error {
			if a.ActionsEnabled == enabled {
				return nil
			}
			d := a.Definition
			d.ActionsEnabled = enabled
			return s.replace(tx, a, d, metric.At(now))
		})
	})
}
