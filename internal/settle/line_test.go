package settle_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"skywatch/internal/settle"
)

func TestWait(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	line := make(settle.Line)
	go func() { answer := <-line; answer <- at }()
	if next, err := line.Wait(t.Context()); err != nil || !next.Equal(at) {
		t.Errorf("%v %v", next, err)
	}
}

// Who does not wait any longer neither stays nor holds the actor up.
func TestWaitNoLonger(t *testing.T) {
	t.Parallel()
	line := make(settle.Line)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		answer := <-line
		cancel()
		answer <- time.Time{}
	}()
	if _, err := line.Wait(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	<-done
	if _, err := line.Wait(ctx); !errors.Is(err, context.Canceled) { // nobody takes it
		t.Error(err)
	}
}
