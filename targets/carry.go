package targets

import (
	"context"
	"errors"

	"skywatch/catalog"
)

// carry makes one attempt of d, whose target is not beyond this house, and records
// what came of it; a tells the dispatcher. If the records fail, the delivery is still where it was (or has
// moved to a later time, where the lane will meet it).
func (e *Engine) carry(ctx context.Context, d *Delivery, a *underWay) {
	began := e.now()
	ended, failure, err := e.try(ctx, d)
	a.attempts++
	a.took += e.now().Sub(began)
	if failure != nil && !failure.Answered {
		a.failed = true
	}
	if err != nil {
		a.broken = true
		e.Logger.Error("delivery cannot be recorded", "id", d.ID, "target", d.Target, "err", err)
	}
	if err != nil || !ended {
		a.left(d)
	}
}

// left notes that a delivery waits on.
func (a *underWay) left(d *Delivery) {
	if a.again.IsZero() || d.NextAttempt.Before(a.again) {
		a.again = d.NextAttempt
	}
}

// try makes an attempt of d, if it still may have one, and records a failure
// of it. err is a failure of our own records.
func (e *Engine) try(ctx context.Context, d *Delivery) (ended bool, failure *Failure, err error) {
	if f := e.overaged(d, e.breakers.of(d.Target)); f != nil {
		return true, f, e.end(d, f, maximumAge)
	}
	if d.Unsendable != "" { // nobody is asked, so nothing is learned
		return true, nil, e.end(d, d.unsendable(), "")
	}
	e.attempts.Add(1)
	began, before := e.now(), d.Attempts
	ended, failure, err = e.attempt(ctx, d)
	if err != nil {
		return ended, failure, err
	}
	if failure != nil {
		ended, err = e.fail(d, failure)
	}
	e.weigh(context.Background(), d.Target, failure, began)
	if d.Attempts > before {
		e.attempted(d, failure)
	}
	return ended, failure, err
}

// attempt makes one attempt. err is a failure of our own records.
func (e *Engine) attempt(ctx context.Context, d *Delivery) (ended bool, failure *Failure, err error) {
	t, ok := e.target(d.Target)
	switch {
	case !ok:
		return false, e.nowhere(d.Target), nil
	case t.inside != nil:
		return e.inside(t, d)
	default:
		return e.together(ctx, t, d)
	}
}

// refusal is a target's error on its way out of a transaction.
type refusal struct{ error }

// inside has the target act in the transaction that removes the delivery.
func (e *Engine) inside(t Target, d *Delivery) (bool, *Failure, error) {
	began := e.now()
	var ended *Delivery
	err := e.Catalog.Update(context.Background(), func(tx *catalog.Tx) (err error) {
		ended, err = e.act(tx, t, *d)
		return err
	})
	var no refusal
	if errors.As(err, &no) {
		failure := failureOf(no.error)
		d.begin(began) // fail records it
		d.conclude(e.now(), failure)
		return false, failure, nil
	}
	if err == nil && ended != nil {
		*d = *ended
	}
	return err == nil, nil, err
}

// move rewrites a delivery under its next time; d is the new form afterwards.
func (e *Engine) move(tx *catalog.Tx, d *Delivery, next Delivery) error {
	if err := waiting.Delete(tx, d.key()...); err != nil {
		return err
	}
	*d = next
	return waiting.Put(tx, next, next.key()...)
}

// fail records that the attempt d.Attempts failed: another one later, or none.
func (e *Engine) fail(d *Delivery, f *Failure) (ended bool, err error) {
	if f.Permanent {
		return true, e.end(d, f, "")
	}
	next := e.now().Add(max(d.retry().delay(d.Attempts, e.Random()), f.After))
	if limit := d.exhausted(next); limit != "" {
		return true, e.end(d, f, limit)
	}
	return false, e.Catalog.Update(context.Background(), func(tx *catalog.Tx) error {
		if ok, err := present(tx, d); err != nil || !ok {
			return err
		}
		again := *d
		again.NextAttempt = next
		return e.move(tx, d, again)
	})
}

// attempted tells of an attempt that is recorded.
func (e *Engine) attempted(d *Delivery, f *Failure) {
	if e.Attempted != nil {
		e.Attempted(d, f)
	}
}
