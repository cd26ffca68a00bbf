package scalable

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"skywatch/catalog"
	"skywatch/targets/driver"
)

// errNoDriver is the reason of every failure of a target without a driver.
var errNoDriver = errors.New("no capacity driver is configured")

func noDriver(n Name) error {
	return fmt.Errorf("%w for %s %s: name an exec, webhook or aws driver under scalable-drivers in the configuration file", errNoDriver, n.Dimension, n.Resource)
}

// due is what there is to do for a target now.
type due struct {
	order *change // the driver is to be told of this change
	asks  []ask   // to be decided
	looks bool    // the resource is to be looked at
}

// dueOf reads what there is to do. A change whose order the driver has not taken
// goes before all else.
func dueOf(r catalog.Reader, n Name, now time.Time) (d due, err error) {
	t, ok, err := registered.Get(r, n.key()...)
	if err != nil || !ok {
		return d, err
	}
	c := t.Change
	if c != nil && !c.Taken {
		if !c.Next.After(now) {
			d.order = c
		}
		return d, nil
	}
	d.looks = c != nil && !c.Next.After(now)
	all, err := all(r, asks, n)
	d.asks = slices.DeleteFunc(all, func(a ask) bool { return a.Next.After(now) })
	return d, err
}

// advance does what is due for a target, and reports whether there may be more.
func (c *carrier) advance(ctx context.Context, n Name) (more bool, err error) {
	var d due
	err = c.Catalog.View(func(r catalog.Reader) error {
		d, err = dueOf(r, n, c.now())
		return err
	})
	by := c.Drivers(n)
	switch {
	case err != nil:
		return false, err
	case d.order != nil:
		// No driver hears of a change that a crash could take back.
		if err := c.Catalog.Sync(); err != nil {
			return false, err
		}
		got, failure := c.set(ctx, by, Order{Name: n, Activity: d.order.ID, From: d.order.From, To: d.order.To})
		if ctx.Err() != nil {
			return false, nil // it is called again
		}
		return true, c.ordered(ctx, n, d.order.ID, got, failure)
	case len(d.asks) > 0 || d.looks:
		got, failure := c.look(ctx, by, n)
		if ctx.Err() != nil {
			return false, nil
		}
		return true, c.looked(ctx, n, d, got, failure)
	}
	return false, nil
}

func (c *carrier) set(ctx context.Context, by Driver, o Order) (*Capacity, error) {
	if by == nil {
		return nil, noDriver(o.Name)
	}
	return by.Set(ctx, o)
}

func (c *carrier) look(ctx context.Context, by Driver, n Name) (Capacity, error) {
	if by == nil {
		return Capacity{}, noDriver(n)
	}
	return by.Capacity(ctx, n)
}

// change lets fn alter a target that is still there.
func (s *Service) change(ctx context.Context, n Name, fn func(*catalog.Tx, *Target) error) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		t, ok, err := registered.Get(tx, n.key()...)
		if err != nil || !ok {
			return err
		}
		if err := fn(tx, &t); err != nil {
			return err
		}
		return t.save(tx)
	})
}

// ordered records how the driver took an order.
func (c *carrier) ordered(ctx context.Context, n Name, activity string, got *Capacity, failure error) error {
	return c.Service.change(ctx, n, func(tx *catalog.Tx, t *Target) error {
		if t.Change == nil || t.Change.ID != activity {
			return nil // the target was registered anew meanwhile
		}
		now := c.now()
		switch {
		case driver.IsUnknown(failure) && t.Change.Calls+1 < maxCalls:
			t.Change.Calls++
			t.Change.Next = now.Add(delay(t.Change.Calls))
			return c.Plans.Set(tx, retryPlan(n, "change"), t.Change.Next)
		case failure != nil:
			return c.fail(tx, t, "Failed to set "+t.words()+" to "+count(t.Change.To)+". Reason: "+failure.Error())
		}
		t.Change.Taken, t.Change.Next, t.Change.Deadline = true, time.Time{}, now.Add(maxWait)
		if got == nil {
			return nil // it is looked at next
		}
		return c.judge(tx, t, *got)
	})
}

// looked records what the resource said, and decides what was asked.
func (c *carrier) looked(ctx context.Context, n Name, d due, got Capacity, failure error) error {
	return c.Service.change(ctx, n, func(tx *catalog.Tx, t *Target) error {
		if t.Change != nil && d.looks {
			if failure != nil {
				if err := c.later(tx, t); err != nil {
					return err
				}
			} else if err := c.judge(tx, t, got); err != nil {
				return err
			}
		}
		return c.answer(tx, t, d.asks, got, failure)
	})
}
