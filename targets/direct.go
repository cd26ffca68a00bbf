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

// direct makes the first attempt of d in the transaction of its cause, if its
// target is one for that; done is false if the delivery is to wait in the
// outbox. The breaker is neither asked nor told: this attempt holds up nobody.
func (e *Engine) direct(tx *catalog.Tx, d *Delivery) (done bool, err error) {
	t := e.Targets[KindOf(d.Target)]
	if !t.direct || d.Unsendable != "" || tx.Records() >= directRecords {
		return false, nil
	}
	arrived, before := *d, tx.Records()
	arrived.begin(e.now())
	if err := t.inside(tx, arrived.numbered()); err != nil {
		if tx.Records() != before {
			return false, errors.Join(fault.New(fault.Internal, "%s refused a delivery after it had written", d.Target), err)
		}
		return false, nil
	}
	arrived.conclude(e.now(), nil)
	tx.After(func() {
		e.attempts.Add(1)
		if e.Attempted != nil {
			e.Attempted(&arrived, nil)
		}
	})
	// The cause is in the middle of its work: it hears when that is done.
	tx.AtEnd(func() error { return e.tell(tx, Outcome{Delivery: arrived, At: e.now()}) })
	return true, nil
}
