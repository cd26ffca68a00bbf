package queue

import (
	"time"

	"skywatch/catalog"
)

// A FIFO queue keeps its messages as others do and, beside that, each group's
// messages in a line, in order of their sequence numbers. The ready table has
// one entry per group: when its first message can be received. While messages
// of a group are in flight, that is when the last of them appears again.

// group is one message group of a FIFO queue that has messages.
type group struct {
	Ready time.Time
	// Gone: no message in the line has this id or an earlier one. The line is
	// read from there, not over what was removed.
	Gone string
	// InFlight: messages of it are in flight until Ready; of a FIFO queue.
	InFlight bool `json:",omitempty"`
}

var (
	groups = catalog.Table[group]{Name: "queue-group"}    // store, group
	lines  = catalog.Table[struct{}]{Name: "queue-line"}  // store, group, id
	ready  = catalog.Table[struct{}]{Name: "queue-ready"} // store, time, group
	// sequences has the last sequence number of a queue.
	sequences = catalog.Table[uint64]{Name: "queue-sequence"} // queue id
)

// nextSequence returns a queue's next sequence number.
func nextSequence(tx *catalog.Tx, q *record) (uint64, error) {
	n, _, err := sequences.Get(tx, q.ID)
	if err != nil {
		return 0, err
	}
	return n + 1, sequences.Put(tx, n+1, q.ID)
}

// join puts a message at the end of its group's line.
func (s *Service) join(tx *catalog.Tx, store, name, id string, number uint64, visible time.Time) error {
	if err := lines.Put(tx, struct{}{}, store, name, id); err != nil {
		return err
	}
	_, ok, err := groups.Get(tx, store, name)
	if err != nil || ok {
		return err // those before it decide
	}
	s.appears(tx, store, visible)
	if err := ready.Put(tx, struct{}{}, store, catalog.TimePart(visible), name); err != nil {
		return err
	}
	return groups.Put(tx, group{Ready: visible, Gone: catalog.NumberPart(number - 1)}, store, name)
}

// settle works out anew when a group is ready.
func (s *Service) settle(tx *catalog.Tx, store, name string) error {
	g, ok, err := groups.Get(tx, store, name)
	if err != nil || !ok {
		return err
	}
	if err := ready.Delete(tx, store, catalog.TimePart(g.Ready), name); err != nil {
		return err
	}
	if g.InFlight {
		s.hides(tx, store, g.Ready, kinds{groups: -1})
	}
	g.InFlight = false
	// Not before now: a group that becomes free goes behind those that wait.
	now := s.now()
	at, empty := now, true
	err = lines.Scan(tx, line(store, name, g.Gone), func(key []string, _ struct{}) (bool, error) {
		st, _, err := states.Get(tx, store, key[2])
		if empty || st.Receives > 0 {
			at = later(at, st.Visible)
		}
		g.InFlight = g.InFlight || st.Receives > 0 && st.Visible.After(now)
		empty = false
		return st.Receives > 0, err
	})
	if err != nil {
		return err
	}
	if empty {
		return groups.Delete(tx, store, name)
	}
	s.appears(tx, store, at)
	if err := ready.Put(tx, struct{}{}, store, catalog.TimePart(at), name); err != nil {
		return err
	}
	if g.InFlight {
		s.hides(tx, store, at, kinds{groups: 1})
	}
	g.Ready = at
	return groups.Put(tx, g, store, name)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// line is the range of a group's messages after the one that is gone.
func line(store, name, gone string) catalog.Range {
	return catalog.Range{Prefix: []string{store, name}, After: []string{store, name, gone}}
}

// leaveLine takes a message out of its group's line; settle follows.
func leaveLine(tx *catalog.Tx, store, name, id string) error {
	g, ok, err := groups.Get(tx, store, name)
	if err != nil {
		return err
	}
	if err := lines.Delete(tx, store, name, id); err != nil || !ok {
		return err
	}
	first := true
	err = lines.Scan(tx, line(store, name, g.Gone), func(key []string, _ struct{}) (bool, error) {
		first = key[2] > id
		return false, nil
	})
	if err != nil || !first {
		return err
	}
	g.Gone = id
	return groups.Put(tx, g, store, name)
}

// front returns the ids of a group's messages that can be received now.
func (s *Service) front(tx *catalog.Tx, store, name string, limit int) (ids []string, err error) {
	g, ok, err := groups.Get(tx, store, name)
	if err != nil || !ok {
		return nil, err
	}
	now := s.now()
	err = lines.Scan(tx, line(store, name, g.Gone), func(key []string, _ struct{}) (bool, error) {
		st, _, err := states.Get(tx, store, key[2])
		if err != nil || st.Visible.After(now) {
			return false, err
		}
		ids = append(ids, key[2])
		return len(ids) < limit, nil
	})
	return ids, err
}
