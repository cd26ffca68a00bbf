package queue

import (
	"crypto/rand"
	"time"

	"skywatch/catalog"
)

// hand gives messages of one queue to one receiver, within a transaction.
type hand struct {
	s    *Service
	tx   *catalog.Tx
	q    *record
	now  time.Time
	hide time.Duration
	// dead is where messages go that were received too often; nil: nowhere.
	dead *record

	got   []Received
	given map[string]bool // their ids: a time-out of zero leaves them visible
	// dropped counts the messages that the receiver does not get, because they
	// were past their retention or went to the dead-letter queue.
	dropped int
}

func (s *Service) newHand(tx *catalog.Tx, q *record, visibility *time.Duration) (*hand, error) {
	h := &hand{s: s, tx: tx, q: q, now: s.now(), hide: seconds(q.Settings.Visibility), given: map[string]bool{}}
	if visibility != nil {
		h.hide = *visibility
	}
	dead, ok, err := deadLetter(tx, q)
	if ok && dead.ID != q.ID { // a queue that is its own dead-letter queue keeps its messages
		h.dead = &dead
	}
	return h, err
}

// fill gives visible messages up to the limit; more says that there may be
// others in place of those that were dropped.
func (h *hand) fill(limit int) (more bool, err error) {
	ids, err := h.s.visible(h.tx, h.q.store(), limit-len(h.got), h.given)
	if err != nil {
		return false, err
	}
	before := h.dropped
	for _, id := range ids {
		if err := h.give(id); err != nil {
			return false, err
		}
	}
	return h.dropped > before, nil
}

// give gives one message to the receiver, or to where it belongs.
func (h *hand) give(id string) error {
	store := h.q.store()
	st, _, err := states.Get(h.tx, store, id)
	if err != nil {
		return err
	}
	c, _, err := contents.Get(h.tx, store, id)
	if err != nil {
		return err
	}
	switch {
	case !c.Sent.Add(seconds(h.q.Settings.Retention)).After(h.now):
		h.dropped++
		return h.s.remove(h.tx, store, id, st)
	case h.dead != nil && st.Receives >= h.q.Settings.Redrive.Max:
		h.dropped++
		if err := h.s.remove(h.tx, store, id, st); err != nil {
			return err
		}
		c.Source = h.q.ARN()
		return h.s.moveTo(h.tx, h.dead, id, c)
	}
	next := st
	next.Receives++
	next.Last, next.Receipt = h.now, rand.Text()
	if next.First.IsZero() {
		next.First = h.now
	}
	next.Visible = h.now.Add(h.hide)
	if err := h.s.move(h.tx, store, id, st, next); err != nil {
		return err
	}
	h.s.shelves.get(store).lowered(next.Visible)
	h.given[id] = true
	h.got = append(h.got, received(store, id, &c, &next))
	return nil
}

// finish counts what was given and what was dropped.
func (h *hand) finish() error {
	h.s.shelves.get(h.q.store()).took(len(h.got))
	if h.dropped == 0 {
		return nil
	}
	return count(h.tx, h.q.store(), -h.dropped)
}

// moveTo puts a message of another queue into q as it is: its id, its
// attributes and the time of its sending stay; how often it was received is
// counted anew (inferred). q's delay does not apply (inferred).
func (s *Service) moveTo(tx *catalog.Tx, q *record, id string, c content) error {
	store, now := q.store(), s.now()
	if err := contents.Put(tx, c, store, id); err != nil {
		return err
	}
	if err := s.put(tx, store, id, state{Visible: now}); err != nil {
		return err
	}
	s.appears(tx, store, now)
	return count(tx, store, 1)
}
