package queue

import (
	"strings"
	"sync"
	"time"
)

// shelf is what memory keeps of one queue.
type shelf struct {
	mu sync.Mutex
	// low: nothing in the order is visible before. Reading begins there and so
	// never walks over what was removed. It only ever errs to the early side.
	low time.Time
	// next: nothing that is hidden becomes visible before, zero if that is not
	// known. It, too, only errs to the early side.
	next time.Time
	// changed is closed when something was put or taken away.
	changed chan struct{}
	// inFlight is at least the number of messages received and still hidden;
	// counted says that it has been counted once.
	inFlight int
	counted  bool
	// more: the last receiver got all that it asked for, so there may be more.
	more  bool
	noise noise

	hidden hiddenCount
	oldest oldestMark
}

// shelves are the queues in use.
type shelves struct {
	mu sync.Mutex
	of map[string]*shelf
}

// get returns the shelf of the queue whose store it is. The shelf outlives a
// purge: its low and inFlight err to the safe side in the next store.
func (s *shelves) get(store string) *shelf {
	id, _, _ := strings.Cut(store, ".")
	s.mu.Lock()
	defer s.mu.Unlock()
	sh := s.of[id]
	if sh == nil {
		sh = &shelf{changed: make(chan struct{})}
		s.of[id] = sh
	}
	return sh
}

// drop forgets a queue that is deleted; those who wait look again.
func (s *shelves) drop(store string) {
	s.get(store).wake()
	id, _, _ := strings.Cut(store, ".")
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.of, id)
}

// lowered notes that something becomes visible at t; call it only within the
// transaction that has it so.
func (s *shelf) lowered(t, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.Before(s.low) {
		s.low = t
	}
	if t.After(now) && t.Before(s.next) {
		s.next = t
	}
}

func (s *shelf) begin() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.low
}

// raised notes that nothing is visible before t; call it only within the
// transaction that saw so.
func (s *shelf) raised(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.low = t
}

// upcoming is before when nothing that is hidden becomes visible; ok is false
// if that is not known.
func (s *shelf) upcoming(now time.Time) (next time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next, s.next.After(now)
}

// hides notes that nothing that is hidden becomes visible before t; call it
// only within the transaction that saw so.
func (s *shelf) hides(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = t
}

// filled notes whether a receiver got all that it asked for.
func (s *shelf) filled(yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.more = yes
}

func (s *shelf) hasMore() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.more
}

func (s *shelf) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *shelf) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}
