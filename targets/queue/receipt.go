package queue

import (
	"context"
	"encoding/base64"
	"strings"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// receipt proves that its holder received a message last.
type receipt struct{ store, id, secret string }

// String is the receipt handle.
func (r receipt) String() string {
	return base64.StdEncoding.EncodeToString([]byte(r.store + " " + r.id + " " + r.secret))
}

func parseReceipt(handle string, q *record) (receipt, error) {
	b, err := base64.StdEncoding.DecodeString(handle)
	p := strings.Split(string(b), " ")
	if err != nil || len(p) != 3 || !q.owns(p[0]) {
		return receipt{}, on("receipt", fault.New(fault.InvalidValue, "The input receipt handle \"%s\" is not a valid receipt handle.", handle))
	}
	return receipt{p[0], p[1], p[2]}, nil
}

// held finds the message of a receipt; ok is false if it was deleted or
// received again since.
func held(tx *catalog.Tx, q *record, handle string) (r receipt, st state, ok bool, err error) {
	if handle == "" {
		return r, st, false, fault.New(fault.Missing, "The request must contain the parameter ReceiptHandle.").On("ReceiptHandle")
	}
	if r, err = parseReceipt(handle, q); err != nil || r.store != q.store() {
		return r, st, false, err
	}
	st, ok, err = states.Get(tx, r.store, r.id)
	return r, st, ok && st.Receipt == r.secret, err
}

// DeleteMessage deletes a message for good. It succeeds also if the message is
// gone or was received again since, as SQS does; then nothing is deleted.
func (s *Service) DeleteMessage(ctx context.Context, n Name, handle string) error {
	return s.within(ctx, n, func(tx *catalog.Tx, q *record) error { return s.delete(tx, q, handle) })
}

// ChangeVisibility hides a received message for timeout from now on.
func (s *Service) ChangeVisibility(ctx context.Context, n Name, handle string, timeout time.Duration) error {
	return s.within(ctx, n, func(tx *catalog.Tx, q *record) error { return s.changeVisibility(tx, q, handle, timeout) })
}

// within runs f in a transaction with a queue's record, which it only reads.
func (s *Service) within(ctx context.Context, n Name, f func(*catalog.Tx, *record) error) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		q, err := s.current(tx, n)
		if err != nil {
			return err
		}
		return f(tx, &q)
	})
}

func (s *Service) delete(tx *catalog.Tx, q *record, handle string) error {
	r, st, ok, err := held(tx, q, handle)
	if err != nil {
		return err
	}
	if !ok {
		s.used(tx, q.Name).Deleted++ // as SQS counts it
		return nil
	}
	hidden := st.Visible.After(s.now())
	if q.fifo() && !hidden {
		return fault.New(fault.InvalidValue, "Value %s for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.", handle).On("ReceiptHandle")
	}
	if err := s.remove(tx, r.store, r.id, st); err != nil {
		return err
	}
	sh := s.shelves.get(r.store)
	if hidden {
		sh.took(-1)
	}
	s.used(tx, q.Name).Deleted++
	count(tx, r.store, -1)
	return nil
}

func (s *Service) changeVisibility(tx *catalog.Tx, q *record, handle string, timeout time.Duration) error {
	if err := checkTimeout(timeout); err != nil {
		return err
	}
	r, st, ok, err := held(tx, q, handle)
	if err != nil {
		return err
	}
	now := s.now()
	switch {
	case !ok:
		return fault.New(fault.InvalidValue, "Value %s for parameter ReceiptHandle is invalid. Reason: "+
			"Message does not exist or is not available for visibility timeout change.", handle).On("ReceiptHandle")
	case !st.Visible.After(now):
		return on("message", fault.New(fault.Conflict, "The specified message isn't in flight."))
	case now.Add(timeout).Sub(st.Last) > maxHidden:
		return fault.New(fault.InvalidValue, "Value %d for parameter VisibilityTimeout is invalid. Reason: "+
			"Total VisibilityTimeout for the message is beyond the limit [43200 seconds]", timeout/time.Second).On("VisibilityTimeout")
	}
	s.used(tx, q.Name)
	next := st
	next.Visible = now.Add(timeout)
	s.appears(tx, r.store, next.Visible)
	return s.move(tx, r.store, r.id, st, next)
}
