package rules

import (
	"encoding/json"
	"strings"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/targets"
)

// Replay says how events of the past come onto a bus again.
type Replay struct {
	Name string // becomes the events' replay-name
	To   BusName
	// Seed makes the IDs of the deliveries, together with the event's ID: the
	// same event replayed again under the same seed has the same deliveries.
	Seed string
	// Only are the ARNs of the rules that see the events; nil: all.
	Only map[string]bool
}

// Replayed is an event of the past and what its bus makes of it now.
type Replayed struct{ r *routing }

// Deliveries is how many deliveries it causes.
func (r Replayed) Deliveries() int { return len(r.r.sends) }

// Route finds what the rules of a bus make of an event that is replayed.
func (s *Service) Route(p Replay, e event.Event) (Replayed, error) {
	e.ReplayName = p.Name
	r, err := s.route(arrival{Event: e, to: p.To, seed: p.Seed + " " + e.ID, at: s.Clock.Now().UTC(), only: p.Only})
	return Replayed{r}, err
}

// Replay puts routed events on their bus, within tx.
func (s *Service) Replay(tx *catalog.Tx, all ...Replayed) error {
	for _, r := range all {
		if err := s.commit(tx, r.r); err != nil {
			return err
		}
	}
	return nil
}

// HasBus refuses where there is no such bus.
func (s *Service) HasBus(r catalog.Reader, n BusName) error {
	_, err := getBus(r, n)
	return err
}

// replay is what a delivery's note says of the replay that caused it: its name,
// where the delivery is of the bus onto which the replay put the event.
func (a *arrival) replay() string {
	if a.hops > 0 {
		return ""
	}
	return a.ReplayName
}

// ReplayOf returns the name of the replay, in the delivery's account and region,
// that caused a delivery; empty if none did.
func ReplayOf(d *targets.Delivery) string {
	var n note
	if d.Kind != DeliveryKind || !strings.Contains(d.Context, "Replay") || json.Unmarshal([]byte(d.Context), &n) != nil {
		return ""
	}
	return n.Replay
}
