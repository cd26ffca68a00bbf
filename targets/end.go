package targets

import (
	"context"
	"errors"
	"fmt"

	"skywatch/catalog"
)

// end removes the delivery and tells its cause: it was taken (f is nil), or is
// given up, into its dead-letter queue where it has one.
func (e *Engine) end(d *Delivery, f *Failure, exhausted string) error {
	o := e.outcome(d, f, exhausted)
	err := e.finish(d, &o)
	var no refusal
	if errors.As(err, &no) {
		o.LetterErr = no.Error()
		err = e.finish(d, &o)
	}
	return err
}

func (e *Engine) outcome(d *Delivery, f *Failure, exhausted string) Outcome {
	o := Outcome{Delivery: *d, At: e.now()}
	if f != nil {
		o.Err, o.Code, o.Reason, o.Exhausted = f.Error(), f.Code, f.Err.Error(), exhausted
	}
	if exhausted != "" {
		o.Err = fmt.Sprintf("%s (gave up after %d attempts: %s)", o.Err, d.Attempts, exhausted)
	}
	return o
}

// finish is the transaction of end.
func (e *Engine) finish(d *Delivery, o *Outcome) error {
	gone := false
	err := e.Catalog.Update(context.Background(), func(tx *catalog.Tx) (err error) {
		gone, err = e.remove(tx, d, o)
		return err
	})
	if err == nil && !gone && o.Err != "" {
		e.mourn(o)
	}
	return err
}

// remove ends a delivery within tx, if it still waits.
func (e *Engine) remove(tx *catalog.Tx, d *Delivery, o *Outcome) (gone bool, err error) {
	if ok, err := present(tx, d); err != nil || !ok {
		return !ok, err
	}
	if err := waiting.Delete(tx, d.key()...); err != nil {
		return false, err
	}
	if o.Err != "" && d.DeadLetter != "" && o.LetterErr == "" {
		if err := e.bury(tx, o); err != nil {
			return false, err
		}
	}
	return false, e.tell(tx, *o)
}

// mourn logs what is given up.
func (e *Engine) mourn(o *Outcome) {
	d := &o.Delivery
	log := e.Logger.With("id", d.ID, "cause", d.Cause, "target", d.Target, "attempts", d.Attempts, "err", o.Err)
	switch {
	case o.Buried:
		log.Warn("delivery given up, into its dead-letter queue", "queue", d.DeadLetter)
	case o.LetterErr != "":
		log.Warn("delivery given up and dropped: its dead-letter queue refuses it", "queue", d.DeadLetter, "refusal", o.LetterErr)
	default:
		log.Warn("delivery given up and dropped")
	}
}

// tell has the log and the cause hear the outcome within tx, and counts it.
func (e *Engine) tell(tx *catalog.Tx, o Outcome) error {
	tx.After(func() { e.count(&o) })
	if err := e.log.write(tx, &o); err != nil {
		return err
	}
	if hear := e.Outcomes[o.Delivery.Kind]; hear != nil {
		if err := hear(tx, o); err != nil {
			return err
		}
	}
	if o.Err != "" && e.GivenUp != nil {
		return e.GivenUp(tx, o)
	}
	return nil
}

func (e *Engine) count(o *Outcome) {
	if o.Err == "" {
		e.delivered.Add(1)
		return
	}
	e.failed.Add(1)
	switch {
	case o.Buried:
		e.buried.Add(1)
	case o.LetterErr != "":
		e.unburied.Add(1)
	}
}
