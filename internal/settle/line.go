// Package settle has a caller wait until an actor has nothing to do: tests that
// move a clock by hand need to know when everything has come of a move.
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
func (l Line) Wait(ctx context.Context) (time.Time, error) {
	answer := make(chan time.Time, 1)
	select {
	case l <- answer:
	case <-ctx.Done():
		return time.Time{}, ctx.Err()
	}
	select {
	case next := <-answer:
		return next, nil
	case <-ctx.Done():
		return time.Time{}, ctx.Err()
	}
}
