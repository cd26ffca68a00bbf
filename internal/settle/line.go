// Package settle has a caller wait until an actor has nothing to do: who moves a
// clock by hand needs to know when everything has come of a move. Line is for an
// actor with a loop of its own, Loop is one that many actors have.
package settle

import (
	"context"
	"time"
)

// Line is where callers wait. The actor takes their channels from it, and once
// nothing is to be done sends each when something is due again, zero if nothing
// waits. It never blocks at that.
type Line chan chan time.Time

// Wait returns what the actor answers.
func (l Line) Wait(ctx context.Context) (time.Time, error) { return l.wait(ctx, nil) }

// wait is Wait for an actor of which nothing is to be expected once ended is
// closed.
func (l Line) wait(ctx context.Context, ended <-chan struct{}) (next time.Time, err error) {
	answer := make(chan time.Time, 1)
	select {
	case l <- answer:
	case <-ended:
		return next, nil
	case <-ctx.Done():
		return next, ctx.Err()
	}
	select {
	case next = <-answer:
		return next, nil
	case <-ended:
		return next, nil
	case <-ctx.Done():
		return next, ctx.Err()
	}
}
