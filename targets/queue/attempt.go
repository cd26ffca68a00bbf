package queue

import (
	"context"
	"time"

	"skywatch/catalog"
)

// A receiver of a FIFO queue that did not get its answer can ask for it again
// with the same ReceiveRequestAttemptId, within five minutes and as long as
// nobody did anything to the messages: it gets the same ones under the same
// receipts, hidden for their whole time anew (API reference of ReceiveMessage).

// attempt is what a receive of a FIFO queue was answered.
type attempt struct {
	At    time.Time
	Store string
	Given []handed
}

// handed is one message of it, and until when it is hidden.
type handed struct {
	ID, Receipt string
	Visible     time.Time
}

// attempts are under queue id and attempt id.
var attempts = catalog.Aging[attempt]{
	Table: catalog.Table[attempt]{Name: "queue-attempt"}, Ages: catalog.Table[struct{}]{Name: "queue-attempt-age"},
	At: func(a *attempt) time.Time { return a.At },
}

// checkAttempt holds an attempt id against the rules of the queue's kind.
func (q *record) checkAttempt(id string) error {
	const parameter = "ReceiveRequestAttemptId"
	switch {
	case id == "":
		return nil
	case !q.fifo():
		return notOfKind(parameter, id)
	case !markID.MatchString(id):
		return badMark(parameter, id)
	}
	return nil
}

// again gives what an earlier receive with the same attempt id was given; ok is
// false if there was none, or if it does not hold any more.
func (h *hand) again(id string) (ok bool, err error) {
	a, there, err := attempts.Get(h.tx, h.q.ID, id)
	if err != nil || !there || a.Store != h.q.store() || h.now.Sub(a.At) >= window {
		return false, err
	}
	found := make([]state, len(a.Given))
	for i, one := range a.Given {
		st, there, err := states.Get(h.tx, a.Store, one.ID)
		if err != nil || !there || st.Receipt != one.Receipt || !st.Visible.Equal(one.Visible) || !st.Visible.After(h.now) {
			return false, err
		}
		found[i] = st
	}
	for i, one := range a.Given {
		if err := h.repeat(one.ID, found[i]); err != nil {
			return false, err
		}
		a.Given[i].Visible = h.now.Add(h.hide)
	}
	return true, attempts.Put(h.tx, a, h.q.ID, id)
}

// repeat gives a message that is in flight under the receipt that it has.
func (h *hand) repeat(id string, st state) error {
	store := h.q.store()
	c, _, err := contents.Get(h.tx, store, id)
	if err != nil {
		return err
	}
	next := st
	next.Visible = h.now.Add(h.hide)
	if err := h.s.move(h.tx, store, id, st, next); err != nil {
		return err
	}
	h.s.appears(h.tx, store, next.Visible)
	h.got = append(h.got, received(store, id, &c, &next))
	h.repeated++
	return nil
}

// rememberAttempt notes what a receive is answered.
func (h *hand) rememberAttempt(id string) error {
	if id == "" || len(h.got) == 0 || h.repeated > 0 {
		return nil
	}
	a := attempt{At: h.now, Store: h.q.store()}
	for i := range h.got {
		r, err := parseReceipt(h.got[i].Receipt, h.q)
		if err != nil {
			return err
		}
		a.Given = append(a.Given, handed{r.id, r.secret, h.now.Add(h.hide)})
	}
	return attempts.Put(h.tx, a, h.q.ID, id)
}

// forgetAttempts deletes what the window has passed.
func (s *Service) forgetAttempts(ctx context.Context) error {
	return attempts.Forget(ctx, s.Catalog, s.now().Add(-window))
}
