package rules

import (
	"encoding/json"
	"fmt"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/metric"
	"skywatch/targets"
)

// maxHops is how many buses may send an event on before it is taken for one
// that runs in a circle (events.md 4.1).
const maxHops = 8

// TooManyBuses is the Outcome.Reason of a delivery that ended for maxHops.
const TooManyBuses = "the event passed through too many buses"

// Deliver puts an event that a rule sends to a bus on that bus, within tx. It
// is the target of kind targets.Bus.
func (s *Service) Deliver(tx *catalog.Tx, d targets.Delivery) error {
	to, ok := busOf(d.Target)
	if !ok {
		return &targets.Failure{Code: targets.NoResource, Permanent: true, Err: fmt.Errorf("nothing here carries to %s", d.Target)}
	}
	if s.routeTo(to) == nil && to.Bus != DefaultBus {
		return noBus(to)
	}
	if !s.mayPut(d.Tenant, to) {
		return &targets.Failure{Code: targets.NoPermissions, Permanent: true, Err: fmt.Errorf("the policy of %s does not let account %s put events", d.Target, d.Account)}
	}
	e, n, err := readForwarded(d)
	if err != nil {
		return &targets.Failure{Code: targets.ClientError, Permanent: true, Err: err}
	}
	return s.arrive(tx, arrival{Event: e, to: to, seed: d.ID, hops: n.Hops + 1, trace: d.Trace, at: s.Clock.Now().UTC()})
}

func readForwarded(d targets.Delivery) (e event.Event, n note, err error) {
	if err := json.Unmarshal([]byte(d.Message), &e); err != nil {
		return e, n, fmt.Errorf("read event: %w", err)
	}
	if d.Context == "" { // another room's delivery
		return e, n, nil
	}
	return e, n, json.Unmarshal([]byte(d.Context), &n)
}

// mayPut reports whether an account may put events on a bus: its own, or one
// whose policy lets it.
func (s *Service) mayPut(from metric.Tenant, to BusName) bool {
	if from.Account == to.Account {
		return true
	}
	r := s.routeTo(to)
	// A bus that is not there lets events vanish, for everybody.
	return r == nil && to.Bus != DefaultBus || r != nil && r.policy.Load().allows(from.Account, to.ARN())
}
