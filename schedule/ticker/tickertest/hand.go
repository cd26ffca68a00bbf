// Package tickertest is a clock for tests of plans: it is set by hand.
package tickertest

import (
	"sync"
	"time"
)

// Hand is a ticker.Clock that stands still until it is set.
type Hand struct {
	mu    sync.Mutex
	now   time.Time
	moved chan time.Time // closed when the clock is set
}

// NewHand returns a clock that stands at now.
func NewHand(now time.Time) *Hand { return &Hand{now: now, moved: make(chan time.Time)} }

// Now is what the clock was set to.
func (h *Hand) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// Wake wakes at any move, so that a clock that is set back is noticed at once.
func (h *Hand) Wake(time.Time) (<-chan time.Time, func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.moved, func() {}
}

// Set sets the clock, forward or back.
func (h *Hand) Set(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = now
	close(h.moved)
	h.moved = make(chan time.Time)
}
