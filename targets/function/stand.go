package function

import (
	"context"
	"sync"
	"time"

	"skywatch/internal/settle"
)

// stands are what all pollers are at: whoever moves a clock by hand waits for
// those that work.
type stands struct {
	mu    sync.Mutex
	of    map[*stand]struct{}
	moved chan struct{} // not nil: somebody waits for a change
}

// stand is what a poller is at: it works, or it rests until a time, or until
// changed is closed.
type stand struct {
	all     *stands
	rests   bool
	until   time.Time
	changed <-chan struct{}
}

// begin notes pollers that are about to work.
func (all *stands) begin(n int) []*stand {
	all.mu.Lock()
	defer all.mu.Unlock()
	begun := make([]*stand, n)
	for i := range begun {
		begun[i] = &stand{all: all}
		all.of[begun[i]] = struct{}{}
	}
	return begun
}

// tell lets those know who wait for a change; call it with the lock held.
func (all *stands) tell() {
	if all.moved != nil {
		close(all.moved)
		all.moved = nil
	}
}

// rest notes that a poller does nothing until then, or until changed is closed;
// it calls what is returned before it does anything else.
func (p *stand) rest(until time.Time, changed <-chan struct{}) (back func()) {
	p.set(true, until, changed)
	return func() { p.set(false, time.Time{}, nil) }
}

func (p *stand) set(rests bool, until time.Time, changed <-chan struct{}) {
	p.all.mu.Lock()
	defer p.all.mu.Unlock()
	p.rests, p.until, p.changed = rests, until, changed
	p.all.tell()
}

// end notes that a poller is gone.
func (p *stand) end() {
	p.all.mu.Lock()
	defer p.all.mu.Unlock()
	delete(p.all.of, p)
	p.all.tell()
}

// due reports whether a poller works at that time, or will without anybody's
// doing.
func (p *stand) due(now time.Time) bool {
	if !p.rests || !p.until.After(now) {
		return true
	}
	select {
	case <-p.changed:
		return true
	default:
		return false
	}
}

// look returns when the first poller works again; moved is not nil where one
// works now, and closed once that has changed.
func (all *stands) look(now time.Time) (next time.Time, moved <-chan struct{}) {
	all.mu.Lock()
	defer all.mu.Unlock()
	for p := range all.of {
		if p.due(now) {
			if all.moved == nil {
				all.moved = make(chan struct{})
			}
			return next, all.moved
		}
		next = settle.Earlier(next, p.until)
	}
	return next, nil
}

// Settle returns once the mappings' functions have worked on all that is in their
// sources now, and when there is something to be done again, zero for never. It
// needs Poll.
func (s *Service) Settle(ctx context.Context) (next time.Time, err error) {
	if _, err := s.mappings.Settle(ctx); err != nil {
		return next, err
	}
	for {
		next, moved := s.stands.look(s.now())
		if moved == nil {
			return next, nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return next, ctx.Err()
		}
	}
}
