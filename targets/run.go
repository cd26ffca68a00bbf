package targets

import (
	"context"
	"errors"

	"skywatch/catalog"
)

// A target that answers quickly is handed several deliveries in a run: one after
// the other, but with one transaction before and one after all of them.
const (
	mostInside  = 64 // in a run to a target of this house
	mostOutside = 16 // in a run beyond it
	// runTime is how long a run lasts, by what an attempt took last: it holds a
	// worker.
	runTime = patience / 2
	// runRecords is how much is written in one transaction of a run, roughly: a topic
	// may have many subscribers.
	runRecords = directRecords / 2
)

// most is how many deliveries may go to the lane's target in one run. One of which
// nothing good is known gets one at a time, and so does one whose answers are of
// its deliveries' making.
func (l *lane) most(t Target) int {
	switch {
	case l.standing != living || l.apart || t.together != nil:
		return 1
	case t.inside != nil:
		return mostInside
	}
	return int(max(1, min(mostOutside, runTime/max(l.each, 1))))
}

// carryRun makes attempts of deliveries to one target; what is left of them after
// a failure waits on as it was.
func (e *Engine) carryRun(ctx context.Context, run []Delivery, a *underWay) {
	t, _ := e.target(run[0].Target)
	ending, plain := e.split(run)
	for i := range ending {
		e.carry(ctx, &ending[i], a)
	}
	switch {
	case len(plain) == 0:
	case t.inside != nil:
		e.carryInside(ctx, t, plain, a)
	case t.outside != nil:
		e.carryOutside(ctx, t, plain, a)
	default:
		for i := range plain {
			e.carry(ctx, &plain[i], a)
		}
	}
}

// split returns first what ends without an attempt.
func (e *Engine) split(run []Delivery) (ending, plain []Delivery) {
	b := e.breakers.of(run[0].Target)
	for _, d := range run {
		if d.Unsendable != "" || e.overaged(&d, b) != nil {
			ending = append(ending, d)
		} else {
			plain = append(plain, d)
		}
	}
	return ending, plain
}

// carryInside has the target act in as few transactions as may be.
func (e *Engine) carryInside(ctx context.Context, t Target, run []Delivery, a *underWay) {
	for len(run) > 0 {
		began := e.now()
		n, err := e.insideAll(t, run)
		if err != nil || n == 0 { // which one it is shows when it is alone
			e.carry(ctx, &run[0], a)
			run = run[1:]
			if a.failed {
				break
			}
			continue
		}
		a.attempts += n
		a.took += e.now().Sub(began)
		e.weigh(context.Background(), run[0].Target, nil, began)
		run = run[n:]
	}
	for i := range run {
		a.left(&run[i])
	}
}

// insideAll has the target act on deliveries in one transaction that removes them,
// on as many as fit; it returns how many those were. Where it refuses one, those
// before it are carried.
func (e *Engine) insideAll(t Target, run []Delivery) (n int, err error) {
	for {
		n, err = e.insideFirst(t, run)
		var no refusal
		if !errors.As(err, &no) || n == 0 {
			return n, err
		}
		run = run[:n]
	}
}

// insideFirst is one try of insideAll; with an error n is the one at fault.
func (e *Engine) insideFirst(t Target, run []Delivery) (n int, err error) {
	err = e.Catalog.Update(context.Background(), func(tx *catalog.Tx) error {
		for n = 0; n < len(run) && (n == 0 || tx.Records() < runRecords); n++ {
			done, err := e.act(tx, t, run[n])
			if err != nil {
				return err
			}
			if done != nil {
				tx.After(func() { e.alongside(done) })
			}
		}
		return nil
	})
	return n, err
}

// act has a target of this house act on a delivery within the transaction that
// removes it, and returns the delivery as it ended; nil: it did not wait any more.
func (e *Engine) act(tx *catalog.Tx, t Target, d Delivery) (*Delivery, error) {
	if ok, err := present(tx, &d); err != nil || !ok {
		return nil, err
	}
	if err := waiting.Delete(tx, d.key()...); err != nil {
		return nil, err
	}
	d.begin(e.now())
	if err := t.inside(tx, d.numbered()); err != nil {
		return nil, refusal{err}
	}
	d.conclude(e.now(), nil)
	return &d, e.tell(tx, Outcome{Delivery: d, At: e.now()})
}

// carryOutside records attempts, makes them one after the other until one fails
// or they take their time, and records what came of them. A crash in between
// counts attempts that were not made, as many as a run has.
func (e *Engine) carryOutside(ctx context.Context, t Target, run []Delivery, a *underWay) {
	claimed, before, err := e.claim(run)
	if err != nil {
		e.unrecorded(run, err, a)
		return
	}
	var taken []Delivery
	n := 0
	for ; n < len(claimed) && !a.failed && !a.broken && (n == 0 || a.took < runTime); n++ {
		if e.send(ctx, t, &claimed[n], a) {
			taken = append(taken, claimed[n])
		}
	}
	e.close(taken, a)
	e.release(claimed[n:], before[n:], a)
}

// claim records that attempts begin, with the times at which they are made again
// should we not live to see their end. It returns the deliveries that still wait,
// and what they were before.
func (e *Engine) claim(run []Delivery) (claimed, before []Delivery, err error) {
	err = e.Catalog.Update(context.Background(), func(tx *catalog.Tx) error {
		for _, d := range run {
			ok, err := present(tx, &d)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			before = append(before, d)
			next := d
			next.begin(e.now())
			next.NextAttempt = e.now().Add(next.retry().delay(next.Attempts, e.Random()))
			if err := e.move(tx, &d, next); err != nil {
				return err
			}
			claimed = append(claimed, d)
		}
		return nil
	})
	return claimed, before, err
}

// send makes a claimed attempt and reports whether the target took the delivery;
// that is left to be recorded.
func (e *Engine) send(ctx context.Context, t Target, d *Delivery, a *underWay) (taken bool) {
	began := e.now()
	e.attempts.Add(1)
	d.Tried[len(d.Tried)-1].At = began
	var failure *Failure
	err := t.outside(ctx, d.numbered())
	if err != nil {
		failure = failureOf(err)
	}
	d.conclude(e.now(), failure)
	a.attempts++
	a.took += e.now().Sub(began)
	ended := false
	if failure != nil {
		a.failed = a.failed || !failure.Answered
		ended, err = e.fail(d, failure)
	}
	e.weigh(context.Background(), d.Target, failure, began)
	switch {
	case failure == nil:
		return true
	case err != nil:
		e.unrecorded([]Delivery{*d}, err, a)
	case !ended:
		a.left(d)
	}
	e.attempted(d, failure)
	return false
}

// close ends the deliveries that were taken.
func (e *Engine) close(taken []Delivery, a *underWay) {
	if len(taken) == 0 {
		return
	}
	err := e.Catalog.Update(context.Background(), func(tx *catalog.Tx) error {
		for i := range taken {
			o := e.outcome(&taken[i], nil, "")
			if _, err := e.remove(tx, &taken[i], &o); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range taken {
		if err != nil { // which one it is shows when it is alone
			if err := e.end(&taken[i], nil, ""); err != nil {
				e.unrecorded(taken[i:i+1], err, a)
			}
		}
		e.attempted(&taken[i], nil)
	}
}

// release takes claims back.
func (e *Engine) release(claimed, before []Delivery, a *underWay) {
	if len(claimed) == 0 {
		return
	}
	err := e.Catalog.Update(context.Background(), func(tx *catalog.Tx) error {
		for i := range claimed {
			ok, err := present(tx, &claimed[i])
			if err == nil && ok {
				err = e.move(tx, &claimed[i], before[i])
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		e.unrecorded(claimed, err, a)
		return
	}
	for i := range before {
		a.left(&before[i])
	}
}

// unrecorded notes that our own records failed: the deliveries are where they were,
// or wait for the next attempt that was recorded.
func (e *Engine) unrecorded(all []Delivery, err error, a *underWay) {
	a.broken = true
	for i := range all {
		a.left(&all[i])
	}
	e.Logger.Error("deliveries cannot be recorded", "target", all[0].Target, "first", all[0].ID, "number", len(all), "err", err)
}
