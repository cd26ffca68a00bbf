package function

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/targets"
)

// The kinds of the deliveries that this room causes.
const (
	InvocationKind  = "function-invocation"
	DestinationKind = "function-destination"
)

// note goes along with an invocation in the outbox.
type note struct {
	Qualifier string `json:",omitempty"`
	Context   string `json:",omitempty"` // the caller's
	// Trace is the header that came with the cause, with a root.
	Trace string `json:",omitempty"`
}

// backoff is the time between attempts that a throttle or trouble of ours
// ended (Lambda developer guide: 1 second to 5 minutes).
func backoff() []time.Duration {
	var all []time.Duration
	for d := time.Second; d < 5*time.Minute; d *= 2 {
		all = append(all, d)
	}
	return append(all, 5*time.Minute)
}

// Enqueue commits an invocation that nobody waits for.
func (s *Service) Enqueue(ctx context.Context, c Call) error {
	if s.off() {
		return disabled()
	}
	if err := c.check(maxAsync); err != nil {
		return err
	}
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		return s.enqueue(tx, &c, targets.Delivery{Cause: c.ARN()})
	})
}

// Deliver commits an invocation for a delivery to a function, within the
// transaction that ends the delivery: from there on the rules of asynchronous
// invocation hold. It is the target of kind targets.Function.
func (s *Service) Deliver(tx *catalog.Tx, d targets.Delivery) error {
	n, qualifier, ok := parseARN(d.Target)
	switch {
	case !ok:
		return lost(targets.NoResource, "nothing here carries to %s", d.Target)
	case n.Tenant != d.Tenant:
		return lost(targets.NoPermissions, "%s belongs to another account or region", d.Target)
	case s.off():
		return lost(targets.NoPermissions, "%v", disabled())
	}
	c := Call{Name: n, Qualifier: qualifier, Payload: []byte(d.Message), RequestID: uuid.NewString(), Trace: d.Trace}
	if err := c.check(maxAsync); err != nil {
		return err
	}
	return s.enqueue(tx, &c, d)
}

// enqueue commits an invocation that has a cause.
func (s *Service) enqueue(tx *catalog.Tx, c *Call, cause targets.Delivery) error {
	if err := s.mustBe(tx, c.Name, c.Qualifier); err != nil {
		return err
	}
	config, _, err := asyncConfig.Get(tx, c.asyncKey(c.Qualifier)...)
	if err != nil {
		return err
	}
	b, err := json.Marshal(note{Qualifier: c.Qualifier, Context: c.Context, Trace: rooted(c.Trace, s.now())})
	if err != nil {
		return err
	}
	return s.Outbox.Enqueue(tx, targets.Delivery{
		ID: c.RequestID, Tenant: c.Tenant, Cause: cause.Cause, Target: c.invocation(), Kind: InvocationKind,
		Message: string(c.Payload), Context: string(b), OfFailure: cause.OfFailure, Created: s.now(),
		// How often is decided by Send, which tells errors of the function from trouble.
		Retry: &targets.Retry{Max: 1 << 30, MaxAge: config.age(), Delays: backoff()},
	})
}
