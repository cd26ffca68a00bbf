package alarms

import (
	"sync/atomic"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/schedule/ticker"
	"skywatch/targets"
)

// Outbox takes deliveries in the transaction of their cause. *targets.Outbox
// is one.
type Outbox interface {
	Enqueue(tx *catalog.Tx, d ...targets.Delivery) error
	// Carries reports whether something carries to a target.
	Carries(target string) bool
}

// EventSink takes events in the transaction of their cause; whoever is it keeps
// them in tables of its own until they are dealt with.
type EventSink interface {
	Publish(tx *catalog.Tx, e ...event.Event) error
}

// Options are what a Service works with.
type Options struct {
	Catalog *catalog.DB
	Outbox  Outbox
	// Events is nil as long as nothing takes events: none is kept then.
	Events EventSink
	// Vectors judges the text of PromQL queries: whether they give an instant
	// vector. Alarms on them are refused where it is nil.
	Vectors interface{ CheckVector(query string) error }
	// Plans takes the ends of mute windows; nil: plans that nobody acts on.
	Plans *ticker.Plans
}

// Service keeps alarms. It is safe for concurrent use.
type Service struct {
	opts Options
	// listener hears of changed alarms once they are on disk; an Evaluator.
	listener atomic.Pointer[Evaluator]
	// schedules are those of the mute rules.
	schedules muteSchedules
}

// NewService returns a service over the alarms in the catalog.
func NewService(o Options) *Service {
	if o.Plans == nil {
		o.Plans = ticker.NewPlans()
	}
	return &Service{opts: o}
}

// tell lets the evaluator know, once tx is on disk, that an alarm has changed.
func (s *Service) tell(tx *catalog.Tx, k Key) {
	tx.After(func() {
		if e := s.listener.Load(); e != nil {
			e.changed(k)
		}
	})
}
