package queue

import (
	"context"
	"regexp"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// Limits of a batch (events.md 4.5).
const (
	maxBatch      = 10
	maxBatchBytes = 1 << 20
)

var batchID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// checkBatch holds a batch's entries against the rules of all batches.
func checkBatch[E any](entry string, entries []E, id func(E) string) error {
	switch {
	case len(entries) == 0:
		return on("batch-empty", fault.New(fault.InvalidValue, "There should be at least one %s in the request.", entry))
	case len(entries) > maxBatch:
		return on("batch-entries", fault.New(fault.InvalidValue, "Maximum number of entries per request are %d. You have sent %d.", maxBatch, len(entries)))
	}
	seen := map[string]bool{}
	for _, e := range entries {
		one := id(e)
		if !batchID.MatchString(one) {
			return on("batch-id", fault.New(fault.InvalidValue, "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "+
				"It can be at most 80 letters long."))
		}
		if seen[one] {
			return on("batch-ids", fault.New(fault.InvalidValue, "Id %s repeated.", one))
		}
		seen[one] = true
	}
	return nil
}

// ReceiptEntry is one entry of a batch of deletions or of changes of
// visibility; Timeout is of the latter.
type ReceiptEntry struct {
	ID, Receipt string
	Timeout     time.Duration
}

// Result is what became of an entry.
type Result struct {
	ID  string
	Err error
}

// DeleteBatch deletes messages by their receipts.
func (s *Service) DeleteBatch(ctx context.Context, n Name, entries []ReceiptEntry) ([]Result, error) {
	return s.each(ctx, n, "DeleteMessageBatchRequestEntry", entries, func(tx *catalog.Tx, q *record, e ReceiptEntry) error {
		return s.delete(tx, q, e.Receipt)
	})
}

// ChangeVisibilityBatch hides or shows messages by their receipts.
func (s *Service) ChangeVisibilityBatch(ctx context.Context, n Name, entries []ReceiptEntry) ([]Result, error) {
	return s.each(ctx, n, "ChangeMessageVisibilityBatchRequestEntry", entries, func(tx *catalog.Tx, q *record, e ReceiptEntry) error {
		return s.changeVisibility(tx, q, e.Receipt, e.Timeout)
	})
}

// each runs f for the entries in one commit. f must write nothing where it
// returns a fault.
func (s *Service) each(ctx context.Context, n Name, entry string, entries []ReceiptEntry, f func(*catalog.Tx, *record, ReceiptEntry) error) ([]Result, error) {
	if err := checkBatch(entry, entries, func(e ReceiptEntry) string { return e.ID }); err != nil {
		return nil, err
	}
	results := make([]Result, len(entries))
	err := s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		q, err := s.current(tx, n)
		if err != nil {
			return err
		}
		for i, e := range entries {
			err := f(tx, &q, e)
			if err != nil && fault.Of(err).Kind == fault.Internal {
				return err
			}
			results[i] = Result{ID: e.ID, Err: err}
		}
		return nil
	})
	return results, err
}
