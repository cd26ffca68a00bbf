package topic

import (
	"errors"
	"time"

	"skywatch/catalog"
	"skywatch/targets"
)

const (
	// aheadSearched is how many deliveries that wait for a FIFO topic are looked at
	// for one that goes first: among more than that their order is not kept.
	aheadSearched = 500
	aheadWait     = time.Second
)

var errNotYet = errors.New("an earlier message of the group is still on its way")

// turn holds a delivery to a FIFO topic back while an earlier one of its group, such
// as an alarm's state before, waits in the outbox.
func turn(r catalog.Reader, n Name, d *targets.Delivery) error {
	if !n.fifo() {
		return nil
	}
	_, early, err := targets.Ahead(r, d, aheadSearched, func(other *targets.Delivery) bool { return other.Group == d.Group })
	if err != nil || !early {
		return err
	}
	return &targets.Failure{Code: targets.Throttling, Answered: true, After: aheadWait, Err: errNotYet}
}
