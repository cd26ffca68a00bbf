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
	suspended error         // work on the disk failed
	full      error         // the disk has too little space left
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
	}
	if err := h.pause(); err != nil {
		return fmt.Errorf("the time-series store takes no data: %w", err)
	}
	return nil
}

// pause returns why data are refused for now; h.mu must be held.
func (h *health) pause() error {
	if h.suspended != nil {
		return h.suspended
	}
	return h.full
}

// suspend refuses data until resume.
func (h *health) suspend(err error) { h.setPause(&h.suspended, err) }

// resume takes back suspend.
func (h *health) resume() { h.setPause(&h.suspended, nil) }

// setFull refuses data while err is not nil.
func (h *health) setFull(err error) { h.setPause(&h.full, err) }

// setPause sets one of the reasons for a pause and tells when the pause begins
// or ends.
func (h *health) setPause(reason *error, err error) {
	h.mu.Lock()
	before := h.pause()
	*reason = err
	after := h.pause()
	h.mu.Unlock()
	switch {
	case before == nil && after != nil:
		h.events.Suspended(after)
	case before != nil && after == nil:
		h.events.Resumed()
	}
}

func (h *health) isSuspended() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.suspended != nil
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
