package targets

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"skywatch/catalog"
)

// waiting holds every delivery that has not ended, under (target, time of the
// next attempt, ID): each target's deliveries are a queue of their own, so
// that finding what is due never reads past those of a dead target.
var waiting = catalog.Table[Delivery]{Name: "outbox"}

func (d *Delivery) key() []string {
	return []string{d.Target, catalog.TimePart(d.NextAttempt), d.ID}
}

// Outbox takes deliveries. It is made before the rooms that cause deliveries
// and before the Engine that empties it, and is safe for concurrent use.
type Outbox struct {
	clock Clock
	wake  chan struct{} // holds one: something was enqueued
	// engine is what empties it, once there is one.
	engine atomic.Pointer[Engine]

	mu  sync.Mutex
	due map[string]time.Time // target -> earliest of what the engine has not heard of
}

// NewOutbox returns an outbox; a nil clock means the machine's.
func NewOutbox(c Clock) *Outbox {
	if c == nil {
		c = SystemClock{}
	}
	return &Outbox{clock: c, wake: make(chan struct{}, 1), due: map[string]time.Time{}}
}

// Enqueue commits deliveries with the transaction of their cause; they are due
// at once. A Direct target gets its deliveries in that very transaction where it
// takes them; the others wait. The same ID waits for the same target once.
func (o *Outbox) Enqueue(tx *catalog.Tx, ds ...Delivery) error {
	now := o.clock.Now().UTC().Truncate(time.Millisecond)
	engine := o.engine.Load()
	for _, d := range ds {
		if d.ID == "" || d.Target == "" {
			return errors.New("enqueue delivery: ID or target is empty")
		}
		if d.Created.IsZero() {
			d.Created = now
		}
		d.Attempts, d.NextAttempt, d.LastError, d.LastCode, d.Tried = 0, now, "", "", nil
		if engine != nil {
			if done, err := engine.direct(tx, &d); err != nil {
				return err
			} else if done {
				continue
			}
		}
		if err := waiting.Put(tx, d, d.key()...); err != nil {
			return err
		}
		tx.After(func() { o.tell(d.Target, now) })
	}
	return nil
}

// tell lets the engine know that target has something due at t.
func (o *Outbox) tell(target string, t time.Time) {
	o.mu.Lock()
	if old, ok := o.due[target]; !ok || t.Before(old) {
		o.due[target] = t
	}
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default: // the engine will look anyway
	}
}

// heard returns what was told since the last call.
func (o *Outbox) heard() map[string]time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	due := o.due
	o.due = map[string]time.Time{}
	return due
}

// told reports whether there is something that the engine has not heard of.
func (o *Outbox) told() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.due) > 0
}

// heads returns, for every target with something waiting, when its first
// delivery is due. It visits one record per target.
func heads(r catalog.Reader) (map[string]time.Time, error) {
	due := map[string]time.Time{}
	var rg catalog.Range
	for more := true; more; {
		more = false
		err := waiting.Scan(r, rg, func(_ []string, d Delivery) (bool, error) {
			due[d.Target] = d.NextAttempt
			rg.After, more = []string{d.Target}, true
			return false, nil
		})
		if err != nil {
			return nil, err
		}
	}
	return due, nil
}

// present reports whether d still waits as we know it.
func present(r catalog.Reader, d *Delivery) (bool, error) {
	return waiting.Has(r, d.key()...)
}
