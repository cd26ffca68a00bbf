package queue

import (
	"strconv"
	"strings"
	"time"

	"skywatch/catalog"
	"skywatch/targets"
)

// record is a queue.
type record struct {
	Name
	Settings Settings
	Tags     map[string]string `json:",omitempty"`
	Created  time.Time
	Modified time.Time
	Purged   time.Time
	// ID is of this queue alone, also if one of the same name follows.
	// Generation counts purges. Together they name the store of messages, so
	// that a purge or a deletion leaves the old store behind at once.
	ID         string
	Generation int
}

func (q *record) store() string { return q.ID + "." + strconv.Itoa(q.Generation) }

// text gives the attributes that can be set, as SQS spells them.
func (q *record) text() map[string]string {
	out := q.Settings.text()
	if q.fifo() {
		q.Settings.fifoText(out)
	}
	return out
}

// owns reports whether store is or was the queue's.
func (q *record) owns(store string) bool { return strings.HasPrefix(store, q.ID+".") }

// content is the part of a message that never changes.
type content struct {
	MessageID  string
	Body       string
	Attributes map[string]targets.Attribute
	System     map[string]targets.Attribute
	Sender     string
	Sent       time.Time
	// Source is the ARN of the queue that a dead-letter queue has it from.
	Source string
	// Group is the message group; Deduplication and Sequence are of FIFO queues.
	Group, Deduplication, Sequence string
	// Visible is when the message can be received for the first time.
	Visible time.Time
	// Lined says that until then a message of a standard queue is in the line of
	// its group and not in the order.
	Lined bool
}

// state is the part that does. A message of a standard queue has none on disk
// until it is received for the first time: its content says it all.
type state struct {
	// Visible is when the message can be received (again).
	Visible time.Time
	// Receives counts; First and Last are when.
	Receives    int
	First, Last time.Time
	// Receipt is the secret of the last receipt handle.
	Receipt string
	// Group is the message group in a FIFO queue, Noise that in a standard one.
	Group, Noise string
	// Arrived is when a message of a standard queue came from another one.
	Arrived time.Time

	// lined is the group in whose line a message of a standard queue is; it is
	// in the order otherwise. Such a state is not on disk.
	lined string
}

// mark is an entry of the order of visibility.
type mark struct {
	Received bool
}

// Messages have an id within their store that begins with the time of sending.
var (
	queues   = catalog.Table[record]{Name: "queues"}         // account, region, name
	contents = catalog.Table[content]{Name: "queue-content"} // store, id
	states   = catalog.Table[state]{Name: "queue-state"}     // store, id
	order    = catalog.Table[mark]{Name: "queue-order"}      // store, time of visibility, id
	counts   = catalog.Table[int]{Name: "queue-count"}       // store
	// left holds stores that nobody reads any more; the sweeper empties them.
	left = catalog.Table[struct{}]{Name: "queue-left"} // store
)

// change is what a transaction does to the numbers of a store: how many messages
// it adds or takes away, and what it hides.
type change struct {
	total  int
	hidden shift
}

type changeKey struct{ store string }

func changeOf(tx *catalog.Tx, store string) *change {
	return catalog.Local(tx, changeKey{store}, func() *change {
		c := &change{}
		tx.AtEnd(func() error { return addCount(tx, store, c.total) })
		return c
	})
}

// count changes the number of a store's messages, at the end of tx: once, and
// not for each message.
func count(tx *catalog.Tx, store string, by int) { changeOf(tx, store).total += by }

func addCount(tx *catalog.Tx, store string, by int) error {
	if by == 0 {
		return nil
	}
	n, _, err := counts.Get(tx, store)
	if err != nil {
		return err
	}
	return counts.Put(tx, n+by, store)
}

// kept reports whether the state is on disk.
func (s *state) kept() bool { return s.Receives > 0 || s.Group != "" }

// first is the state of a message of a standard queue that nobody received.
func (c *content) first() state {
	st := state{Visible: c.Visible, Arrived: c.arrived()}
	if c.Lined {
		st.lined = c.Group
	}
	return st
}

// stateOf reads the state of a message.
func stateOf(r catalog.Reader, store, id string, c *content) (state, error) {
	st, ok, err := states.Get(r, store, id)
	if !ok {
		st = c.first()
	}
	return st, err
}

// put writes a message's state and its place in the order.
func (s *Service) put(tx *catalog.Tx, store, id string, st state) error {
	if st.kept() {
		if err := states.Put(tx, st, store, id); err != nil {
			return err
		}
	}
	s.hides(tx, store, st.Visible, st.one())
	return order.Put(tx, mark{Received: st.Receives > 0}, store, catalog.TimePart(st.Visible), id)
}

// move changes a message's state.
func (s *Service) move(tx *catalog.Tx, store, id string, from, to state) error {
	if err := s.leavePlace(tx, store, id, from); err != nil {
		return err
	}
	if err := s.put(tx, store, id, to); err != nil || to.Group == "" {
		return err
	}
	return s.settle(tx, store, to.Group)
}

// leavePlace takes a message out of the line or the order.
func (s *Service) leavePlace(tx *catalog.Tx, store, id string, st state) error {
	s.shelves.get(store).oldest.changes()
	if st.lined != "" {
		return s.stepOut(tx, store, st.lined, id)
	}
	s.hides(tx, store, st.Visible, st.one().times(-1))
	return order.Delete(tx, store, catalog.TimePart(st.Visible), id)
}

// remove deletes a message; the caller counts it.
func (s *Service) remove(tx *catalog.Tx, store, id string, st state) error {
	if err := s.leavePlace(tx, store, id, st); err != nil {
		return err
	}
	if err := depart(tx, store, id, st.Arrived); err != nil {
		return err
	}
	s.shelves.get(store).flies(st.Noise, -1)
	if st.kept() {
		if err := states.Delete(tx, store, id); err != nil {
			return err
		}
	}
	if err := contents.Delete(tx, store, id); err != nil || st.Group == "" {
		return err
	}
	if err := leaveLine(tx, store, st.Group, id); err != nil {
		return err
	}
	return s.settle(tx, store, st.Group)
}
