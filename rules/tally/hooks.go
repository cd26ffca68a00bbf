package tally

import (
	"time"

	"skywatch/catalog"
	"skywatch/ingest/gather"
	"skywatch/rules"
	"skywatch/targets"
)

var _ rules.Observer = (*Tally)(nil)

// Routed implements rules.Observer. An event that no rule matched counts
// nowhere, as in AWS.
func (t *Tally) Routed(r rules.Routed) {
	if len(r.Rules) == 0 {
		return
	}
	created := 0
	for i := range r.Rules {
		m := &r.Rules[i]
		created += m.Targets
		t.At(place{rule: m.ARN}, r.At, func(c *gather.Cell) {
			c.Add(matchedByRule, 1)
			c.Add(triggeredRules, 1)
		})
	}
	t.At(place{Tenant: r.Bus.Tenant, bus: r.Bus.Bus}, r.At, func(c *gather.Cell) {
		c.Add(matchedEvents, 1)
		c.Add(invocationsCreated, float64(created))
	})
}

// Put implements rules.Observer.
func (t *Tally) Put(p rules.Put) {
	t.At(place{Tenant: p.Tenant}, p.At, func(c *gather.Cell) {
		c.Add(putCalls, 1)
		if p.Err != nil {
			c.Add(putFailures, 1)
		} else {
			c.Add(putSuccesses, 1)
		}
		c.Add(putEntries, float64(p.Entries))
		c.Add(putFailedEntries, float64(p.Failed))
		c.Add(putLatency, millis(p.Took))
		c.Add(putSize, float64(p.Bytes))
	})
}

func millis(d time.Duration) float64 { return max(0, float64(d)/float64(time.Millisecond)) }

// Attempted hears of an attempt (targets.Options.Attempted).
func (t *Tally) Attempted(d *targets.Delivery, f *targets.Failure) {
	if d.Kind != rules.DeliveryKind || len(d.Tried) == 0 {
		return
	}
	a := &d.Tried[len(d.Tried)-1]
	end := a.At.Add(time.Duration(a.Took) * time.Millisecond)
	t.At(place{rule: d.Cause}, end, func(c *gather.Cell) {
		c.Add(invocationAttempts, 1)
		if a.Number == 1 {
			c.Add(startLatency, millis(a.At.Sub(d.Created)))
			c.Add(completeLatency, millis(end.Sub(d.Created)))
		} else {
			c.Add(retryAttempts, 1)
		}
		switch {
		case f == nil:
			c.Add(successfulAttempts, 1)
			c.Add(successLatency, millis(end.Sub(d.Created)))
		case f.Code == targets.Throttling:
			c.Add(throttledRules, 1)
		}
	})
}

// Ended hears how a delivery ended (targets.Options.Outcomes).
func (t *Tally) Ended(tx *catalog.Tx, o targets.Outcome) error {
	tx.After(func() { t.ended(&o) })
	return nil
}

func (t *Tally) ended(o *targets.Outcome) {
	t.At(place{rule: o.Delivery.Cause}, o.At, func(c *gather.Cell) {
		switch {
		case o.Err == "":
			c.Add(invocations, 1)
		case o.Reason == rules.TooManyBuses:
			c.Add(deadLetterInvocations, 1)
		default:
			c.Add(invocations, 1)
			c.Add(failedInvocations, 1)
		}
		if o.Buried {
			c.Add(sentToDLQ, 1)
		}
		if o.LetterErr != "" {
			c.Add(failedToDLQ, 1)
		}
	})
}
