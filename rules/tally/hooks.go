package tally

import (
	"time"

	"skywatch/catalog"
	"skywatch/rules"
	"skywatch/targets"
)

var _ rules.Observer = (*Tally)(nil)

func (t *Tally) add(c *cell, f figure, v float64) { c[f].add(v, t.table[f].spread) }

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
		t.at(place{rule: m.ARN}, r.At, func(c *cell) {
			t.add(c, matchedByRule, 1)
			t.add(c, triggeredRules, 1)
		})
	}
	t.at(place{Tenant: r.Bus.Tenant, bus: r.Bus.Bus}, r.At, func(c *cell) {
		t.add(c, matchedEvents, 1)
		t.add(c, invocationsCreated, float64(created))
	})
}

// Put implements rules.Observer.
func (t *Tally) Put(p rules.Put) {
	t.at(place{Tenant: p.Tenant}, p.At, func(c *cell) {
		t.add(c, putCalls, 1)
		if p.Err != nil {
			t.add(c, putFailures, 1)
		} else {
			t.add(c, putSuccesses, 1)
		}
		t.add(c, putEntries, float64(p.Entries))
		t.add(c, putFailedEntries, float64(p.Failed))
		t.add(c, putLatency, millis(p.Took))
		t.add(c, putSize, float64(p.Bytes))
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
	t.at(place{rule: d.Cause}, end, func(c *cell) {
		t.add(c, invocationAttempts, 1)
		if a.Number == 1 {
			t.add(c, startLatency, millis(a.At.Sub(d.Created)))
			t.add(c, completeLatency, millis(end.Sub(d.Created)))
		} else {
			t.add(c, retryAttempts, 1)
		}
		switch {
		case f == nil:
			t.add(c, successfulAttempts, 1)
			t.add(c, successLatency, millis(end.Sub(d.Created)))
		case f.Code == targets.Throttling:
			t.add(c, throttledRules, 1)
		}
	})
}

// Ended hears how a delivery ended (targets.Options.Outcomes).
func (t *Tally) Ended(tx *catalog.Tx, o targets.Outcome) error {
	tx.After(func() { t.ended(&o) })
	return nil
}

func (t *Tally) ended(o *targets.Outcome) {
	t.at(place{rule: o.Delivery.Cause}, o.At, func(c *cell) {
		switch {
		case o.Err == "":
			t.add(c, invocations, 1)
		case o.Reason == rules.TooManyBuses:
			t.add(c, deadLetterInvocations, 1)
		default:
			t.add(c, invocations, 1)
			t.add(c, failedInvocations, 1)
		}
		if o.Buried {
			t.add(c, sentToDLQ, 1)
		}
		if o.LetterErr != "" {
			t.add(c, failedToDLQ, 1)
		}
	})
}
