package ticker

import (
	"context"
	"errors"
	"time"

	"skywatch/catalog"
)

// batch is how many plans are read at once and acted on in one transaction.
const batch = 100

// queue is an owner's plans in the order in which they wake.
type queue struct {
	name string
	Owner
	// after is the last one read, so that a long line is walked once: its
	// beginning is full of what was deleted.
	after []string
}

// round acts on one batch of each owner. It says whether there was nothing to
// do, and when the next plan is due then, zero for never.
func (t *Ticker) round(ctx context.Context) (next time.Time, idle bool, err error) {
	now := t.now()
	if err := t.look(ctx, now); err != nil {
		return next, false, err
	}
	idle = true
	for _, q := range t.queues {
		due, first, err := t.read(q, now)
		if err != nil {
			return next, false, err
		}
		if len(due) > 0 || q.after != nil {
			idle = false
		} else if !first.IsZero() && (next.IsZero() || first.Before(next)) {
			next = first
		}
		q.after = nil
		if len(due) == batch {
			last := due[batch-1]
			q.after = last.waitingParts(last.wake)
		}
		if err := t.act(ctx, q, due); err != nil {
			return next, false, err
		}
	}
	return next, idle, nil
}

// read returns the next plans of an owner that are due, and when the first that
// is not will be.
func (t *Ticker) read(q *queue, now time.Time) (due []entry, next time.Time, err error) {
	err = t.Catalog.View(func(r catalog.Reader) error {
		rg := catalog.Range{Prefix: []string{q.name}, After: q.after}
		return waiting.Scan(r, rg, func(key []string, failures int) (bool, error) {
			e, err := entryOf(key, failures)
			if err != nil {
				return false, err
			}
			if e.wake.After(now) {
				next = e.wake
				return false, nil
			}
			due = append(due, e)
			return len(due) < batch, nil
		})
	})
	return due, next, err
}

// act acts on plans: on those that never failed in one transaction, and on each
// of the others in its own.
func (t *Ticker) act(ctx context.Context, q *queue, due []entry) error {
	var together, alone []entry
	for _, e := range due {
		if e.failures == 0 {
			together = append(together, e)
		} else {
			alone = append(alone, e)
		}
	}
	err := t.commit(ctx, q, together)
	if f := (*ownerError)(nil); errors.As(err, &f) {
		alone, err = due, nil // whose fault it is must not be the others'
	}
	if err != nil {
		return err
	}
	for _, e := range alone {
		err := t.commit(ctx, q, []entry{e})
		if f := (*ownerError)(nil); errors.As(err, &f) {
			err = t.postpone(ctx, q, e.Plan, f.err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
