package durable

import "sync"

// Gate lets calls into a store until it closes. The zero value is open.
type Gate struct {
	mu     sync.Mutex
	closed bool
	users  sync.WaitGroup // calls under way
}

// Enter reports whether the store is open. If it is, the caller must Leave.
func (g *Gate) Enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.users.Add(1)
	return true
}

// Leave ends a call that entered.
func (g *Gate) Leave() { g.users.Done() }

// Close lets nobody in any more and waits for the calls under way. It reports
// whether this call is the one that closed the gate.
func (g *Gate) Close() bool {
	g.mu.Lock()
	was := g.closed
	g.closed = true
	g.mu.Unlock()
	if was {
		return false
	}
	g.users.Wait()
	return true
}
