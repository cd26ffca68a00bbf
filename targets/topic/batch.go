package topic

import (
	"context"
	"regexp"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// maxBatch is how many messages a batch has at most.
const maxBatch = 10

// batchRecords is how much of a batch's fan-out one transaction writes before
// the next goes on: within it, queues take what is theirs in order.
const batchRecords = 1000

var batchID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// Entry is one message of a batch.
type Entry struct {
	ID string
	Message
}

// Result is what became of one.
type Result struct {
	ID string
	Published
	Err error
}

// PublishBatch sends the messages that are right, in order.
func (s *Service) PublishBatch(ctx context.Context, n Name, entries []Entry) ([]Result, error) {
	if err := checkBatch(entries); err != nil {
		return nil, err
	}
	results := make([]Result, len(entries))
	for i := range entries {
		results[i] = Result{ID: entries[i].ID, Err: entries[i].check()}
		if results[i].Err == nil {
			if err := s.prepare(n, &entries[i].Message); err != nil {
				return nil, err
			}
		}
	}
	for next := 0; next < len(entries); {
		from := next
		err := s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
			for next = from; next < len(entries) && tx.Records() < batchRecords; next++ {
				r := &results[next]
				if entries[next].bad() { // by itself
					continue
				}
				r.Published, r.Err = s.publish(tx, n, &entries[next].Message)
				if r.Err != nil && ofBatch(r.Err) {
					return r.Err
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return results, nil
}

// bad reports whether the message was refused before it came to the topic.
func (e *Entry) bad() bool { return e.id == "" }

// ofBatch reports whether an error is not of one message alone.
func ofBatch(err error) bool {
	kind := fault.Of(err).Kind
	return kind == fault.Internal || kind == fault.NotFound
}

func checkBatch(entries []Entry) error {
	wrong := func(subject, text string) error {
		err := fault.New(fault.InvalidValue, "%s", text)
		err.Subject = subject
		return err
	}
	switch {
	case len(entries) == 0:
		return wrong("batch-empty", "The batch request doesn't contain any entries.")
	case len(entries) > maxBatch:
		return wrong("batch-entries", "The batch request contains more entries than permissible.")
	}
	ids, size := map[string]bool{}, 0
	for _, e := range entries {
		switch {
		case !batchID.MatchString(e.ID):
			return wrong("batch-id", "The Id of a batch entry in a batch request doesn't abide by the specification.")
		case ids[e.ID]:
			return wrong("batch-ids", "Two or more batch entries in the request have the same Id.")
		}
		ids[e.ID] = true
		size += e.size()
	}
	if size > maxMessage {
		return wrong("batch-size", "The length of all the messages put together is more than the limit.")
	}
	return nil
}
