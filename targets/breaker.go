package targets

import (
	"context"
	"sync"
	"time"

	"skywatch/catalog"
)

// The circuit breaker of a target (reliability.md 4).
const (
	// breakAfter failures in a row open it.
	breakAfter = 10
	// probeEvery is the time between attempts while it is open.
	probeEvery = 30 * time.Second
	// longestMemory is how many targets in trouble are remembered of which
	// nothing is under way.
	longestMemory = 10_000
)

// breaker is what is remembered of a target whose last attempt failed. On disk
// it is the record of an open one.
type breaker struct {
	// Failures in a row. A permanent failure is none: it is an answer. Nor is one
	// that says so.
	Failures int
	// Probe is when the next attempt may begin, once it is open.
	Probe time.Time `json:",omitzero"`

	// last is the failure that was counted last, in this life; nil means that
	// the target has not been tried since the start.
	last *Failure
	// swept is how far the search for the overaged has come.
	swept []string
}

func (b *breaker) open() bool { return b.Failures >= breakAfter }

// broken holds the open breakers, so that a restart neither asks dead targets
// ten times more nor asks them sooner.
var broken = catalog.Table[breaker]{Name: "outbox-breaker"} // target

// breakers are shared by the dispatcher and the carrying goroutines.
type breakers struct {
	mu  sync.Mutex
	all map[string]breaker
}

// load reads the open ones. A probe that lies further ahead than one can be
// planned was planned by a clock that has been set back.
func (s *breakers) load(r catalog.Reader, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = map[string]breaker{}
	return broken.Scan(r, catalog.Range{}, func(key []string, b breaker) (bool, error) {
		if latest := now.Add(probeEvery); b.Probe.After(latest) {
			b.Probe = latest
		}
		s.all[key[0]] = b
		return true, nil
	})
}

// hold is when the next attempt may begin; zero: at any time.
func (s *breakers) hold(target string) time.Time { return s.of(target).Probe }

// of returns a target's breaker as it is.
func (s *breakers) of(target string) breaker {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all[target]
}

// sweep notes how far the search for the overaged has come.
func (s *breakers) sweep(target string, swept []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, ok := s.all[target]; ok {
		b.swept = swept
		s.all[target] = b
	}
}

// open counts the open ones.
func (s *breakers) open() (n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.all {
		if b.open() {
			n++
		}
	}
	return n
}

// failed counts a failure of an attempt that began at the given time.
func (s *breakers) failed(target string, f *Failure, began time.Time) breaker {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.all[target]
	b.Failures++
	b.last = f
	if next := began.Add(probeEvery); b.open() && next.After(b.Probe) {
		b.Probe = next
	}
	s.all[target] = b
	s.forget(target)
	return b
}

// forget bounds the memory: one target in trouble, but not open, makes room.
// It costs that target's breaker a few attempts more.
func (s *breakers) forget(but string) {
	if len(s.all) <= longestMemory {
		return
	}
	for target, b := range s.all {
		if target != but && !b.open() {
			delete(s.all, target)
			return
		}
	}
}

// answered closes a target's breaker; it reports whether it was open.
func (s *breakers) answered(target string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.all[target]
	if ok {
		delete(s.all, target)
	}
	return b.open()
}

// weigh has an attempt's end count for its target's breaker, and keeps on disk
// what is to outlive a restart. A crash in between costs one count.
func (e *Engine) weigh(ctx context.Context, target string, f *Failure, began time.Time) {
	var err error
	if !f.amiss() {
		if e.breakers.answered(target) {
			err = e.Catalog.Update(ctx, func(tx *catalog.Tx) error { return broken.Delete(tx, target) })
			e.Logger.Info("target answers again", "target", target)
		}
	} else if b := e.breakers.failed(target, f, began); b.open() {
		if b.Failures == breakAfter {
			e.Logger.Warn("target does not answer; it is tried less often", "target", target, "failures", b.Failures, "every", probeEvery, "err", f)
		}
		err = e.Catalog.Update(ctx, func(tx *catalog.Tx) error { return broken.Put(tx, b, target) })
		if err == nil {
			err = e.expire(target, b)
		}
	}
	if err != nil {
		e.Logger.Error("circuit breaker cannot be recorded", "target", target, "err", err)
	}
}
