package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets"
)

// Send puts one message into a queue.
func (s *Service) Send(ctx context.Context, n Name, m Message) (sent Sent, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		q, err := s.current(tx, n)
		if err != nil {
			return err
		}
		c, err := s.add(tx, &q, m, n.Account)
		if err == nil {
			sent = c.answer()
		}
		return err
	})
	return sent, err
}

// add puts a message into a queue within tx and returns it, or what was taken
// before under the same deduplication id. It writes nothing where it returns a
// fault.
func (s *Service) add(tx *catalog.Tx, q *record, m Message, sender string) (*content, error) {
	if err := m.check(&q.Settings); err != nil {
		return nil, err
	}
	if err := q.checkFifo(&m); err != nil {
		return nil, err
	}
	delay := seconds(q.Settings.Delay)
	if m.Delay != nil {
		delay = *m.Delay
	}
	now := s.now()
	c := &content{
		MessageID: uuid.NewString(), Body: m.Body, Attributes: m.Attributes, System: m.System, Sender: sender, Sent: now,
		Group: m.Group, Deduplication: m.Deduplication,
	}
	if q.fifo() {
		was, ok, err := s.deduplicate(tx, q, &m)
		if err != nil {
			return nil, err
		}
		if ok { // taken before: the answer is that of the first
			s.used(tx, q.Name).Deduplicated++
			c.MessageID, c.Sequence = was.MessageID, was.Sequence
			return c, nil
		}
	}
	if err := s.store(tx, q, c, now.Add(delay)); err != nil {
		return nil, err
	}
	if q.fifo() {
		if err := s.remember(tx, q, &m, seen{MessageID: c.MessageID, Sequence: c.Sequence, At: now}); err != nil {
			return nil, err
		}
	}
	u := s.used(tx, q.Name)
	u.Sizes = append(u.Sizes, m.size())
	return c, nil
}

// idSalt is how much of the message id is in the id of a standard queue's store,
// where times and sequences of two processes may meet.
const idSalt = 8

// store writes a message at the end of a queue, to be visible at the time
// given, and counts it.
func (s *Service) store(tx *catalog.Tx, q *record, c *content, visible time.Time) error {
	store := q.store()
	s.used(tx, q.Name)
	c.Visible, c.Lined = visible, false
	if !q.fifo() {
		c.Deduplication, c.Sequence = "", ""
		c.Lined = c.Group != "" && !visible.After(s.now())
		id := fmt.Sprintf("%s-%010d-%s", catalog.TimePart(c.Sent), s.sequence.Add(1), c.MessageID[:idSalt])
		s.appears(tx, store, visible)
		return s.write(tx, store, id, c, state{Visible: visible})
	}
	number, err := nextSequence(tx, q)
	if err != nil {
		return err
	}
	c.Sequence = catalog.NumberPart(number)
	if err := s.join(tx, store, c.Group, c.Sequence, number, visible); err != nil {
		return err
	}
	return s.write(tx, store, c.Sequence, c, state{Visible: visible, Group: c.Group})
}

func (s *Service) write(tx *catalog.Tx, store, id string, c *content, st state) error {
	if err := contents.Put(tx, *c, store, id); err != nil {
		return err
	}
	s.shelves.get(store).oldest.changes()
	count(tx, store, 1)
	if err := s.arrive(tx, store, id, c.arrived()); err != nil {
		return err
	}
	if c.Lined {
		return s.queueUp(tx, store, c.Group, id)
	}
	return s.put(tx, store, id, st)
}

// answer is what the sender of a message is told.
func (c *content) answer() Sent {
	return Sent{
		MessageID: c.MessageID, BodyMD5: bodyMD5(c.Body),
		AttributesMD5: AttributesMD5(c.Attributes), SystemMD5: AttributesMD5(c.System), Sequence: c.Sequence,
	}
}

// appears tells the store's shelf that something becomes visible at t.
func (s *Service) appears(tx *catalog.Tx, store string, t time.Time) {
	sh := s.shelves.get(store)
	sh.lowered(t, s.now()) // before the commit: to err early is harmless
	tx.After(sh.wake)
}

// SendEntry is one message of a batch.
type SendEntry struct {
	ID string
	Message
}

// SendResult is what became of one.
type SendResult struct {
	ID string
	Sent
	Err error
}

// SendBatch puts the messages that are right into a queue, in one commit.
func (s *Service) SendBatch(ctx context.Context, n Name, entries []SendEntry) ([]SendResult, error) {
	if err := checkBatch("SendMessageBatchRequestEntry", entries, func(e SendEntry) string { return e.ID }); err != nil {
		return nil, err
	}
	total := 0
	for _, e := range entries {
		total += e.size()
	}
	if total > maxBatchBytes {
		return nil, on("batch-size", fault.New(fault.InvalidValue, "Batch requests cannot be longer than %d bytes. You have sent %d bytes.", maxBatchBytes, total))
	}
	results := make([]SendResult, len(entries))
	err := s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		q, err := s.current(tx, n)
		if err != nil {
			return err
		}
		for i, e := range entries {
			results[i] = SendResult{ID: e.ID}
			c, err := s.add(tx, &q, e.Message, n.Account)
			switch {
			case err == nil:
				results[i].Sent = c.answer()
			case fault.Of(err).Kind == fault.Internal:
				return err
			}
			results[i].Err = err
		}
		return nil
	})
	return results, err
}

// Deliver puts a delivery into the queue that is its target, within tx. It
// writes nothing where it refuses.
func (s *Service) Deliver(tx *catalog.Tx, d targets.Delivery) error {
	a, err := arn.Parse(d.Target)
	if err != nil {
		return err
	}
	q, err := s.current(tx, Name{Tenant: metric.Tenant{Account: a.Account, Region: a.Region}, Queue: a.Resource})
	if err != nil {
		return err
	}
	m := Message{Body: d.Message, Attributes: d.Attributes, Group: d.Group}
	if d.Trace != "" {
		m.System = map[string]targets.Attribute{"AWSTraceHeader": {Type: "String", String: d.Trace}}
	}
	switch {
	case !q.fifo():
	case d.Deduplication != "":
		m.Deduplication = d.Deduplication
	case !q.Settings.ContentBased:
		m.Deduplication = deduplicationOf(&d)
	}
	_, err = s.add(tx, &q, m, d.Account)
	return err
}

// deduplicationOf is the deduplication id of a delivery: its own key, so that
// what the engine repeats comes once. The ID of the event, which events.md 4.3
// names, would have two rules that send one event to one queue deliver it once
// (inferred).
func deduplicationOf(d *targets.Delivery) string {
	if markID.MatchString(d.ID) {
		return d.ID
	}
	return contentID(d.ID)
}
