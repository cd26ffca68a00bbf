package main

import (
	"context"
	"errors"
	"time"
)

// patience is how long something may take that is sure to come.
const patience = 2 * time.Minute

// poll asks until the answer is yes.
func poll(ctx context.Context, ask func() (bool, error)) error {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		ok, err := ask()
		if ok || err != nil {
			return err
		}
		if err := pause(ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
	return errors.New("waited in vain")
}

// pause waits.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
