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

// putEvents is PutEvents without the observer.
func (s *Service) putEvents(ctx context.Context, t metric.Tenant, entries []Entry) ([]Result, error) {
	if sizeOf(entries) > s.Limits.EntriesBytes {
		return nil, fault.New(fault.Validation, "Total size of the entries in the request is over the limit.").On("Entries")
	}
	results := make([]Result, len(entries))
	var all []*routing
	for i := range entries {
		r, err := s.take(t, &entries[i], &results[i])
		if err != nil {
			return nil, err
		}
		if r != nil {
			all = append(all, r)
		}
	}
	return results, s.commitAll(ctx, all)
}

// take judges one entry and routes its event; nil means that it is refused.
func (s *Service) take(t metric.Tenant, e *Entry, result *Result) (*routing, error) {
	detail, no := e.refuse(s.AllowReserved)
	if no.Code != "" {
		*result = no
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
	ev := e.event(t, detail, now)
	result.EventID = ev.ID
	return s.route(arrival{Event: ev, to: to, seed: ev.ID, trace: e.Trace, at: now, compact: true})
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
	r, err := s.route(a)
	if err != nil {
		return err
	}
	return s.commit(tx, r)
}

// arrival is an event on its way onto a bus.
type arrival struct {
	event.Event
	to BusName
	// seed makes the deliveries' IDs: the event's ID, or for an event that a
	// rule sent here the delivery's, as an event may come by several ways.
	seed  string
	hops  int // buses that sent it on before
	at    time.Time
	trace string // an X-Ray trace header
	// compact says that the detail is known to be JSON without white space.
	compact bool
	// only are the ARNs of the rules that may see it; nil: all.
	only map[string]bool
}

// encode returns the event's envelope.
func (a *arrival) encode() ([]byte, error) {
	if a.compact {
		return a.AppendEnvelope(nil), nil
	}
	return a.Envelope()
}

// routing is an event and what its bus makes of it.
type routing struct {
	arrival
	nowhere  bool // there is no such bus
	envelope []byte
	matched  []*compiled
	sends    []targets.Delivery
	logged   BusLog // what the bus wants logged
}

func (r *routing) seen() Routed {
	out := Routed{Bus: r.to, Event: r.Event, Envelope: r.envelope, At: r.at}
	for _, rule := range r.matched {
		out.Rules = append(out.Rules, Matched{rule.RuleName, rule.arn, len(rule.targets)})
	}
	return out
}

// note is a delivery's own note, read when its target is a bus.
type note struct {
	Hops int `json:",omitempty"`
	// Replay is the name of the replay that caused the delivery.
	Replay string `json:",omitempty"`
}

func (n note) text() (string, error) {
	if n == (note{}) {
		return "{}", nil
	}
	b, err := json.Marshal(n)
	return string(b), err
}

// route finds what the rules that match an event send.
func (s *Service) route(a arrival) (*routing, error) {
	r := &routing{arrival: a}
	to := s.routeTo(a.to)
	if to == nil && a.to.Bus != DefaultBus {
		s.counts.unknownBus.Add(1)
		r.nowhere = true
		return r, nil
	}
	s.counts.accepted.Add(1)
	var err error
	if r.envelope, err = a.encode(); err != nil || to == nil {
		return r, err
	}
	bus := to.settings.Load()
	r.logged = bus.Log
	found, err := to.rules.Match(r.envelope, nil)
	if err != nil || len(found) == 0 {
		return r, err
	}
	for _, l := range found {
		if rule := l.now.Load(); a.only == nil || a.only[rule.arn] {
			r.matched = append(r.matched, rule)
		}
	}
	return r, s.sendAll(r, bus)
}

// sendAll makes the deliveries of the rules that an event matched on a bus.
func (s *Service) sendAll(r *routing, bus *Bus) error {
	context, err := note{r.hops, r.replay()}.text()
	if err != nil {
		return err
	}
	for _, rule := range r.matched {
		r.sends = append(r.sends, s.send(&r.arrival, rule, r.envelope, context)...)
	}
	s.counts.matched.Add(uint64(len(r.matched)))
	bus.bury(r.sends)
	return nil
}

// send returns the deliveries of one rule.
func (s *Service) send(a *arrival, rule *compiled, envelope []byte, context string) []targets.Delivery {
	out := make([]targets.Delivery, 0, len(rule.targets))
	for i := range rule.targets {
		t := &rule.targets[i]
		d := targets.Delivery{
			ID:     uuid.NewSHA1(uuid.NameSpaceURL, []byte(a.seed+" "+rule.arn+" "+t.ID)).String(),
			Tenant: rule.Tenant, Cause: rule.arn, Target: t.ARN, Kind: DeliveryKind, Group: t.MessageGroupID,
			Context: context, Trace: a.trace, Created: a.at, Retry: t.retry(), DeadLetter: t.DeadLetter, Shaped: t.given(),
			OfFailure: a.Source == GivenUpSource,
		}
		if message, err := rule.inputs[i].of(facts{envelope: envelope, ruleARN: rule.arn, rule: rule.Rule, ingested: a.at}); err != nil {
			// As in AWS nothing can be sent then, also not later.
			s.counts.noInput.Add(1)
			s.Logger.Warn("target's input cannot be made", "rule", rule.arn, "target", t.ID, "event", a.ID, "err", err)
			d.Unsendable = "The input cannot be made: " + err.Error()
			d.Message = string(envelope)
		} else {
			d.Message = string(message)
		}
		if found, err := rule.parameters[i].of(envelope); err != nil {
			s.counts.noInput.Add(1)
			d.Unsendable, d.Message = "The parameters cannot be made: "+err.Error(), string(envelope)
		} else {
			d.Parameters = found
		}
		if a.hops >= maxHops && targets.KindOf(t.ARN) == targets.Bus {
			s.counts.looped.Add(1)
			d.Unsendable = TooManyBuses
		}
		if t.DeadLetter != "" && t.given() && d.Unsendable == "" {
			d.Original = string(envelope)
		}
		out = append(out, d)
	}
	return out
}
