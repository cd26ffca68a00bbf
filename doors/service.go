package doors

import (
	"context"
	"time"

	"skywatch/catalog"
	"skywatch/rules"
)

// Sealer encrypts secrets at rest. What it seals opens only under the same
// binding, which names the record that holds it.
type Sealer interface {
	Seal(secret string, binding ...string) []byte
	Open(sealed []byte, binding ...string) (string, error)
}

// Options are what a Service works with.
type Options struct {
	Catalog *catalog.DB
	Rules   *rules.Service
	Sealer  Sealer
	Now     func() time.Time
	// Senders is the clock of other systems, by which they sign; nil: Now.
	Senders func() time.Time
}

// Service is the doors. It is safe for concurrent use; Run does its background
// work.
type Service struct{ Options }

// New returns a service over the sources in the catalog.
func New(o Options) *Service {
	if o.Senders == nil {
		o.Senders = o.Now
	}
	return &Service{o}
}

// Taken is what became of an event.
type Taken struct {
	EventID string `json:"EventId"`
	// Repeated says that it had been taken before, as that event.
	Repeated bool `json:",omitempty"`
}

// arrival is an event of another system on its way in.
type arrival struct {
	rules.Entry
	// key is its identity in its door; empty: it has none.
	key string
}

// way is where the events of a request go.
type way struct {
	to rules.BusName
	// door tells the identities of one sender from those of another.
	door string
	// window is how long an identity is remembered.
	window time.Duration
}

// take puts events on a bus: all of them, but for those taken before, or none.
func (s *Service) take(ctx context.Context, w way, all []arrival) (out []Taken, err error) {
	if _, err := s.Rules.Bus(w.to); err != nil {
		return nil, err
	}
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		out, err = s.put(tx, w, all)
		return err
	})
	return out, err
}

func (s *Service) put(tx *catalog.Tx, w way, all []arrival) ([]Taken, error) {
	now := s.Now().UTC()
	out := make([]Taken, len(all))
	first := map[string]int{} // the place of an identity's first event
	var entries []rules.Entry
	var places []int // of entries, in all
	for i, a := range all {
		if a.key != "" {
			id, before, err := w.seen(tx, a.key, now)
			if err != nil {
				return nil, err
			}
			if before {
				out[i] = Taken{id, true}
				continue
			}
			if _, again := first[a.key]; again {
				continue
			}
			first[a.key] = i
		}
		a.Bus = w.to.Bus
		entries, places = append(entries, a.Entry), append(places, i)
	}
	ids, err := s.Rules.Accept(tx, w.to.Tenant, entries)
	if err != nil {
		return nil, placed(err, places, len(all))
	}
	for n, i := range places {
		out[i] = Taken{EventID: ids[n]}
		if err := w.remember(tx, all[i].key, ids[n], now); err != nil {
			return nil, err
		}
	}
	for i := range out {
		if out[i].EventID == "" {
			out[i] = Taken{out[first[all[i].key]].EventID, true}
		}
	}
	return out, nil
}
