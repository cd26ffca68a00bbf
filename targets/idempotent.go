package targets

import (
	"context"
	"time"

	"skywatch/catalog"
)

// What goes to an Idempotent target at once, at most.
const (
	mostTogether      = 500
	mostBytesTogether = 1 << 20 // of messages; a single one may be longer
)

// Idempotent is a target that may be handed the same delivery again and again
// to the effect of once: the delivery's ID is its key. So no attempt is recorded
// before it is made, and what waits behind the delivery whose turn it is goes
// along. send returns what became of each, nil where the target has taken it
// for good.
func Idempotent(send func(context.Context, []Delivery) []error) Target {
	return Target{together: send}
}

// together hands d and those behind it to their target and ends, in one commit,
// those that it took. A refusal counts for d alone: the turn of the others
// comes.
func (e *Engine) together(ctx context.Context, t Target, d *Delivery) (bool, *Failure, error) {
	all, err := e.behind(d)
	if err != nil || len(all) == 0 {
		return err == nil, nil, err
	}
	// What was found may be on its way to the disk only: a target that has it
	// after a crash must not be the only one.
	if err := e.Catalog.Sync(); err != nil {
		return false, nil, err
	}
	began := e.now()
	results := t.together(ctx, all)
	var taken []Delivery
	for i, err := range results {
		if err == nil {
			taken = append(taken, all[i])
		}
	}
	if err := e.took(taken, began, d.ID); err != nil {
		return false, nil, err
	}
	if results[0] != nil {
		failure := failureOf(results[0])
		d.begin(began) // fail records it
		d.conclude(e.now(), failure)
		return false, failure, nil
	}
	*d = taken[0]
	return true, nil, nil
}

// behind returns d, if it still waits, and deliveries to its target that are
// due after it.
func (e *Engine) behind(d *Delivery) (all []Delivery, err error) {
	now, bytes := e.now(), len(d.Message)
	b := e.breakers.of(d.Target)
	rg := catalog.Range{Prefix: []string{d.Target}, After: d.key()}
	err = e.Catalog.View(func(r catalog.Reader) error {
		if ok, err := present(r, d); err != nil || !ok {
			return err
		}
		all = append(all, *d)
		return waiting.Scan(r, rg, func(_ []string, next Delivery) (bool, error) {
			if bytes += len(next.Message); next.NextAttempt.After(now) || len(all) == mostTogether || bytes > mostBytesTogether {
				return false, nil
			}
			if next.Unsendable == "" && e.overaged(&next, b) == nil {
				all = append(all, next)
			}
			return true, nil
		})
	})
	return all, err
}

// took ends deliveries that their target took in an attempt each, which began
// at the given time. Whoever made the attempt of the one with the ID first
// counts that.
func (e *Engine) took(all []Delivery, began time.Time, first string) error {
	return e.Catalog.Update(context.Background(), func(tx *catalog.Tx) error {
		for i := range all {
			d := &all[i]
			if ok, err := present(tx, d); err != nil || !ok {
				if err != nil {
					return err
				}
				continue
			}
			if err := waiting.Delete(tx, d.key()...); err != nil {
				return err
			}
			d.begin(began)
			d.conclude(e.now(), nil)
			if err := e.tell(tx, Outcome{Delivery: *d, At: e.now()}); err != nil {
				return err
			}
			if d.ID != first {
				tx.After(func() { e.alongside(d) })
			}
		}
		return nil
	})
}

// alongside counts an attempt that went along with another.
func (e *Engine) alongside(d *Delivery) {
	e.attempts.Add(1)
	e.attempted(d, nil)
}
