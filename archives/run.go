package archives

import (
	"context"
	"sync"
	"time"

	"skywatch/catalog"
)

const (
	// sweepEvery is how often retention is enforced: its grain is the hour.
	sweepEvery = time.Hour
	// restAfterTrouble is how long a replay rests when our own records failed it.
	restAfterTrouble = 5 * time.Second
)

// Run carries replays on and enforces retention until ctx ends. What it leaves
// goes on at the next start.
func (s *Service) Run(ctx context.Context) error {
	var workers sync.WaitGroup
	defer workers.Wait()
	var sweep time.Time
	for ctx.Err() == nil {
		if now := s.now(); !now.Before(sweep) {
			s.sweep(ctx)
			sweep = now.Add(sweepEvery)
		}
		names, err := s.unfinished()
		if err != nil {
			return err
		}
		for _, n := range names {
			if wake, ok := s.employ(n); ok {
				workers.Go(func() {
					defer s.dismiss(n)
					s.carry(ctx, n, wake)
				})
			}
		}
		c, stop := s.Clock.Wake(sweep)
		select {
		case <-ctx.Done():
		case <-s.changed:
		case <-c:
		}
		stop()
	}
	return nil
}

// unfinished returns the replays that are not over. There are at most
// Limits.Replays of an account and region.
func (s *Service) unfinished() (names []Name, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		return replays.Scan(r, catalog.Range{}, func(key []string, p Replay) (bool, error) {
			if !p.State.over() {
				names = append(names, nameOf(key))
			}
			return true, nil
		})
	})
	return names, err
}

// employ makes place for the worker of a replay; ok is false if it has one.
func (s *Service) employ(n Name) (wake <-chan struct{}, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.workers[n] != nil {
		return nil, false
	}
	c := make(chan struct{}, 1)
	s.workers[n] = c
	return c, true
}

func (s *Service) dismiss(n Name) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.workers, n)
}

// begun has Run look for new replays.
func (s *Service) begun() {
	select {
	case s.changed <- struct{}{}:
	default: // it will look anyway
	}
}

// wake has a replay look at its record now.
func (s *Service) wake(n Name) {
	s.mu.Lock()
	defer s.mu.Unlock()
	nudge(s.workers[n])
}

func (s *Service) wakeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.workers {
		nudge(c)
	}
}

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // nobody is there, or has not looked since
	}
}

// carry carries a replay on until it is over or ctx ends.
func (s *Service) carry(ctx context.Context, n Name, wake <-chan struct{}) {
	w := worker{Service: s, name: n}
	for ctx.Err() == nil {
		over, next, err := w.step(ctx)
		if over {
			return
		}
		if err != nil && ctx.Err() == nil {
			s.Logger.Error("replay cannot go on; it is tried again", "replay", n.arn(replayResource), "err", err)
			next = s.now().Add(restAfterTrouble)
		}
		if !next.After(s.now()) {
			continue
		}
		c, stop := s.Clock.Wake(next)
		select {
		case <-ctx.Done():
		case <-wake:
		case <-c:
		}
		stop()
	}
}

// sweep drops what is too old.
func (s *Service) sweep(ctx context.Context) {
	var all []Archive
	err := s.Catalog.View(func(r catalog.Reader) error {
		return archives.Scan(r, catalog.Range{}, func(key []string, a Archive) (bool, error) {
			a.Name = nameOf(key)
			all = append(all, a)
			return true, nil
		})
	})
	for i := range all {
		if err == nil {
			err = s.expire(ctx, &all[i])
		}
	}
	if err == nil {
		err = s.forget(ctx)
	}
	if err != nil && ctx.Err() == nil {
		s.Logger.Error("retention of archives is not enforced; it is tried again", "err", err)
	}
}
