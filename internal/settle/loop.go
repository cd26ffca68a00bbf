package settle

import (
	"context"
	"time"
)

// Clock is a targets.Clock.
type Clock interface {
	Now() time.Time
	Wake(t time.Time) (c <-chan time.Time, stop func())
}

// Loop is an actor that acts and rests by turns. Make it with NewLoop.
type Loop struct {
	line  Line
	nudge chan struct{} // holds one: there is something to do
	ended chan struct{}
}

// NewLoop returns a loop that does nothing before Run.
func NewLoop() *Loop {
	return &Loop{line: make(Line), nudge: make(chan struct{}, 1), ended: make(chan struct{})}
}

// Nudge has Run act again. It never blocks.
func (l *Loop) Nudge() {
	select {
	case l.nudge <- struct{}{}:
	default: // it will act anyway
	}
}

// Run calls act until ctx ends: at once, at the time that it returned last
// (zero: at none), and after a Nudge. A Loop runs once.
func (l *Loop) Run(ctx context.Context, clock Clock, act func(context.Context) time.Time) {
	defer close(l.ended)
	var asking []chan time.Time
	for ctx.Err() == nil {
		next := act(ctx)
		if later(clock, next) {
			for _, a := range asking {
				a <- next
			}
			asking = nil
		}
		if a := l.rest(ctx, clock, next); a != nil {
			asking = append(asking, a)
		}
	}
}

// rest returns when there may be something to do, and who has asked meanwhile
// and has to wait for it. Others are answered at once.
func (l *Loop) rest(ctx context.Context, clock Clock, next time.Time) (asks chan time.Time) {
	var wake <-chan time.Time
	if !next.IsZero() {
		c, stop := clock.Wake(next)
		defer stop()
		wake = c
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
			return nil
		case <-l.nudge:
			return nil
		case a := <-l.line:
			if !later(clock, next) || l.nudged() {
				return a
			}
			a <- next
		}
	}
}

func (l *Loop) nudged() bool {
	select {
	case <-l.nudge:
		return true
	default:
		return false
	}
}

func later(clock Clock, next time.Time) bool { return next.IsZero() || next.After(clock.Now()) }

// Settle returns once nothing is to be done now, and when something is again,
// zero if nothing waits or Run has ended. It needs Run.
func (l *Loop) Settle(ctx context.Context) (next time.Time, err error) {
	return l.line.wait(ctx, l.ended)
}

// All settles one after the other and returns the earliest of their times.
func All(ctx context.Context, actors ...func(context.Context) (time.Time, error)) (next time.Time, err error) {
	for _, settle := range actors {
		at, err := settle(ctx)
		if err != nil {
			return time.Time{}, err
		}
		next = Earlier(next, at)
	}
	return next, nil
}

// Earlier returns the earlier of two times of which zero means never.
func Earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
