package scalable

import (
	"context"
	"sync"
	"time"

	"skywatch/catalog"
)

// restAfterTrouble is how long Run rests when the catalog failed it.
const restAfterTrouble = 5 * time.Second

// forgetEvery is how often old activities are looked for.
const forgetEvery = time.Hour

// carrier is the one goroutine that has targets worked on.
type carrier struct {
	*Service
	work sync.WaitGroup
	done chan Name // the target that was worked on
	// under are the targets that are worked on or wait for a worker; those of
	// which it is true were told of meanwhile.
	under map[Name]bool
	queue []Name
	busy  int
	next  time.Time // of the next look for old activities

	settling []chan time.Time
}

// Run carries out what is asked of targets until ctx ends, and returns once no
// call of a driver is under way.
func (s *Service) Run(ctx context.Context) error {
	c := &carrier{Service: s, done: make(chan Name), under: map[Name]bool{}, next: s.now()}
	err := s.Catalog.View(func(r catalog.Reader) error { // what was begun before a restart goes on
		return registered.Scan(r, catalog.Range{}, func(_ []string, t Target) (bool, error) {
			s.tell(t.Name)
			return true, nil
		})
	})
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		for n := range s.heard() {
			if _, known := c.under[n]; known {
				c.under[n] = true
				continue
			}
			c.under[n] = false
			c.queue = append(c.queue, n)
		}
		c.start(ctx)
		c.rest()
		c.wait(ctx)
	}
	go func() { c.work.Wait(); close(c.done) }()
	for range c.done { // those that still wait to tell
		continue
	}
	return nil
}

// start has workers work on what is queued, as far as there are any.
func (c *carrier) start(ctx context.Context) {
	for len(c.queue) > 0 && c.busy < c.Workers {
		n := c.queue[0]
		c.queue = c.queue[1:]
		c.busy++
		c.work.Go(func() {
			c.carry(ctx, n)
			c.done <- n
		})
	}
	if now := c.now(); !now.Before(c.next) {
		c.next = now.Add(forgetEvery)
		c.work.Go(func() {
			if err := c.forget(ctx, now.Add(-keepActivities)); err != nil {
				c.Logger.Error("old activities of scalable targets cannot be forgotten", "err", err)
			}
		})
	}
}

// rest answers those who wait for it once no target is worked on and nobody told
// of one.
func (c *carrier) rest() {
	if len(c.settling) == 0 || len(c.under) > 0 || c.told() {
		return
	}
	for _, s := range c.settling {
		s <- c.next
	}
	c.settling = nil
}

func (c *carrier) wait(ctx context.Context) {
	wake, stop := c.Clock.Wake(c.next)
	defer stop()
	select {
	case <-ctx.Done():
	case <-c.wake:
	case <-wake:
	case s := <-c.settle:
		c.settling = append(c.settling, s)
	case n := <-c.done:
		c.busy--
		if c.under[n] {
			c.tell(n)
		}
		delete(c.under, n)
	}
}

// carry works on a target until nothing is due, or the service stops.
func (c *carrier) carry(ctx context.Context, n Name) {
	for ctx.Err() == nil {
		more, err := c.advance(ctx, n)
		if err == nil && !more {
			return
		}
		if err != nil && ctx.Err() == nil {
			c.Logger.Error("a scalable target cannot be worked on; it is tried again", "resource", n.Resource, "err", err)
			wake, stop := c.Clock.Wake(c.now().Add(restAfterTrouble))
			select {
			case <-wake:
			case <-ctx.Done():
			}
			stop()
		}
	}
}

// forget deletes activities that ended before an instant.
func (c *carrier) forget(ctx context.Context, before time.Time) error {
	return activities.ForgetIf(ctx, c.Catalog, func(a Activity) bool { return !a.End.IsZero() && a.End.Before(before) })
}
