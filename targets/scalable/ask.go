package scalable

import (
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets"
	"skywatch/targets/scaling/steps"
)

// ask is what waits for the capacity to be known: a policy that an alarm
// triggered, or bounds that changed. There is one of each policy and one of the
// bounds: what comes again is asked anew.
type ask struct {
	Name
	ID     string // of this ask: another has another
	Policy string `json:",omitempty"` // empty: the bounds
	// Distance is of the metric from the alarm's threshold.
	Distance float64 `json:",omitempty"`
	// Value is the metric, for a policy that tracks a target; Low says that it is
	// below it.
	Value float64 `json:",omitempty"`
	Low   bool    `json:",omitempty"`
	// Newest is when the period of the newest datapoint began; zero: not told.
	Newest time.Time `json:",omitzero"`
	Cause  string    `json:",omitempty"`
	At     time.Time
	// Calls of the driver that told nothing; the next is not before Next.
	Calls int       `json:",omitempty"`
	Next  time.Time `json:",omitzero"`
}

func (a *ask) parts() []string {
	if a.Policy == "" {
		return a.key("bounds")
	}
	return a.key("policy", a.Policy)
}

// put keeps an ask, and has Run look at it when it is time.
func (s *Service) put(tx *catalog.Tx, a ask) error {
	if a.Next.After(s.now()) {
		slot := a.parts()
		if err := s.Plans.Set(tx, retryPlan(a.Name, slot[len(a.key()):]...), a.Next); err != nil {
			return err
		}
	}
	tx.After(func() { s.tell(a.Name) })
	return asks.Put(tx, a, a.parts()...)
}

// askBounds has the capacity brought within the bounds.
func (s *Service) askBounds(tx *catalog.Tx, n Name, next time.Time) error {
	return s.put(tx, ask{Name: n, ID: uuid.NewString(), At: s.now(), Next: next})
}

// Deliver takes what an alarm has a policy do, in the transaction that removes
// the delivery. It acts once the driver has told the capacity.
func (s *Service) Deliver(tx *catalog.Tx, d targets.Delivery) error {
	p, err := policyOf(tx, d)
	if err != nil {
		return err
	}
	a, err := steps.Read(d)
	if err != nil {
		return err
	}
	made := ask{
		Name: p.Name, ID: d.ID, Policy: p.Policy, At: s.now(),
		Cause: "monitor alarm " + a.Name + " in state " + a.State + " triggered policy " + p.Policy,
	}
	if p.Type != TargetTrackingScaling {
		made.Distance, err = a.Distance(p.Aggregation)
	} else if a.State != "ALARM" {
		return nil // an action that somebody added to it
	} else {
		err = s.measure(tx, p, &a, &made)
	}
	if err != nil {
		return err
	}
	return s.put(tx, made)
}

// policyOf finds the policy that a delivery is for.
func policyOf(r catalog.Reader, d targets.Delivery) (*Policy, error) {
	missing := fault.New(fault.NotFound, "There is no scaling policy %s here.", d.Target)
	at, id, ok := policyID(d.Target)
	if !ok || at != d.Tenant {
		return nil, missing
	}
	key, ok, err := policyKeys.Get(r, at.Account, at.Region, id)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, missing
	}
	p, ok, err := policies.Get(r, key...)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, missing
	}
	return &p, nil
}
