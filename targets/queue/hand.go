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
	// most bounds the bytes of what is given; 0: they are not bounded.
	most, bytes int
	// full: the next message would be over that.
	full bool
	// dead is where messages go that were received too often; nil: nowhere.
	dead *record

	got   []Received
	given map[string]bool // their ids, or groups: a time-out of zero leaves them visible
	// dropped counts the messages that the receiver does not get, because they
	// were past their retention or went to the dead-letter queue.
	dropped int
	// repeated counts what was given again under its receipt.
	repeated int
	// read are contents that were read together.
	read map[string]content
	// behind is when the first message became visible that stands behind one
	// that was given, in the line of its group; zero if none does.
	behind time.Time
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
// others: in place of those that were dropped, or in the lines of groups.
func (h *hand) fill(limit int) (more bool, err error) {
	found, err := h.s.visible(h.tx, h.q, limit-len(h.got), h.given)
	if err != nil {
		return false, err
	}
	if err := h.readAll(found); err != nil {
		return false, err
	}
	before := h.dropped
	h.behind = time.Time{}
	for i, one := range found {
		if h.done(limit) || h.isBehind(one) { // groups have several messages
			break
		}
		alone := one.noisy && i == len(found)-1
		if err := h.give(one, limit, alone); err != nil {
			return false, err
		}
	}
	return !h.behind.IsZero() || h.dropped > before, nil
}

// done reports whether the receiver gets no more.
func (h *hand) done(limit int) bool { return h.full || len(h.got) >= limit }

// readAll reads the contents of messages of a standard queue.
func (h *hand) readAll(all []found) error {
	if h.q.fifo() || len(all) < 2 {
		return nil
	}
	var keys [][]string
	for _, one := range all {
		if !one.group {
			keys = append(keys, []string{h.q.store(), one.name})
		}
	}
	h.read = make(map[string]content, len(keys))
	return contents.GetEach(h.tx, keys, func(i int, c content) error {
		h.read[keys[i][1]] = c
		return nil
	})
}

// isBehind reports whether a message in a line comes before one.
func (h *hand) isBehind(one found) bool {
	return !h.behind.IsZero() && (one.noisy || one.at.After(h.behind))
}

// give gives a message, or what a message group has, up to the limit; alone
// says that there is nothing beside that group.
func (h *hand) give(one found, limit int, alone bool) error {
	if one.group {
		return h.giveLine(one, limit, alone)
	}
	if !h.q.fifo() {
		return h.giveOne(one.name, one)
	}
	ids, err := h.s.front(h.tx, h.q.store(), one.name, limit-len(h.got))
	for i := 0; i < len(ids) && err == nil && !h.full; i++ {
		err = h.giveOne(ids[i], one)
	}
	return err
}

// giveLine gives the first message in the line of a group of a standard queue;
// the next one's turn comes with that of other groups, where there are any.
func (h *hand) giveLine(one found, limit int, alone bool) error {
	store := h.q.store()
	for {
		g, ok, err := groups.Get(h.tx, store, one.name)
		if err != nil || !ok {
			return err
		}
		id, err := firstInLine(h.tx, store, one.name, g.Gone)
		if err != nil {
			return err
		}
		if err := h.giveOne(id, found{name: id, at: one.at}); err != nil {
			return err
		}
		if !alone || h.done(limit) {
			return h.leaveBehind(one.name)
		}
	}
}

// leaveBehind notes when the first message in a line is from.
func (h *hand) leaveBehind(name string) error {
	g, ok, err := groups.Get(h.tx, h.q.store(), name)
	if ok && (h.behind.IsZero() || g.Ready.Before(h.behind)) {
		h.behind = g.Ready
	}
	return err
}

// giveOne gives one message to the receiver, or to where it belongs.
func (h *hand) giveOne(id string, one found) error {
	store := h.q.store()
	c, ok := h.read[id]
	if !ok {
		var err error
		if c, _, err = contents.Get(h.tx, store, id); err != nil {
			return err
		}
	}
	st := c.first()
	if one.received || h.q.fifo() {
		var err error
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
	size := (&Message{Body: c.Body, Attributes: c.Attributes}).size()
	if h.full = h.most > 0 && len(h.got) > 0 && h.bytes+size > h.most; h.full {
		return nil
	}
	h.bytes += size
	next := st
	next.Receives++
	next.Last, next.Receipt = h.now, rand.Text()
	if next.First.IsZero() {
		next.First = h.now
	}
	next.Visible = h.now.Add(h.hide)
	noise := ""
	if !one.received && !h.q.fifo() {
		noise = c.Group
		next.Noise, next.lined = noise, ""
	}
	if err := h.s.move(h.tx, store, id, st, next); err != nil {
		return err
	}
	sh := h.s.shelves.get(store)
	sh.lowered(next.Visible, h.now)
	sh.flies(noise, 1)
	h.given[one.name] = true
	h.got = append(h.got, received(store, id, &c, &next))
	return nil
}

// finish counts what was given and what was dropped.
func (h *hand) finish() error {
	h.s.shelves.get(h.q.store()).took(len(h.got) - h.repeated)
	count(h.tx, h.q.store(), -h.dropped)
	return nil
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
