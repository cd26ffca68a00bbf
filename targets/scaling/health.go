package scaling

import (
	"context"
	"errors"
	"time"

	"skywatch/catalog"
)

// checkAll asks the drivers what runs, replaces what does not, and forgets
// activities that are not told of any more. What fails is looked at again the
// next time.
func (c *carrier) checkAll(ctx context.Context) {
	var names []GroupName
	err := c.Catalog.View(func(r catalog.Reader) error {
		return groups.Scan(r, catalog.Range{}, func(_ []string, g Group) (bool, error) {
			if !g.suspended(HealthCheck) && !g.Deleting {
				names = append(names, g.GroupName)
			}
			return true, nil
		})
	})
	for _, n := range names {
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			err = c.check(ctx, n)
		}
	}
	if err == nil {
		err = c.forget(ctx)
	}
	if err != nil && ctx.Err() == nil {
		c.Logger.Error("groups cannot be looked after; it is tried again", "err", err)
	}
}

// check marks the instances of one group that its driver does not list, or
// lists as unhealthy.
func (c *carrier) check(ctx context.Context, n GroupName) error {
	driver := c.Drivers(n)
	if driver == nil {
		return nil
	}
	// Those that are in service before the driver is asked: one that is launched
	// meanwhile is not expected in its answer.
	served, err := c.inService(n)
	if err != nil || len(served) == 0 {
		return err
	}
	listed, err := driver.List(ctx, n, served)
	if err != nil {
		if !errors.Is(err, ErrNotListed) && ctx.Err() == nil {
			c.Logger.Warn("a capacity driver does not say what runs", "group", n.Group, "err", err)
		}
		return nil
	}
	well := map[string]bool{}
	for _, l := range listed {
		well[l.ID] = !l.Unhealthy
	}
	var ill []string
	for _, id := range served {
		if !well[id] {
			ill = append(ill, id)
		}
	}
	if len(ill) == 0 {
		return nil
	}
	return c.change(ctx, n, func(tx *catalog.Tx, g *Group) error { return c.mark(tx, g, ill) })
}

func (c *carrier) inService(n GroupName) (out []string, err error) {
	err = c.Catalog.View(func(r catalog.Reader) error {
		members, err := all(r, instances, n)
		for _, i := range members {
			if i.State == InService && !i.Unhealthy {
				out = append(out, i.ID)
			}
		}
		return err
	})
	return out, err
}

func (c *carrier) mark(tx *catalog.Tx, g *Group, ill []string) error {
	for _, id := range ill {
		i, ok, err := instances.Get(tx, g.key(id)...)
		if err != nil {
			return err
		}
		if !ok || i.State != InService || g.young(&i, c.now()) {
			continue
		}
		i.Unhealthy = true
		if err := g.put(tx, &i); err != nil {
			return err
		}
	}
	return nil
}

// forgetEvery is how often old activities are looked for: it reads all of them.
const forgetEvery = time.Hour

// forget deletes activities that are older than six weeks.
func (c *carrier) forget(ctx context.Context) error {
	now := c.now()
	if now.Before(c.forgetNext) {
		return nil
	}
	c.forgetNext = now.Add(forgetEvery)
	before := now.Add(-keepActivities)
	return activities.ForgetIf(ctx, c.Catalog, func(a Activity) bool { return !a.open() && a.Start.Before(before) })
}
