package archives

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"skywatch/catalog"
	"skywatch/internal/settle"
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
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var sweep time.Time
	var failed error
	s.begins.Run(ctx, s.Clock, func(ctx context.Context) time.Time {
		if now := s.now(); !now.Before(sweep) {
			s.sweep(ctx)
			sweep = now.Add(sweepEvery)
		}
		names, err := s.unfinished()
		if err != nil {
			failed = err
			stop()
		}
		for _, n := range names {
			if work, ok := s.employ(n); ok {
				workers.Go(func() {
					defer s.dismiss(n)
					s.carry(ctx, n, work)
				})
			}
		}
		return sweep
	})
	return failed
}

// Settle returns once replays have put what their rates allow, and when there is
// more to do. It needs Run.
func (s *Service) Settle(ctx context.Context) (next time.Time, err error) {
	if next, err = s.begins.Settle(ctx); err != nil {
		return next, err
	}
	s.mu.Lock()
	workers := slices.Collect(maps.Values(s.workers))
	s.mu.Unlock()
	for _, w := range workers {
		at, err := w.Settle(ctx)
		if err != nil {
			return next, err
		}
		next = settle.Earlier(next, at)
	}
	return next, nil
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
func (s *Service) employ(n Name) (work *settle.Loop, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.workers[n] != nil {
		return nil, false
	}
	work = settle.NewLoop()
	s.workers[n] = work
	return work, true
}

func (s *Service) dismiss(n Name) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.workers, n)
}

// wake has a replay look at its record now.
func (s *Service) wake(n Name) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.workers[n]; w != nil {
		w.Nudge()
	}
}

func (s *Service) wakeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.workers {
		w.Nudge()
	}
}

// carry carries a replay on until it is over or ctx ends.
func (s *Service) carry(ctx context.Context, n Name, work *settle.Loop) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	w := worker{Service: s, name: n}
	work.Run(ctx, s.Clock, func(ctx context.Context) time.Time {
		over, next, err := w.step(ctx)
		switch now := s.now(); {
		case over:
			stop()
		case err != nil && ctx.Err() == nil:
			s.Logger.Error("replay cannot go on; it is tried again", "replay", n.arn(replayResource), "err", err)
			next = now.Add(restAfterTrouble)
		case next.IsZero(): // at once
			next = now
		}
		return next
	})
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
