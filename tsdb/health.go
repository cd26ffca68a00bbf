package tsdb

import (
	"errors"
	"fmt"
	"sync"
)

// ErrClosed is returned by every call after Close.
var ErrClosed = errors.New("the time-series store is closed")

// health decides whether the store takes data. It only ever gets worse, but
// for suspended, which ends when work on the disk succeeds again.
type health struct {
	events Events

	mu        sync.Mutex
	readOnly  error
	suspended error
	fatal     chan struct{} // closed on the first fatal error
	isFatal   bool
}

func newHealth(e Events) *health { return &health{events: e, fatal: make(chan struct{})} }

// refusal returns why the store takes no data now, or nil.
func (h *health) refusal() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.readOnly != nil:
		return fmt.Errorf("the time-series store is read-only: %w", h.readOnly)
	case h.suspended != nil:
		return fmt.Errorf("the time-series store takes no data: %w", h.suspended)
	}
	return nil
}

// suspend refuses data until resume.
func (h *health) suspend(err error) {
	h.mu.Lock()
	first := h.suspended == nil
	h.suspended = err
	h.mu.Unlock()
	if first {
		h.events.Suspended(err)
	}
}

func (h *health) isSuspended() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.suspended != nil
}

func (h *health) resume() {
	h.mu.Lock()
	was := h.suspended != nil
	h.suspended = nil
	h.mu.Unlock()
	if was {
		h.events.Resumed()
	}
}

// refuse refuses data for good.
func (h *health) refuse(err error) {
	h.mu.Lock()
	first := h.readOnly == nil
	if first {
		h.readOnly = err
	}
	h.mu.Unlock()
	if first {
		h.events.ReadOnly(err)
	}
}

// die is refuse, and wakes those who wait for Pebble.
func (h *health) die(err error) {
	h.refuse(err)
	h.mu.Lock()
	first := !h.isFatal
	if first {
		h.isFatal = true
		close(h.fatal)
	}
	h.mu.Unlock()
	if first {
		h.events.Fatal(err)
	}
}

func (h *health) dead() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.isFatal
}

// cause returns the error that made the store read-only.
func (h *health) cause() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.readOnly
}
