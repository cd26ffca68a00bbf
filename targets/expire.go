package targets

import (
	"errors"

	"skywatch/catalog"
)

// sweepSize is how many waiting deliveries one search for the overaged visits:
// few, for there is a search per dead target every 30 s. The overaged in front
// of the queue need none.
const sweepSize = 100

// overaged returns the failure that ends a delivery without another attempt,
// because its time is over; nil while it is not. A delivery that nobody tried
// is tried at any age, unless its target has been found dead in this life: a
// breaker does not extend the age.
func (e *Engine) overaged(d *Delivery, b breaker) *Failure {
	switch {
	case e.now().Sub(d.Created) <= d.retry().MaxAge:
		return nil
	case d.Attempts > 0:
		return d.lastFailure()
	case b.open() && b.last != nil:
		return b.last
	}
	return nil
}

// lastFailure is the one that LastError tells of.
func (d *Delivery) lastFailure() *Failure {
	if d.LastCode == "" {
		return &Failure{Code: Timeout, Err: errors.New(d.LastError)} // cut short by our own end
	}
	return &Failure{Code: d.LastCode, Err: errors.New(d.LastError)}
}

// expire ends the overaged deliveries of a target whose breaker is open. It
// goes on where the last call stopped, so that a long queue does not make one
// probe long; what it has not come to yet ends when its turn comes.
func (e *Engine) expire(target string, b breaker) error {
	rg := catalog.Range{Prefix: []string{target}, After: b.swept}
	var over []Delivery
	var last []string
	visited, now := 0, e.now()
	err := e.Catalog.View(func(r catalog.Reader) error {
		return waiting.Scan(r, rg, func(key []string, d Delivery) (bool, error) {
			if visited++; d.NextAttempt.After(now) {
				return false, nil
			}
			if e.overaged(&d, b) != nil {
				over = append(over, d)
			}
			if visited == sweepSize {
				last = key
			}
			return visited < sweepSize, nil
		})
	})
	if err != nil {
		return err
	}
	e.breakers.sweep(target, last)
	for i := range over {
		if err := e.end(&over[i], e.overaged(&over[i], b), maximumAge); err != nil {
			return err
		}
	}
	return nil
}
