package queue

import (
	"time"

	"skywatch/catalog"
)

// Used tells what a call did with a queue, once it is done. Where all is zero the
// queue was only looked at or changed.
type Used struct {
	Name
	At time.Time
	// Sizes has those of the messages that were sent, in bytes; one that a FIFO
	// queue knows already is Deduplicated. What a redrive moves is not sent, as in
	// SQS.
	Sizes        []int
	Deduplicated int
	// Received messages were returned, of a call that may be Empty.
	Received int
	Empty    bool
	Deleted  int
}

// touched tells that a queue was looked at or changed.
func (s *Service) touched(n Name) { s.tell(&Used{Name: n}) }

func (s *Service) tell(u *Used) {
	if s.Observe != nil {
		u.At = s.now()
		s.Observe(*u)
	}
}

type usedKey struct{ Name }

// used returns what tx does with a queue, which is told when it is done.
func (s *Service) used(tx *catalog.Tx, n Name) *Used {
	return catalog.Local(tx, usedKey{n}, func() *Used {
		u := &Used{Name: n}
		tx.After(func() { s.tell(u) })
		return u
	})
}
