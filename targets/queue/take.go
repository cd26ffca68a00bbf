package queue

import (
	"context"
	"slices"
	"strconv"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// between is the range of the order of a store from t to until, both included.
// Beyond until are the places that messages had while they were hidden, and which they left
// when they were deleted: to look for one that is still there takes long.
func between(store string, t, until time.Time) catalog.Range {
	rg := catalog.Range{Prefix: []string{store}, Until: []string{store, catalog.TimePart(until.Add(time.Millisecond))}}
	if !t.IsZero() {
		rg.After = []string{store, catalog.TimePart(t), ""}
	}
	return rg
}

// timeOf reads catalog.TimePart back.
func timeOf(part string) (time.Time, error) {
	ms, err := strconv.ParseInt(part, 10, 64)
	return time.UnixMilli(ms).UTC(), err
}

// takeChunk is how many messages that nobody gets one transaction of take
// disposes of.
const takeChunk = 100

// found is what a receiver takes: a message, by its id, or a group of a FIFO
// queue.
type found struct {
	name     string
	at       time.Time // it is visible from then on
	received bool      // before; of messages
	group    bool      // it is a group of a standard queue
	noisy    bool      // and its messages come after those of quiet ones
}

// upcoming calls f with what becomes visible from t to until, in order.
func upcoming(r catalog.Reader, q *record, t, until time.Time, f func(found) (bool, error)) error {
	if q.fifo() {
		return upcomingGroups(r, q.store(), t, until, f)
	}
	return order.Scan(r, between(q.store(), t, until), func(key []string, m mark) (bool, error) {
		at, err := timeOf(key[1])
		if err != nil {
			return false, err
		}
		return f(found{name: key[2], at: at, received: m.Received})
	})
}

// upcomingGroups calls f with the groups that have something that becomes
// visible from t to until.
func upcomingGroups(r catalog.Reader, store string, t, until time.Time, f func(found) (bool, error)) error {
	return ready.ScanKeys(r, between(store, t, until), func(key []string) (bool, error) {
		at, err := timeOf(key[1])
		if err != nil {
			return false, err
		}
		return f(found{name: key[2], at: at})
	})
}

// take receives up to r.Max visible messages. Nothing is returned if another
// receiver was faster; again says that there may be more, behind messages that
// went elsewhere.
func (s *Service) take(ctx context.Context, n Name, r Receive, waits bool) (got []Received, again bool, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		got, again = nil, false
		q, err := s.current(tx, n)
		if err != nil {
			return err
		}
		sh := s.shelves.get(q.store())
		sh.filled(false)
		room, err := s.room(tx, q.store())
		switch {
		case err != nil:
			return err
		case room == 0 && (waits || q.fifo()):
			return nil // a long poll waits for room, and a FIFO queue says nothing
		case room == 0:
			return on("over-limit", fault.New(fault.LimitExceeded, "The maximum number of in flight messages is reached: %d", maxInFlight))
		}
		h, err := s.newHand(tx, &q, r.Visibility)
		if err != nil {
			return err
		}
		h.most = r.Bytes
		if again, err = h.receive(&r, min(r.Max, room)); err != nil {
			return err
		}
		got = h.got
		sh.filled(len(got) == r.Max || h.full)
		return h.finish()
	})
	return got, again, err
}

// receive gives what there is, up to the limit; again says that there may be
// more behind what went elsewhere.
func (h *hand) receive(r *Receive, limit int) (again bool, err error) {
	if r.Attempt != "" {
		if ok, err := h.again(r.Attempt); err != nil || ok {
			return false, err
		}
	}
	for more := true; more && !h.done(limit); {
		if h.dropped >= takeChunk {
			again = true
			break
		}
		if more, err = h.fill(limit); err != nil {
			return false, err
		}
	}
	return again, h.rememberAttempt(r.Attempt)
}

// visible returns the first messages that are visible and not given, and groups
// that have such.
func (s *Service) visible(tx *catalog.Tx, q *record, limit int, given map[string]bool) (all []found, err error) {
	now, store := s.now(), q.store()
	sh := s.shelves.get(store)
	low := now
	first := true
	err = upcoming(tx, q, sh.begin(), now, func(one found) (bool, error) {
		if first {
			low, first = one.at, false
		}
		if !given[one.name] {
			all = append(all, one)
		}
		return len(all) < limit, nil
	})
	if err != nil {
		return nil, err
	}
	sh.raised(low)
	if q.fifo() {
		return all, nil
	}
	quiet, noisy, err := s.fairly(tx, store, limit)
	if len(quiet) > 0 {
		all = append(all, quiet...)
		slices.SortStableFunc(all, func(a, b found) int { return a.at.Compare(b.at) })
	}
	all = append(all, noisy...)
	return all[:min(limit, len(all))], err
}

func received(store, id string, c *content, st *state) Received {
	return Received{
		Message: Message{Body: c.Body, Attributes: c.Attributes, System: c.System, Group: c.Group, Deduplication: c.Deduplication},
		Sent:    c.answer(),
		Receipt: receipt{store, id, st.Receipt}.String(),
		Sender:  c.Sender, SentAt: c.Sent, Receives: st.Receives, First: st.First, Source: c.Source,
	}
}

// room is how many more messages may be in flight. The figure in memory is
// never too low, and is counted again when it reaches the limit.
func (s *Service) room(tx *catalog.Tx, store string) (int, error) {
	sh := s.shelves.get(store)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if !sh.counted || sh.inFlight >= maxInFlight {
		hidden, err := s.countHidden(tx, store)
		if err != nil {
			return 0, err
		}
		sh.counted, sh.inFlight = true, hidden.inFlight
	}
	return max(0, maxInFlight-sh.inFlight), nil
}

func (s *shelf) took(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight += n
}
