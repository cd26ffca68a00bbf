package tally

import (
	"context"
	"time"

	"skywatch/ingest/gather"
	"skywatch/targets"
	"skywatch/targets/queue"
)

const (
	// keepActive is how many minutes a queue is active after its last use
	// ("Monitoring Amazon SQS queues using CloudWatch").
	keepActive = 6 * 60
	// chunk is how many queues are measured between two writings: the table of
	// counts has room for many more.
	chunk = 1000
)

// Queues are what is measured.
type Queues interface {
	Filled() ([]queue.Name, error)
	Depths(context.Context, []queue.Name) ([]queue.Depth, error)
}

// Measure writes at each full minute how the active queues stand, until ctx ends.
// A minute in which the machine slept is left out.
func (t *Tally) Measure(ctx context.Context, of Queues, clock targets.Clock) error {
	filled, err := of.Filled()
	if err != nil {
		return err
	}
	for _, n := range filled {
		t.use(n, clock.Now().Unix()/60, &[numCounts]int{})
	}
	next := minuteAfter(clock.Now())
	t.measures.Run(ctx, clock, func(ctx context.Context) time.Time {
		if now := clock.Now(); !now.Before(next) {
			if err := t.measure(ctx, of, now); err != nil && ctx.Err() == nil {
				t.Logger.Error("queues cannot be measured", "err", err)
			}
			next = minuteAfter(now)
		}
		return next
	})
	return nil
}

// Settle returns once the minutes that are over are measured, and when the next
// is. It needs Measure.
func (t *Tally) Settle(ctx context.Context) (next time.Time, err error) {
	return t.measures.Settle(ctx)
}

func minuteAfter(t time.Time) time.Time { return t.Truncate(time.Minute).Add(time.Minute) }

// measure writes how the queues stand under the minute that is over.
func (t *Tally) measure(ctx context.Context, of Queues, now time.Time) error {
	over := now.Unix()/60 - 1
	names := t.names(over)
	for len(names) > 0 {
		some := names[:min(chunk, len(names))]
		names = names[len(some):]
		depths, err := of.Depths(ctx, some)
		if err != nil {
			return err
		}
		there := make(map[queue.Name]bool, len(depths))
		for i := range depths {
			there[depths[i].Name] = true
			t.note(&depths[i], over)
		}
		t.forget(some, there)
		if err := t.Flush(ctx); err != nil {
			return err
		}
	}
	return nil
}

// names lists the active queues, and forgets those that are not any more.
func (t *Tally) names(minute int64) (all []queue.Name) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for n, a := range t.active {
		if a.last < minute-keepActive {
			delete(t.active, n)
			continue
		}
		all = append(all, n)
	}
	return all
}

// forget takes out the queues that are not there.
func (t *Tally) forget(names []queue.Name, there map[queue.Name]bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, n := range names {
		if !there[n] {
			delete(t.active, n)
		}
	}
}

// note writes how a queue stands, and zeros for what did not happen in a minute.
func (t *Tally) note(d *queue.Depth, minute int64) {
	if d.Messages() > 0 {
		t.use(d.Name, minute, &[numCounts]int{})
	}
	idle := t.idle(d, minute)
	t.At(d.Name, time.Unix(minute*60, 0), func(c *gather.Cell) {
		for _, f := range idle {
			c.Add(f, 0)
		}
		c.Add(age, float64(d.Age/time.Second))
		c.Add(visible, float64(d.Visible))
		c.Add(notVisible, float64(d.InFlight))
		c.Add(delayed, float64(d.Delayed))
		if d.Fifo {
			c.Add(groups, float64(d.Groups))
		}
		if d.Grouped {
			c.Add(noisyGroups, float64(d.Noisy))
		}
	})
}

// idle lists the counts of a queue in which nothing happened in a minute.
func (t *Tally) idle(d *queue.Depth, minute int64) (all []int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.active[d.Name]
	if a == nil {
		return nil
	}
	for f, last := range a.did {
		if last != minute && (f != deduplicated || d.Fifo) {
			all = append(all, f)
		}
	}
	return all
}
