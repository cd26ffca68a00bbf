package ticker

import (
	"errors"
	"time"

	"skywatch/catalog"
)

// Plans takes the plans of owners. It is made before the rooms that own plans
// and before the Ticker that acts on them, and is safe for concurrent use.
type Plans struct {
	wake chan struct{} // holds one: a plan was set
}

// NewPlans returns the plans of a catalog; there is one per catalog.
func NewPlans() *Plans { return &Plans{wake: make(chan struct{}, 1)} }

// Set plans a time, as part of the caller's transaction: a new plan, or another
// schedule of one that is there, which begins anew and knows nothing of what
// was acted on before. A time in the past is due at once.
func (p *Plans) Set(tx *catalog.Tx, plan Plan, at time.Time) error {
	if plan.Owner == "" || len(plan.Key) == 0 {
		return errors.New("set plan: owner or key is empty")
	}
	old, _, err := plans.Get(tx, plan.parts()...)
	if err != nil {
		return err
	}
	tx.After(p.tell)
	at = at.UTC()
	return put(tx, plan, old, record{At: at, Wake: at})
}

// Remove takes a plan away, if there is one, as part of the caller's
// transaction.
func (p *Plans) Remove(tx *catalog.Tx, plan Plan) error {
	old, ok, err := plans.Get(tx, plan.parts()...)
	if err != nil || !ok {
		return err
	}
	return remove(tx, plan, old)
}

// At returns a plan's next planned time, and whether there is such a plan.
func (p *Plans) At(r catalog.Reader, plan Plan) (time.Time, bool, error) {
	got, ok, err := plans.Get(r, plan.parts()...)
	return got.At, ok, err
}

// tell has the ticker look again.
func (p *Plans) tell() {
	select {
	case p.wake <- struct{}{}:
	default: // it will look anyway
	}
}
