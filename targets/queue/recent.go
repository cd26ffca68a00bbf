package queue

import (
	"sync"

	"skywatch/catalog"
)

// recent keeps the records of queues in use in memory, for transactions: every
// message needs its queue's. What it holds was read within a transaction, and
// transactions run one after the other, so it is the latest. A queue that is
// being written is not held until that write is on disk, or for good if it
// never is.
type recent struct {
	mu      sync.Mutex
	of      map[Name]record
	written map[Name]int // writes under way
}

// maxRecent bounds the memory; beyond it the records are read anew.
const maxRecent = 10_000

// current returns a queue's record within tx. It is shared: nobody may change
// what it points to.
func (s *Service) current(tx *catalog.Tx, n Name) (record, error) {
	s.recent.mu.Lock()
	q, ok := s.recent.of[n]
	s.recent.mu.Unlock()
	if ok {
		return q, nil
	}
	q, err := get(tx, n)
	if err != nil {
		return q, err
	}
	s.recent.mu.Lock()
	defer s.recent.mu.Unlock()
	if s.recent.written[n] > 0 {
		return q, nil
	}
	if len(s.recent.of) >= maxRecent {
		clear(s.recent.of)
	}
	s.recent.of[n] = q
	return q, nil
}

// lately returns a queue's record outside of transactions. A change that is
// under way may be in it or not.
func (s *Service) lately(n Name) (q record, err error) {
	s.recent.mu.Lock()
	q, ok := s.recent.of[n]
	s.recent.mu.Unlock()
	if ok {
		return q, nil
	}
	err = s.Catalog.View(func(r catalog.Reader) (err error) {
		q, err = get(r, n)
		return err
	})
	return q, err
}

// writes notes that tx writes a queue's record; call it before.
func (s *Service) writes(tx *catalog.Tx, n Name) {
	s.recent.mu.Lock()
	defer s.recent.mu.Unlock()
	delete(s.recent.of, n)
	s.recent.written[n]++
	tx.After(func() {
		s.recent.mu.Lock()
		defer s.recent.mu.Unlock()
		if s.recent.written[n]--; s.recent.written[n] <= 0 {
			delete(s.recent.written, n)
		}
	})
}
