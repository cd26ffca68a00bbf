package rules

import (
	"context"
	"time"

	"skywatch/event"
	"skywatch/metric"
)

// Observer hears of what happens on buses, once all that it causes is on disk:
// live tails and the router's own metrics. Its methods run on the path of
// events: they must be quick and never block.
type Observer interface {
	// Routed tells of an event that arrived on a bus.
	Routed(Routed)
	// Put tells of a PutEvents that was answered.
	Put(Put)
}

// Routed is an event that arrived on a bus and the rules that took it.
type Routed struct {
	Bus   BusName
	Event event.Event
	// Envelope is the event as targets get it; it must not be changed.
	Envelope []byte
	Rules    []Matched
	At       time.Time // when it arrived
}

// Matched is a rule that an event matched, and how many targets it has.
type Matched struct {
	RuleName
	ARN     string
	Targets int
}

// Put is what became of a PutEvents.
type Put struct {
	metric.Tenant // the caller's
	At            time.Time
	Took          time.Duration
	// Entries is how many there were and Failed how many of them were refused;
	// Bytes is their size as EventBridge counts it.
	Entries, Failed, Bytes int
	// Err is why the request as a whole was refused.
	Err error
}

// PutEvents takes events of a client. Each entry is taken or refused on its
// own; the deliveries of all that are taken are one transaction.
func (s *Service) PutEvents(ctx context.Context, t metric.Tenant, entries []Entry) ([]Result, error) {
	if s.Observer == nil {
		return s.putEvents(ctx, t, entries)
	}
	began := s.Clock.Now()
	results, err := s.putEvents(ctx, t, entries)
	now := s.Clock.Now()
	put := Put{Tenant: t, At: now.UTC(), Took: now.Sub(began), Entries: len(entries), Bytes: sizeOf(entries), Err: err}
	for i := range results {
		if results[i].Code != "" {
			put.Failed++
		}
	}
	if err != nil {
		put.Failed = len(entries)
	}
	s.Observer.Put(put)
	return results, err
}

// Observers is several of them as one.
type Observers []Observer

// Routed implements Observer.
func (all Observers) Routed(r Routed) {
	for _, o := range all {
		o.Routed(r)
	}
}

// Put implements Observer.
func (all Observers) Put(p Put) {
	for _, o := range all {
		o.Put(p)
	}
}

// ParseRule reads the ARN of a rule, such as the Cause of a delivery of
// DeliveryKind.
func ParseRule(arn string) (RuleName, bool) { return ruleOf(arn) }
