package rules

import (
	"context"
	"strings"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// CreateBus makes a bus. Its policy and its times are not looked at.
func (s *Service) CreateBus(ctx context.Context, b Bus) error {
	n := b.BusName
	if n.Bus == DefaultBus {
		return busExists(n)
	}
	if strings.Contains(n.Bus, "/") { // partner buses only
		return fault.New(fault.Validation, "Event bus name must not contain '/'.").On("Name") // wording (inferred)
	}
	if err := checkTags(b.Tags); err != nil {
		return err
	}
	if err := b.checkDeadLetter(); err != nil {
		return err
	}
	return s.changeBus(ctx, n, func(tx *catalog.Tx) error {
		if _, ok, err := buses.Get(tx, n.parts()...); err != nil || ok {
			return orElse(err, busExists(n))
		}
		if have, err := countBuses(tx, n.Tenant); err != nil || have >= s.Limits.Buses {
			return orElse(err, tooMany())
		}
		b.Policy, b.Created = "", s.Clock.Now().UTC()
		return s.putBus(tx, &b)
	})
}

func busExists(n BusName) error {
	f := fault.New(fault.Conflict, "Event bus %s already exists.", n.Bus)
	f.Subject = "event bus"
	return f
}

func tooMany() error {
	return fault.New(fault.LimitExceeded, "The requested resource exceeds the maximum number allowed.")
}

// orElse returns err, or what is wrong where nothing went wrong.
func orElse(err, wrong error) error {
	if err != nil {
		return err
	}
	return wrong
}

func countBuses(r catalog.Reader, t metric.Tenant) (n int, err error) {
	err = buses.Scan(r, catalog.Range{Prefix: []string{t.Account, t.Region}}, func(key []string, _ Bus) (bool, error) {
		if key[2] != DefaultBus {
			n++
		}
		return true, nil
	})
	return n, err
}

// BusChange is what UpdateBus changes; nil stays as it is.
type BusChange struct {
	Description *string
	DeadLetter  *string // empty: none
	Log         *BusLog
}

// UpdateBus changes a bus where something is given.
func (s *Service) UpdateBus(ctx context.Context, n BusName, c BusChange) (b Bus, err error) {
	err = s.changeBus(ctx, n, func(tx *catalog.Tx) error {
		if b, err = getBus(tx, n); err != nil {
			return err
		}
		if c.Description != nil {
			b.Description = *c.Description
		}
		if c.DeadLetter != nil {
			b.DeadLetter = *c.DeadLetter
		}
		if c.Log != nil {
			b.Log = *c.Log
		}
		if err := b.checkDeadLetter(); err != nil {
			return err
		}
		return s.putBus(tx, &b)
	})
	return b, err
}

// putBus writes a changed bus.
func (s *Service) putBus(tx *catalog.Tx, b *Bus) error {
	b.Modified = s.Clock.Now().UTC()
	return buses.Put(tx, *b, b.parts()...)
}

// Bus returns a bus.
func (s *Service) Bus(n BusName) (b Bus, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		b, err = getBus(r, n)
		return err
	})
	return s.dated(b), err
}

// dated gives a default bus without a record the times that it is shown with.
func (s *Service) dated(b Bus) Bus {
	if b.Bus == DefaultBus && b.Created.IsZero() {
		b.Created = s.since
	}
	if b.Modified.IsZero() {
		b.Modified = b.Created
	}
	return b
}

// Buses returns up to limit of a tenant's buses by name, those after a name
// and with a prefix, and whether there are more.
func (s *Service) Buses(t metric.Tenant, prefix, after string, limit int) (page []Bus, more bool, err error) {
	// The default bus is in its place whether or not it has a record.
	preset := strings.HasPrefix(DefaultBus, prefix) && DefaultBus > after
	add := func(b Bus) bool {
		if len(page) == limit {
			more = true
			return false
		}
		page = append(page, s.dated(b))
		return true
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		rg := catalog.Range{Prefix: []string{t.Account, t.Region}}
		if after != "" {
			rg.After = []string{t.Account, t.Region, after}
		}
		return buses.Scan(r, rg, func(key []string, b Bus) (bool, error) {
			b.BusName = BusName{t, key[2]}
			if preset && b.Bus >= DefaultBus {
				preset = false
				if b.Bus != DefaultBus && !add(Bus{BusName: BusName{t, DefaultBus}}) {
					return false, nil
				}
			}
			if !strings.HasPrefix(b.Bus, prefix) {
				return true, nil
			}
			return add(b), nil
		})
	})
	if err == nil && preset && !more {
		add(Bus{BusName: BusName{t, DefaultBus}})
	}
	return page, more, err
}

// DeleteBus removes a bus; one that is not there is removed already.
func (s *Service) DeleteBus(ctx context.Context, n BusName) error {
	if n.Bus == DefaultBus {
		return fault.New(fault.Validation, "Cannot delete event bus default.")
	}
	return s.changeBus(ctx, n, func(tx *catalog.Tx) error {
		left := false
		err := rules.Scan(tx, catalog.Range{Prefix: n.parts()}, func([]string, Rule) (bool, error) {
			left = true
			return false, nil
		})
		if err != nil {
			return err
		}
		if left {
			return fault.New(fault.Validation, "Event bus %s can't be deleted since it has rules.", n.Bus) // wording (inferred)
		}
		return buses.Delete(tx, n.parts()...)
	})
}
