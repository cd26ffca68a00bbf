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
	given map[string]bool // their ids, or groups: a time-out of zero leaves them visible
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
	found, err := h.s.visible(h.tx, h.q, limit-len(h.got), h.given)
	if err != nil {
		return false, err
	}
	before := h.dropped
	for _, one := range found {
		if len(h.got) >= limit { // groups have several messages
			break
		}
		if err := h.give(one, limit); err != nil {
			return false, err
		}
	}
	return h.dropped > before, nil
}

// give gives a message, or what a message group has, up to the limit.
func (h *hand) give(one found, limit int) error {
	if !h.q.fifo() {
		return h.giveOne(one.name, one)
	}
	ids, err := h.s.front(h.tx, h.q.store(), one.name, limit-len(h.got))
	for i := 0; i < len(ids) && err == nil; i++ {
		err = h.giveOne(ids[i], one)
	}
	return err
}

// giveOne gives one message to the receiver, or to where it belongs.
func (h *hand) giveOne(id string, one found) error {
	store := h.q.store()
	c, _, err := contents.Get(h.tx, store, id)
	if err != nil {
		return err
	}
	st := state{Visible: one.at}
	if one.received || h.q.fifo() {
		if st, _, err = states.Get(h.tx, store, id); err != nil {
			return err
		}
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
		return h.s.moveTo(h.tx, h.dead, c)
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
	h.given[one.name] = true
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

// moveTo puts a message of another queue into q: its message id, its
// attributes and its group stay, and in a standard queue the time of its
// sending; how often it was received is counted anew (inferred). q's delay does
// not apply (inferred).
func (s *Service) moveTo(tx *catalog.Tx, q *record, c content) error {
	if q.fifo() {
		c.Sent = s.now()
	}
	return s.store(tx, q, &c, s.now())
}
