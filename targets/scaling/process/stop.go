package process

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"time"
)

// step is how often a process that is to end is looked at.
const step = 20 * time.Millisecond

// killWait is how long a process may take to go that was killed.
const killWait = 5 * time.Second

// Stop ends a program: its group is asked to end, has some time for it, and is
// killed. One that is not known has ended.
func (s *Supervisor) Stop(ctx context.Context, id string, grace time.Duration) error {
	s.mu.Lock()
	p := s.all[id]
	var who identity
	var err error
	if p != nil {
		_, err = s.find(&p.record)
		who = p.identity
	}
	s.mu.Unlock()
	if p == nil || err != nil {
		return err
	}
	for _, round := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGTERM, grace}, {syscall.SIGKILL, killWait}} {
		if s.machine.signal(who, round.signal) {
			err = s.ended(ctx, who, round.wait)
		} else {
			err = nil
		}
		if err == nil || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("end process %d: %w", who.PID, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.machine.bury(who)
	s.machine.sweep(id, who)
	return s.forget(id)
}

// StopAll ends the programs of all owners that begin with a prefix, all at once.
func (s *Supervisor) StopAll(ctx context.Context, prefix string, grace time.Duration) error {
	s.mu.Lock()
	var ids []string
	for id, p := range s.all {
		if strings.HasPrefix(p.Owner, prefix) {
			ids = append(ids, id)
		}
	}
	s.mu.Unlock()
	errs := make([]error, len(ids))
	var stops sync.WaitGroup
	for i, id := range ids {
		stops.Go(func() { errs[i] = s.Stop(ctx, id, grace) })
	}
	stops.Wait()
	return errors.Join(errs...)
}

// ended waits until a process does not run any more.
func (s *Supervisor) ended(ctx context.Context, who identity, within time.Duration) error {
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	t := time.NewTicker(step)
	defer t.Stop()
	for s.machine.runs(who) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline.C:
			return fmt.Errorf("it has not ended within %s", within)
		case <-t.C:
		}
	}
	return nil
}
