package rules

import (
	"fmt"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// Refused is the error of an entry that refuses all of them.
type Refused struct {
	Entry int // its place, from zero
	Err   *fault.Error
}

// Error implements error.
func (r *Refused) Error() string { return fmt.Sprintf("entry %d: %v", r.Entry, r.Err) }

// Unwrap returns the fault.
func (r *Refused) Unwrap() error { return r.Err }

// Accept takes events of a door within tx and returns their IDs: all of them,
// or none and an error, which is a *Refused where one of them is at fault.
func (s *Service) Accept(tx *catalog.Tx, t metric.Tenant, entries []Entry) ([]string, error) {
	if size := sizeOf(entries); size > s.Limits.EntriesBytes {
		return nil, fault.New(fault.TooLarge, "The events are of %d bytes together; %d are allowed.", size, s.Limits.EntriesBytes)
	}
	ids := make([]string, len(entries))
	all := make([]*routing, len(entries))
	for i := range entries {
		var result Result
		r, err := s.take(t, &entries[i], &result)
		if err != nil {
			return nil, err
		}
		if r == nil {
			return nil, &Refused{i, result.fault()}
		}
		ids[i], all[i] = result.EventID, r
	}
	return ids, s.commit(tx, all...)
}

// fault is the refusal of an entry as an error of its own.
func (r *Result) fault() *fault.Error {
	if r.Code == notAuthorizedForSource {
		return fault.New(fault.Denied, "%s", r.Message)
	}
	return fault.New(fault.InvalidValue, "%s", r.Message)
}
