package targets

import (
	"time"

	"skywatch/catalog"
)

// Ahead looks among the first limit deliveries that wait for d's target for one
// that was created before d and of which same says that it is about the same thing.
// It returns when that one is tried next. Deliveries of one target know no order of
// their own; a kind of target whose receiver needs one holds back what is early.
func Ahead(r catalog.Reader, d *Delivery, limit int, same func(*Delivery) bool) (next time.Time, found bool, err error) {
	err = waiting.Scan(r, catalog.Range{Prefix: []string{d.Target}}, func(_ []string, other Delivery) (bool, error) {
		if other.Created.Before(d.Created) && same(&other) {
			next, found = other.NextAttempt, true
		}
		limit--
		return !found && limit > 0, nil
	})
	return next, found, err
}
