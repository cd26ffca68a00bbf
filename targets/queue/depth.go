package queue

import (
	"context"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// Depth is how a queue stands.
type Depth struct {
	Name
	Fifo bool
	// Visible can be received; InFlight was and is neither deleted nor visible
	// again; Delayed cannot be received yet.
	Visible, InFlight, Delayed int
	// Age is that of the oldest message, without those of a standard queue that
	// were received three times; 0 if there is none.
	Age time.Duration
	// Groups is how many message groups of a FIFO queue have messages in flight.
	Groups int
	// Grouped says that a standard queue is fair between groups; Noisy is how many
	// of them have more than their share.
	Grouped bool
	Noisy   int
}

// Messages is how many there are.
func (d *Depth) Messages() int { return d.Visible + d.InFlight + d.Delayed }

// depthChunk is how many queues one transaction looks at: few enough not to keep
// others waiting.
const depthChunk = 50

// Depths returns how the queues of these names stand; those that are not there
// are left out. It reads a bounded number of messages of each, and none where
// nothing has changed since the last time.
func (s *Service) Depths(ctx context.Context, names []Name) (all []Depth, err error) {
	for len(names) > 0 && err == nil {
		chunk := names[:min(depthChunk, len(names))]
		names = names[len(chunk):]
		from := len(all)
		err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error { // it writes nothing
			all = all[:from]
			for _, n := range chunk {
				q, err := s.current(tx, n)
				if fault.Is(err, fault.NotFound) {
					continue
				}
				if err != nil {
					return err
				}
				d, err := s.depth(tx, &q)
				if err != nil {
					return err
				}
				all = append(all, d)
			}
			return nil
		})
	}
	return all, err
}

func (s *Service) depth(tx *catalog.Tx, q *record) (d Depth, err error) {
	d = Depth{Name: q.Name, Fifo: q.fifo()}
	total, since, err := s.holding(tx, q)
	if err != nil {
		return d, err
	}
	hidden, err := s.countHidden(tx, q.store())
	if err != nil {
		return d, err
	}
	d.Visible, d.InFlight, d.Delayed, d.Groups = hidden.visible(total), hidden.inFlight, hidden.delayed, hidden.groups
	d.Grouped, d.Noisy = s.shelves.get(q.store()).noisyGroups()
	if !since.IsZero() {
		d.Age = max(0, s.now().Sub(since))
	}
	return d, nil
}

// noisyGroups counts the noisy ones; ok is false where no group has anything in
// flight.
func (s *shelf) noisyGroups() (ok bool, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, inFlight := range s.noise.inFlight {
		if s.noisyBy(inFlight) {
			n++
		}
	}
	return len(s.noise.inFlight) > 0, n
}

// Filled returns the names of all queues that have messages.
func (s *Service) Filled() (names []Name, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		return queues.Scan(r, catalog.Range{}, func(_ []string, q record) (bool, error) {
			n, _, err := counts.Get(r, q.store())
			if n > 0 {
				names = append(names, q.Name)
			}
			return true, err
		})
	})
	return names, err
}
