package tail

import (
	"context"
	"slices"
	"sync"

	"skywatch/rules"
)

// What waits for one listener: at most so many events, and so many bytes of
// envelopes (or one event that is larger).
const (
	maxWaiting      = 1000
	maxWaitingBytes = 4 << 20
)

// Item is what a listener gets: an event, or how many it missed here.
type Item struct {
	rules.Routed
	// Dropped is how many events arrived faster than they were taken; zero for
	// an event. Those that the pattern would not have matched are among them.
	Dropped int
}

// Listener hears the events of a bus. Next is for one goroutine.
type Listener struct {
	Filter
	hub  *Hub
	wake chan struct{} // has an element when something waits

	mu      sync.Mutex
	waiting []Item // the last one may be a gap beyond maxWaiting
	bytes   int
}

// takes reports whether an event is for this listener, as far as that is told
// at once.
func (l *Listener) takes(r *rules.Routed) bool {
	return l.Rule == "" || slices.ContainsFunc(r.Rules, func(m rules.Matched) bool { return m.Rule == l.Rule })
}

// push never blocks.
func (l *Listener) push(r rules.Routed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(l.waiting)
	switch {
	case n == 0 || n < maxWaiting && l.bytes+len(r.Envelope) <= maxWaitingBytes:
		l.waiting = append(l.waiting, Item{Routed: r})
		l.bytes += len(r.Envelope)
	case l.waiting[n-1].Dropped > 0:
		l.waiting[n-1].Dropped++
	default:
		l.waiting = append(l.waiting, Item{Dropped: 1})
	}
	select {
	case l.wake <- struct{}{}:
	default: // it is awake
	}
}

// Next waits for the next item that is wanted; its error is that of ctx.
func (l *Listener) Next(ctx context.Context) (Item, error) {
	for {
		item, ok := l.pop()
		switch {
		case ok && l.wants(&item):
			return item, nil
		case ctx.Err() != nil:
			return Item{}, ctx.Err()
		case ok:
			continue
		}
		select {
		case <-ctx.Done():
		case <-l.wake:
		}
	}
}

func (l *Listener) pop() (Item, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		return Item{}, false
	}
	item := l.waiting[0]
	l.waiting[0] = Item{} // the array outlives it
	l.waiting = l.waiting[1:]
	l.bytes -= len(item.Envelope)
	return item, true
}

// wants matches the pattern. An event that it cannot read matches nothing.
func (l *Listener) wants(item *Item) bool {
	if item.Dropped > 0 || l.Pattern == nil {
		return true
	}
	ok, err := l.Pattern.Match(item.Envelope)
	return ok && err == nil
}

// Close ends the listening.
func (l *Listener) Close() { l.hub.remove(l) }
