package api

import "skywatch/internal/fault"

// slots bound the requests that are at one stage at once; one more is answered
// with Throttling rather than queued (reliability.md 4).
type slots chan struct{}

func newSlots(n int) slots { return make(slots, n) }

// take returns what gives the slot back.
func (s slots) take() (release func(), err error) {
	select {
	case s <- struct{}{}:
		return func() { <-s }, nil
	default:
		return nil, fault.New(fault.Throttled, "Rate exceeded")
	}
}

// mostPackages is how many packages of functions may be on their way at once.
const mostPackages = 8

// idleShare is how many requests may do nothing but arrive, or wait for
// something to happen (long polls), for each that is worked on: they cost
// memory and no work, and must not keep others out.
const idleShare = 4
