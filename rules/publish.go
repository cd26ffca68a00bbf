package rules

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets"
)

// DeliveryKind is the Delivery.Kind of what rules send.
const DeliveryKind = "rule-target"

// PutEvents takes events of a client. Each entry is taken or refused on its
// own; the deliveries of all that are taken are one transaction.
func (s *Service) PutEvents(ctx context.Context, t metric.Tenant, entries []Entry) ([]Result, error) {
	size := 0
	for i := range entries {
		size += entries[i].size()
	}
	if size > s.Limits.EntriesBytes {
		return nil, fault.New(fault.Validation, "Total size of the entries in the request is over the limit.").On("Entries")
	}
	results := make([]Result, len(entries))
	var out []targets.Delivery
	for i := range entries {
		ds, err := s.take(t, &entries[i], &results[i])
		if err != nil {
			return nil, err
		}
		out = append(out, ds...)
	}
	if len(out) == 0 {
		return results, nil
	}
	err := s.Catalog.Update(ctx, func(tx *catalog.Tx) error { return s.Outbox.Enqueue(tx, out...) })
	return results, err
}

// take judges one entry and returns the deliveries of its event.
func (s *Service) take(t metric.Tenant, e *Entry, result *Result) ([]targets.Delivery, error) {
	if *result = e.refuse(s.AllowReserved); result.Code != "" {
		return nil, nil
	}
	to, err := ParseBus(t, e.Bus)
	if err != nil {
		return nil, err
	}
	if !s.mayPut(t, to) {
		*result = Result{Code: "AccessDeniedException", Message: "Not authorized to put events on " + to.ARN() + "."} // (inferred)
		return nil, nil
	}
	now := s.Clock.Now().UTC()
	ev, err := e.event(t, now)
	if err != nil {
		return nil, err
	}
	result.EventID = ev.ID
	return s.deliveries(arrival{Event: ev, to: to, seed: ev.ID, at: now})
}

// Publish puts events of this house on the default buses of their accounts, in
// the transaction of their cause.
func (s *Service) Publish(tx *catalog.Tx, all ...event.Event) error {
	for _, e := range all {
		to := BusName{metric.Tenant{Account: e.Account, Region: e.Region}, DefaultBus}
		if err := s.arrive(tx, arrival{Event: e, to: to, seed: e.ID, at: s.Clock.Now().UTC()}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) arrive(tx *catalog.Tx, a arrival) error {
	ds, err := s.deliveries(a)
	if err != nil || len(ds) == 0 {
		return err
	}
	return s.Outbox.Enqueue(tx, ds...)
}

// arrival is an event on its way onto a bus.
type arrival struct {
	event.Event
	to BusName
	// seed makes the deliveries' IDs: the event's ID, or for an event that a
	// rule sent here the delivery's, as an event may come by several ways.
	seed string
	hops int // buses that sent it on before
	at   time.Time
}

// note is a delivery's own note, read when its target is a bus.
type note struct {
	Hops int `json:",omitempty"`
}

// deliveries returns what the rules that match an event send.
func (s *Service) deliveries(a arrival) ([]targets.Delivery, error) {
	to := s.routeTo(a.to)
	if to == nil {
		if a.to.Bus != DefaultBus {
			s.counts.unknownBus.Add(1)
			return nil, nil
		}
		s.counts.accepted.Add(1)
		return nil, nil
	}
	s.counts.accepted.Add(1)
	envelope, err := a.Envelope()
	if err != nil {
		return nil, err
	}
	found, err := to.rules.Match(envelope, nil)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	s.counts.matched.Add(uint64(len(found)))
	context, err := json.Marshal(note{a.hops})
	if err != nil {
		return nil, err
	}
	var out []targets.Delivery
	for _, l := range found {
		out = append(out, s.send(&a, l.now.Load(), envelope, string(context))...)
	}
	return out, nil
}

// send returns the deliveries of one rule.
func (s *Service) send(a *arrival, rule *compiled, envelope []byte, context string) []targets.Delivery {
	out := make([]targets.Delivery, 0, len(rule.targets))
	for i := range rule.targets {
		t := &rule.targets[i]
		message, err := rule.inputs[i].of(facts{envelope: envelope, ruleARN: rule.arn, rule: rule.Rule, ingested: a.at})
		if err != nil {
			// As in AWS nothing can be sent then, also not later.
			s.counts.noInput.Add(1)
			s.Logger.Warn("target's input cannot be made", "rule", rule.arn, "target", t.ID, "event", a.ID, "err", err)
			continue
		}
		d := targets.Delivery{
			ID:     uuid.NewSHA1(uuid.NameSpaceURL, []byte(a.seed+" "+rule.arn+" "+t.ID)).String(),
			Tenant: rule.Tenant, Cause: rule.arn, Target: t.ARN, Kind: DeliveryKind,
			Message: string(message), Context: context, Created: a.at, Retry: t.retry(),
			DeadLetter: t.DeadLetter,
		}
		if t.DeadLetter != "" && t.given() {
			d.Original = string(envelope)
		}
		out = append(out, d)
	}
	return out
}
