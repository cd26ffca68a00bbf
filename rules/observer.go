package rules

import (
	"time"

	"skywatch/event"
)

// Observer hears of what happens on buses, once all that it causes is on disk:
// live tails and the router's own metrics. Its methods run on the path of
// events: they must be quick and never block.
type Observer interface {
	// Routed tells of an event that arrived on a bus.
	Routed(Routed)
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
	Targets int
}
