package tail

import (
	"slices"
	"sync"
	"sync/atomic"

	"skywatch/internal/fault"
	"skywatch/pattern"
	"skywatch/rules"
)

// MaxListeners is how many may listen at once.
const MaxListeners = 64

// Filter says which events are wanted.
type Filter struct {
	Bus     rules.BusName
	Rule    string           // only those that this rule of the bus matched; empty: all
	Pattern *pattern.Pattern // only those that match; nil: all
}

// Hub passes events to listeners. The zero value is ready.
type Hub struct {
	mu sync.Mutex
	// all is replaced, never changed: events read it without a lock.
	all atomic.Pointer[[]*Listener]
}

var _ rules.Observer = (*Hub)(nil)

// Listen begins to listen. The Listener must be closed.
func (h *Hub) Listen(f Filter) (*Listener, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.listeners()
	if len(now) >= MaxListeners {
		return nil, fault.New(fault.Throttled, "There are %d live tails already, as many as there may be.", MaxListeners)
	}
	l := &Listener{Filter: f, hub: h, wake: make(chan struct{}, 1)}
	next := append(slices.Clone(now), l)
	h.all.Store(&next)
	return l, nil
}

// Listeners is how many there are.
func (h *Hub) Listeners() int { return len(h.listeners()) }

func (h *Hub) listeners() []*Listener {
	if p := h.all.Load(); p != nil {
		return *p
	}
	return nil
}

func (h *Hub) remove(l *Listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	next := slices.DeleteFunc(slices.Clone(h.listeners()), func(o *Listener) bool { return o == l })
	h.all.Store(&next)
}

// Routed implements rules.Observer.
func (h *Hub) Routed(r rules.Routed) {
	for _, l := range h.listeners() {
		if l.Bus == r.Bus && l.takes(&r) {
			l.push(r)
		}
	}
}

// Put implements rules.Observer.
func (*Hub) Put(rules.Put) {}
