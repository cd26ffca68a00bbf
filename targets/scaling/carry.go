package scaling

import (
	"context"
	"sync"
	"time"

	"skywatch/catalog"
	"skywatch/targets/driver"
)

// restAfterTrouble is how long Run rests when the catalog failed it.
const restAfterTrouble = 5 * time.Second

// carrier is the one goroutine that has activities carried out.
type carrier struct {
	*Service
	work sync.WaitGroup
	done chan string // the activity that was called for
	// under are the activities that are called for or wait for a worker.
	under    map[string]bool
	queue    []Activity
	busy     int
	checking bool
	checked  chan struct{}
	next     time.Time // of the next look at the drivers' instances
	// forgetNext is when old activities are looked for again; of the check alone.
	forgetNext time.Time
	settling   []chan time.Time
}

// Run carries activities out until ctx ends, and returns once no call of a
// driver is under way.
func (s *Service) Run(ctx context.Context) error {
	c := &carrier{Service: s, done: make(chan string), checked: make(chan struct{}), under: map[string]bool{}}
	if err := c.resume(ctx); err != nil {
		return err
	}
	c.next = s.now().Add(s.HealthEvery)
	for ctx.Err() == nil {
		trouble := c.look()
		if trouble != nil {
			s.Logger.Error("scaling activities cannot be read; it is tried again", "err", trouble)
		}
		c.start(ctx)
		c.rest(trouble != nil)
		c.wait(ctx, trouble != nil)
	}
	go func() { c.work.Wait(); close(c.done) }()
	for range c.done { // those that still wait to tell
		continue
	}
	return nil
}

// resume tells of every group, so that what was begun before a restart goes on.
func (c *carrier) resume(ctx context.Context) error {
	var names []GroupName
	err := c.Catalog.View(func(r catalog.Reader) error {
		return groups.Scan(r, catalog.Range{}, func(_ []string, g Group) (bool, error) {
			names = append(names, g.GroupName)
			return true, nil
		})
	})
	for _, n := range names {
		if err == nil {
			err = c.change(ctx, n, func(*catalog.Tx, *Group) error { return nil })
		}
	}
	return err
}

// look queues the activities of the groups that were told of.
func (c *carrier) look() error {
	told := c.heard()
	if len(told) == 0 {
		return nil
	}
	now, found := c.now(), []Activity{}
	err := c.Catalog.View(func(r catalog.Reader) error {
		for n := range told {
			open, err := openOf(r, n)
			if err != nil {
				return err
			}
			for _, a := range open {
				if !a.Waits && !a.Next.After(now) && !c.under[a.ID] {
					found = append(found, a)
				}
			}
		}
		return nil
	})
	if err == nil && len(found) > 0 {
		// No driver hears of an activity that a crash could take back.
		err = c.Catalog.Sync()
	}
	if err != nil {
		for n := range told {
			c.tell(n)
		}
		return err
	}
	for _, a := range found {
		c.under[a.ID] = true
	}
	c.queue = append(c.queue, found...)
	return nil
}

// start has workers call for what is queued, as far as there are any.
func (c *carrier) start(ctx context.Context) {
	for len(c.queue) > 0 && c.busy < c.Workers {
		a := c.queue[0]
		c.queue = c.queue[1:]
		c.busy++
		c.work.Go(func() {
			c.carry(ctx, a)
			c.done <- a.ID
		})
	}
	if now := c.now(); !c.checking && !now.Before(c.next) {
		c.checking, c.next = true, now.Add(c.HealthEvery)
		c.work.Go(func() {
			c.checkAll(ctx)
			select {
			case c.checked <- struct{}{}:
			case <-ctx.Done():
			}
		})
	}
}

// rest answers those who wait for it once no driver is called and nobody told of
// a group.
func (c *carrier) rest(trouble bool) {
	if len(c.settling) == 0 || c.busy > 0 || len(c.queue) > 0 || c.checking || !trouble && c.told() {
		return
	}
	for _, s := range c.settling {
		s <- c.until(trouble)
	}
	c.settling = nil
}

// until is when there is something to do although nobody tells of it.
func (c *carrier) until(trouble bool) time.Time {
	if trouble {
		return c.now().Add(restAfterTrouble)
	}
	return c.next
}

func (c *carrier) wait(ctx context.Context, trouble bool) {
	wake, stop := c.Clock.Wake(c.until(trouble))
	defer stop()
	heard := c.Service.wake
	if trouble {
		heard = nil
	}
	select {
	case <-ctx.Done():
	case <-heard:
	case <-wake:
	case s := <-c.settle:
		c.settling = append(c.settling, s)
	case <-c.checked:
		c.checking = false
	case id := <-c.done:
		c.busy--
		delete(c.under, id)
	}
}

// carry calls the driver for an activity and records the outcome, which is
// tried until it is on disk or the service stops.
func (c *carrier) carry(ctx context.Context, a Activity) {
	order, err := c.order(&a)
	var got Launched
	by := c.Drivers(a.GroupName)
	switch {
	case err != nil:
		err = driver.Unknown(err)
	case by == nil:
		err = noDriver(a.GroupName)
	case a.Task == launch:
		got, err = by.Launch(ctx, order)
		if err == nil && !plausible(got.ID) {
			err = driver.Unknown(badID(got.ID)) // something was launched
		}
	default:
		err = by.Terminate(ctx, order)
	}
	for ctx.Err() == nil {
		trouble := c.finish(ctx, a, got, err)
		if trouble == nil {
			return
		}
		c.Logger.Error("the outcome of a scaling activity cannot be kept; it is tried again", "activity", a.ID, "err", trouble)
		wake, stop := c.Clock.Wake(c.now().Add(restAfterTrouble))
		select {
		case <-wake:
		case <-ctx.Done():
		}
		stop()
	}
}

// order is what the driver is told.
func (c *carrier) order(a *Activity) (o Order, err error) {
	err = c.Catalog.View(func(r catalog.Reader) error {
		g, err := group(r, a.GroupName)
		if err != nil {
			return err
		}
		o = Order{
			GroupName: a.GroupName, Activity: a.ID, Instance: a.Instance, Zone: a.Zone, Subnets: g.Subnets,
			LaunchConfiguration: g.LaunchConfiguration, PlacementGroup: g.PlacementGroup, Tags: map[string]string{},
		}
		if g.LaunchTemplate != nil {
			o.LaunchTemplate = *g.LaunchTemplate
		}
		for k, t := range g.Tags {
			if t.Propagate {
				o.Tags[k] = t.Value
			}
		}
		return nil
	})
	return o, err
}
