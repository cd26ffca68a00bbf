package queue

import (
	"sync"
	"time"

	"skywatch/catalog"
)

// poison is how often a message of a standard queue is received until its age
// counts no more ("Available CloudWatch metrics for Amazon SQS"): one that nobody
// can process would hide how old the others are.
const poison = 3

// maxLooks is how many messages one look for the oldest passes over. The next
// goes on behind them.
const maxLooks = 1000

// arrivals are the messages that a standard dead-letter queue got from another
// queue. They keep the time of their sending, by which their retention counts,
// and stand in the store by that; their age counts from when they came.
var arrivals = catalog.Table[struct{}]{Name: "queue-arrival"} // store, time, id

// oldestMark is what the last look at a store saw, which holds until something in
// it changes, and where the next look for its oldest message begins, in both of
// the orders that messages stand in.
type oldestMark struct {
	mu      sync.Mutex
	store   string
	content string // no message with this id or an earlier one counts
	arrival []string
	none    bool // there is no arrival

	holds bool
	total int       // messages
	since time.Time // the oldest is there; zero if none counts
}

// changes notes that a message is put into a store, taken out or received; call
// it within the transaction that does.
func (o *oldestMark) changes() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.holds = false
}

// last is what the last look at a store saw; ok is false if that does not hold.
func (o *oldestMark) last(store string) (total int, since time.Time, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.total, o.since, o.holds && o.store == store
}

// saw notes what is in a store; call it only within the transaction that saw so.
func (o *oldestMark) saw(total int, since time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.holds, o.total, o.since = true, total, since
}

// wrote notes that a message is put into a store; call it within the transaction
// that does.
func (o *oldestMark) wrote(store, id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.store == store && id <= o.content { // the clock was set back
		o.content = ""
	}
}

// arrives notes that a message comes into a store from another one; call it
// within the transaction that has it so.
func (o *oldestMark) arrives() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.none = false
}

// from returns where to begin in a store.
func (o *oldestMark) from(store string) (content string, arrival []string, none bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.store != store {
		o.store, o.content, o.arrival, o.none, o.holds = store, "", nil, false, false
	}
	return o.content, o.arrival, o.none
}

// passed notes what does not count; call it only within the transaction that saw
// so.
func (o *oldestMark) passed(content string, arrival []string, none bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.content, o.arrival, o.none = content, arrival, none
}

// arrived is when a message came into a standard dead-letter queue; zero if it
// was sent to the queue that it is in.
func (c *content) arrived() time.Time {
	if c.Source == "" || c.Sequence != "" {
		return time.Time{}
	}
	return c.Visible
}

// arrive notes a message that is put into a store, depart that it goes.
func (s *Service) arrive(tx *catalog.Tx, store, id string, at time.Time) error {
	o := &s.shelves.get(store).oldest
	if at.IsZero() {
		o.wrote(store, id)
		return nil
	}
	o.arrives()
	return arrivals.Put(tx, struct{}{}, store, catalog.TimePart(at), id)
}

func depart(tx *catalog.Tx, store, id string, at time.Time) error {
	if at.IsZero() {
		return nil
	}
	return arrivals.Delete(tx, store, catalog.TimePart(at), id)
}

// holding returns how many messages a queue has, and since when the oldest of them
// that counts is in it. It looks within a transaction, so that nothing comes in
// behind its back.
func (s *Service) holding(tx *catalog.Tx, q *record) (total int, since time.Time, err error) {
	o := &s.shelves.get(q.store()).oldest
	if total, since, ok := o.last(q.store()); ok {
		return total, since, nil
	}
	if total, _, err = counts.Get(tx, q.store()); err != nil {
		return 0, since, err
	}
	since, sure, err := s.oldestOf(tx, q)
	if err == nil && sure {
		o.saw(total, since)
	}
	return total, since, err
}

// oldestOf is zero where no message counts; it is not sure where it passed over
// so many that do not that it goes on the next time.
func (s *Service) oldestOf(tx *catalog.Tx, q *record) (since time.Time, sure bool, err error) {
	o := &s.shelves.get(q.store()).oldest
	content, arrival, none := o.from(q.store())
	sent, content, more, err := oldestContent(tx, q, content)
	if err != nil {
		return since, false, err
	}
	var came time.Time
	moreCame := false
	if !none {
		if came, arrival, moreCame, err = oldestArrival(tx, q.store(), arrival); err != nil {
			return since, false, err
		}
	}
	o.passed(content, arrival, came.IsZero() && arrival == nil)
	if since = sent; sent.IsZero() || !came.IsZero() && came.Before(sent) {
		since = came
	}
	return since, !more && !moreCame, nil
}

// oldestContent looks among the messages that were sent to the queue itself. In
// a FIFO queue all count: a message that nobody can process blocks its group.
func oldestContent(r catalog.Reader, q *record, after string) (sent time.Time, passed string, more bool, err error) {
	passed = after
	rg := catalog.Range{Prefix: []string{q.store()}}
	if after != "" {
		rg.After = []string{q.store(), after}
	}
	looks := 0
	err = contents.ScanKeys(r, rg, func(key []string) (bool, error) {
		c, _, err := contents.Get(r, q.store(), key[1])
		if err != nil {
			return false, err
		}
		counts := c.arrived().IsZero()
		if counts && !q.fifo() {
			counts, err = edible(r, q.store(), key[1])
		}
		if looks++; counts || looks == maxLooks {
			sent, more = c.Sent, !counts
			return false, err
		}
		passed = key[1]
		return true, err
	})
	return sent, passed, more, err
}

func oldestArrival(r catalog.Reader, store string, after []string) (at time.Time, passed []string, more bool, err error) {
	passed = after
	looks := 0
	err = arrivals.ScanKeys(r, catalog.Range{Prefix: []string{store}, After: after}, func(key []string) (bool, error) {
		counts, err := edible(r, store, key[2])
		if err != nil {
			return false, err
		}
		if looks++; counts || looks == maxLooks {
			more = !counts
			at, err = timeOf(key[1])
			return false, err
		}
		passed = key
		return true, nil
	})
	return at, passed, more, err
}

// edible reports whether a message was not received too often to count.
func edible(r catalog.Reader, store, id string) (bool, error) {
	st, _, err := states.Get(r, store, id)
	return st.Receives < poison, err
}
