package ticker

import (
	"context"
	"time"

	"skywatch/catalog"
)

// tolerance is how far the clock may step back without a look at every plan:
// plans are late by no more than that.
const tolerance = time.Second

// saw holds the latest time of the clock at which something was acted on: a
// clock may be set back while nothing runs.
var saw = catalog.Table[time.Time]{Name: "plans-clock"}

const clockKey = "seen"

func (t *Ticker) load() error {
	return t.Catalog.View(func(r catalog.Reader) (err error) {
		t.seen, _, err = saw.Get(r, clockKey)
		return err
	})
}

// look takes the clock into account. Where it was set back every plan is moved
// to the first planned time after now that was not acted on: otherwise those
// that were moved on while the clock was wrong would stand still until it came
// there again.
func (t *Ticker) look(ctx context.Context, now time.Time) error {
	back := t.seen.Sub(now)
	if back <= tolerance {
		if now.After(t.seen) {
			t.seen = now
		}
		return nil
	}
	t.Logger.Warn("the clock was set back; plans are looked at anew", "by", back, "now", now)
	for _, q := range t.queues {
		q.after = nil
		if err := t.replan(ctx, q, now); err != nil {
			return err
		}
	}
	if err := t.Catalog.Update(ctx, func(tx *catalog.Tx) error { return saw.Put(tx, now, clockKey) }); err != nil {
		return err
	}
	t.seen, t.awake = now, now
	return nil
}

// replan moves an owner's plans, a batch in a transaction.
func (t *Ticker) replan(ctx context.Context, q *queue, now time.Time) error {
	var after []string
	for more := true; more; {
		err := t.Catalog.Update(ctx, func(tx *catalog.Tx) error {
			var some []Plan
			rg := catalog.Range{Prefix: []string{q.name}, After: after}
			err := plans.Scan(tx, rg, func(key []string, _ record) (bool, error) {
				some = append(some, Plan{key[0], key[1:]})
				return len(some) < batch, nil
			})
			if err != nil {
				return err
			}
			for _, p := range some {
				if err := t.moveBack(tx, q, p, now); err != nil {
					return err
				}
			}
			if more = len(some) == batch; more {
				after = some[batch-1].parts()
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// moveBack moves a plan to the first time after now that was not acted on, if
// that is earlier than its own. An owner that cannot tell leaves it in place.
func (t *Ticker) moveBack(tx *catalog.Tx, q *queue, p Plan, now time.Time) error {
	old, ok, err := plans.Get(tx, p.parts()...)
	if err != nil || !ok {
		return err
	}
	next := old
	// Also where it waits for another try: until a time that is far now.
	next.Wake, next.Noticed = old.At, time.Time{}
	first, err := q.Next(tx, p.Key, now)
	if err == nil {
		first, err = old.Acted.skip(tx, q, p, first.UTC())
	}
	if err != nil {
		t.Logger.Error("plan cannot be looked at anew", "owner", q.name, "key", p.Key, "err", err)
		first = time.Time{}
	}
	if !first.IsZero() && first.Before(old.At) {
		next = record{At: first, Wake: first, Gap: true, Acted: old.Acted}
	}
	if next.Wake.Equal(old.Wake) {
		return nil
	}
	return put(tx, p, old, next)
}
