package ticker

import (
	"context"
	"fmt"
	"time"

	"skywatch/catalog"
)

// Delays of a plan whose owner failed: doubled from the first to the longest.
const (
	firstDelay   = time.Second
	longestDelay = 5 * time.Minute
)

// ownerError is a failure of an owner, not of the catalog.
type ownerError struct{ err error }

func (e *ownerError) Error() string { return e.err.Error() }

// outcome is a tick and what its owner made of it.
type outcome struct {
	Tick
	Then
}

// commit acts on plans in one transaction, which also says how far the clock
// has come.
func (t *Ticker) commit(ctx context.Context, q *queue, all []entry) error {
	if len(all) == 0 {
		return nil
	}
	var done []outcome
	err := t.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		done = done[:0]
		now := t.now()
		for _, e := range all {
			o, ok, err := t.fire(tx, q, e.Plan, now)
			if err != nil {
				return err
			}
			if ok {
				done = append(done, o)
			}
		}
		return saw.Put(tx, t.seen, clockKey)
	})
	if err == nil {
		t.count(q, done)
	}
	return err
}

// fire has the owner act on a plan if it is still due, and moves the plan.
func (t *Ticker) fire(tx *catalog.Tx, q *queue, p Plan, now time.Time) (o outcome, ok bool, err error) {
	old, ok, err := plans.Get(tx, p.parts()...)
	if err != nil || !ok || old.Wake.After(now) { // it was changed meanwhile
		return o, false, err
	}
	o.Tick = Tick{Key: p.Key, Planned: old.At, Noticed: t.noticed(&old), Now: now}
	if o.Then, err = q.Fire(tx, o.Tick); err != nil {
		return o, false, &ownerError{err}
	}
	if o.Next.IsZero() {
		return o, true, remove(tx, p, old)
	}
	next := record{Acted: old.Acted, Gap: o.Missed > 0}
	if o.Missed == 0 {
		next.Acted = old.Acted.with(old.At, !old.Gap)
	}
	if next.At, err = next.Acted.skip(tx, q, p, o.Next.UTC()); err != nil {
		return o, false, err
	}
	if next.At.IsZero() {
		return o, true, remove(tx, p, old)
	}
	if !next.At.After(old.At) {
		return o, false, &ownerError{fmt.Errorf("the time after %v cannot be %v", old.At, next.At)}
	}
	next.Wake = next.At
	return o, true, put(tx, p, old, next)
}

// skip returns the first planned time from at on that was not acted on, zero if
// there is none.
func (s spans) skip(r catalog.Reader, q *queue, p Plan, at time.Time) (time.Time, error) {
	for !at.IsZero() {
		end, ok := s.end(at)
		if !ok {
			break
		}
		next, err := q.Next(r, p.Key, end)
		if err != nil {
			return next, &ownerError{err}
		}
		if !next.IsZero() && !next.After(end) {
			return next, &ownerError{fmt.Errorf("the time after %v cannot be %v", end, next)}
		}
		at = next.UTC()
	}
	return at, nil
}

// noticed is Tick.Noticed.
func (t *Ticker) noticed(r *record) time.Time {
	switch {
	case !r.Noticed.IsZero():
		return r.Noticed
	case t.awake.After(r.At):
		return t.awake
	}
	return r.At
}

// postpone has a plan whose owner failed wait.
func (t *Ticker) postpone(ctx context.Context, q *queue, p Plan, reason error) error {
	var next record
	err := t.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		old, ok, err := plans.Get(tx, p.parts()...)
		now := t.now()
		if err != nil || !ok || old.Wake.After(now) {
			return err
		}
		next = old
		next.Noticed = t.noticed(&old)
		next.Failures++
		next.Wake = now.Add(min(longestDelay, firstDelay<<min(next.Failures-1, 10)))
		return put(tx, p, old, next)
	})
	if err != nil || next.Failures == 0 {
		return err
	}
	t.failed.Add(1)
	t.Logger.Error("planned time failed; it is tried again", "owner", q.name, "key", p.Key, "planned", next.At, "failures", next.Failures, "next", next.Wake, "err", reason)
	return nil
}
