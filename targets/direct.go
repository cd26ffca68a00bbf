package targets

import (
	"errors"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// directRecords bounds what one transaction writes before the rest of its
// deliveries takes the way through the outbox: a wide fan-out does not keep
// everybody else waiting.
const directRecords = 2000

// Direct is an Inside target that is quick: where nothing is in the way it acts
// in the transaction of the delivery's cause, and the delivery never waits. If
// it refuses, the delivery goes to the outbox and the engine makes its first
// attempt, so a refusal must have written nothing; the transaction fails where
// it has.
func Direct(deliver func(*catalog.Tx, Delivery) error) Target {
	return Target{inside: deliver, direct: true}
}

// direct does what can be done about d in the transaction of its cause; done is
// false if the delivery is to wait in the outbox.
func (e *Engine) direct(tx *catalog.Tx, d *Delivery) (done bool, err error) {
	t, _ := e.target(d.Target)
	switch {
	case tx.Records() >= directRecords:
		return false, nil
	case d.Unsendable != "":
		lost := *d
		tx.AtEnd(func() error { return e.lose(tx, &lost) })
		return true, nil
	case t.direct:
		return e.attemptDirectly(tx, t, *d)
	}
	return false, nil
}

// attemptDirectly makes the first attempt of d. The target's breaker is neither
// asked nor told: this attempt holds up nobody.
func (e *Engine) attemptDirectly(tx *catalog.Tx, t Target, d Delivery) (done bool, err error) {
	d.begin(e.now())
	if took, err := wholly(tx, func() error { return t.inside(tx, d.numbered()) }); err != nil || !took {
		return false, err
	}
	d.conclude(e.now(), nil)
	tx.After(func() {
		e.attempts.Add(1)
		e.attempted(&d, nil)
	})
	// The cause is in the middle of its work: it hears when that is done.
	tx.AtEnd(func() error { return e.tell(tx, Outcome{Delivery: d, At: e.now()}) })
	return true, nil
}

// wholly reports whether f did all that it does; what refuses must have done
// nothing, or the transaction cannot go on.
func wholly(tx *catalog.Tx, f func() error) (bool, error) {
	before := tx.Records()
	err := f()
	if err != nil && tx.Records() != before {
		return false, errors.Join(fault.New(fault.Internal, "a target refused a delivery after it had written"), err)
	}
	return err == nil, nil
}

// lose ends a delivery of which nothing can be sent.
func (e *Engine) lose(tx *catalog.Tx, d *Delivery) error {
	o := e.outcome(d, d.unsendable(), "")
	if d.DeadLetter != "" {
		_, err := wholly(tx, func() error {
			err := e.bury(tx, &o)
			if err != nil {
				o.LetterErr = err.Error()
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	tx.After(func() { e.mourn(&o) })
	return e.tell(tx, o)
}

func (d *Delivery) unsendable() *Failure {
	return &Failure{Code: ClientError, Permanent: true, Err: errors.New(d.Unsendable)}
}
