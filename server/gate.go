package server

import (
	"context"
	"sync"
)

// gate lets those in who work with the rooms, or closes once all of them are out.
type gate struct {
	mu     sync.Mutex
	inside int
	closed chan struct{} // not nil: closed; it ends when the gate opens
	empty  chan struct{} // not nil: somebody waits for the last one
}

// enter waits while the gate is closed.
func (g *gate) enter(ctx context.Context) error {
	for {
		g.mu.Lock()
		closed := g.closed
		if closed == nil {
			g.inside++
		}
		g.mu.Unlock()
		if closed == nil {
			return nil
		}
		select {
		case <-closed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inside--; g.inside == 0 && g.empty != nil {
		close(g.empty)
		g.empty = nil
	}
}

// shut closes the gate and waits until nobody is inside; it reports whether that
// came about before ctx ended. Whoever called it opens the gate.
func (g *gate) shut(ctx context.Context) bool {
	g.mu.Lock()
	g.closed = make(chan struct{})
	empty := make(chan struct{})
	if g.inside == 0 {
		close(empty)
	} else {
		g.empty = empty
	}
	g.mu.Unlock()
	select {
	case <-empty:
		return true
	case <-ctx.Done():
		return false
	}
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.closed)
	g.closed = nil
}
