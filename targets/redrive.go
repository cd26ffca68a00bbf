package targets

import (
	"context"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// Redrive puts a delivery that was given up back into the outbox, under the
// same ID, as long as the log keeps it. Its attempts and its age begin anew.
func (e *Engine) Redrive(ctx context.Context, account, id string) error {
	return e.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		var back []lostDelivery // one, unless a cause used one ID for several targets
		err := lost.Scan(tx, catalog.Range{Prefix: []string{account, id}}, func(_ []string, l lostDelivery) (bool, error) {
			back = append(back, l)
			return true, nil
		})
		if err != nil {
			return err
		}
		if len(back) == 0 {
			return fault.New(fault.NotFound, "There is no failed delivery with id %s.", id)
		}
		for i := range back {
			if err := e.putBack(tx, &back[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (e *Engine) putBack(tx *catalog.Tx, l *lostDelivery) error {
	d := l.Delivery
	key := []string{d.Account, d.Target, catalog.TimePart(l.Ended), d.ID}
	entry, ok, err := logged.Get(tx, key...)
	if err != nil {
		return err
	}
	if ok {
		entry.Redriven = e.now()
		if err := logged.Put(tx, entry, key...); err != nil {
			return err
		}
	}
	if err := lost.Delete(tx, d.Account, d.ID, d.Target); err != nil {
		return err
	}
	if err := lostOf.Delete(tx, key...); err != nil {
		return err
	}
	d.Created = e.now()
	return e.Outbox.Enqueue(tx, d)
}
