package queue

import (
	"context"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// Limits of Receive.
const (
	maxReceive  = 10
	maxWait     = 20 * time.Second
	maxHidden   = 43_200 * time.Second
	maxInFlight = 120_000
)

// Receive says what to receive.
type Receive struct {
	Max int
	// Bytes bounds the size of what is received together, but for the first
	// message, which may be of any; 0: it is not bounded.
	Bytes int
	// Visibility and Wait are the queue's where nil.
	Visibility, Wait *time.Duration
	// Rests has a wait end by the Clock alone. It is called before a wait that lasts
	// until a time, or until changed is closed, and what it returns after it. Where
	// it is nil, a wait also ends by the machine's clock: a client cannot wait for a
	// Clock that stands still.
	Rests func(until time.Time, changed <-chan struct{}) (back func())
	// Attempt asks a FIFO queue for the answer again that an earlier receive
	// with the same id was given.
	Attempt string
}

// Received is a message as a receiver gets it.
type Received struct {
	Message
	Sent
	Receipt string
	Sender  string
	SentAt  time.Time
	// Receives counts this one; First is when the first was.
	Receives int
	First    time.Time
	// Source is the ARN of the queue that a dead-letter queue has it from.
	Source string
}

func (r *Receive) check() error {
	switch {
	case r.Max < 1 || r.Max > maxReceive:
		return fault.New(fault.InvalidValue, "Value %d for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.", r.Max).On("MaxNumberOfMessages")
	case r.Wait != nil && (*r.Wait < 0 || *r.Wait > maxWait):
		return fault.New(fault.InvalidValue, "Value %d for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.", *r.Wait/time.Second).On("WaitTimeSeconds")
	case r.Visibility != nil:
		return checkTimeout(*r.Visibility)
	}
	return nil
}

func checkTimeout(d time.Duration) error {
	if d < 0 || d > maxHidden {
		return fault.New(fault.InvalidValue, "Value %d for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200.", d/time.Second).On("VisibilityTimeout")
	}
	return nil
}

// Receive returns what a queue has, or waits for it. A wait that ctx ends, be
// it that the caller is gone or that we stop, has found nothing.
func (s *Service) Receive(ctx context.Context, n Name, r Receive) ([]Received, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	got, err := s.receive(ctx, n, r)
	if err == nil {
		s.tell(&Used{Name: n, Received: len(got), Empty: len(got) == 0})
	}
	return got, err
}

func (s *Service) receive(ctx context.Context, n Name, r Receive) ([]Received, error) {
	var until time.Time
	var patience <-chan time.Time
	for {
		l, err := s.look(n)
		if err != nil {
			return nil, err
		}
		if err := l.queue.checkAttempt(r.Attempt); err != nil {
			return nil, err
		}
		now := s.now()
		if until.IsZero() {
			until = now.Add(seconds(l.queue.Settings.Wait))
			if r.Wait != nil {
				until = now.Add(*r.Wait)
			}
			if r.Rests == nil && until.After(now) {
				timer := time.NewTimer(until.Sub(now))
				defer timer.Stop()
				patience = timer.C
			}
		}
		if l.ready || r.Attempt != "" { // what was given before is hidden
			got, again, err := s.take(ctx, n, r, until.After(now))
			if err != nil || len(got) > 0 {
				return got, err
			}
			if again || l.guessed {
				continue
			}
		}
		if !now.Before(until) {
			return nil, nil
		}
		if on, err := s.wait(ctx, l, until, patience, r.Rests); err != nil || !on {
			return nil, err
		}
	}
}

// looked is what a look at a queue showed.
type looked struct {
	queue   record
	ready   bool // something is visible
	guessed bool // or so it seemed: nobody looked
	changed <-chan struct{}
}

// look finds out, without writing, whether a queue has something visible.
func (s *Service) look(n Name) (l looked, err error) {
	if l.queue, err = s.lately(n); err != nil {
		return l, err
	}
	store := l.queue.store()
	sh := s.shelves.get(store)
	l.changed = sh.wait() // before the look, so that nothing is missed after it
	if sh.hasMore() {
		l.ready, l.guessed = true, true
		return l, nil
	}
	// Where to begin is asked before what is there, and what time it is after:
	// else what came meanwhile could hide that something was there all the time.
	low := sh.begin()
	lowGroup, noGroup := sh.noiseFrom()
	err = s.Catalog.View(func(r catalog.Reader) error {
		now := s.now()
		first := func(found) (bool, error) {
			l.ready = true
			return false, nil
		}
		if err := upcoming(r, &l.queue, low, now, first); err != nil || l.queue.fifo() || l.ready || noGroup {
			return err
		}
		return upcomingGroups(r, store, lowGroup, now, first)
	})
	return l, err
}

// wait returns when another look may show more; false if ctx or patience ended.
func (s *Service) wait(ctx context.Context, l looked, until time.Time, patience <-chan time.Time, rests func(time.Time, <-chan struct{}) func()) (bool, error) {
	next, err := s.next(ctx, &l.queue)
	switch now := s.now(); {
	case ctx.Err() != nil:
		return false, nil
	case err != nil:
		return false, err
	case next.After(now):
		until = earlier(until, next)
	case !l.ready:
		return true, nil // it has become visible since
	}
	c, stop := s.Clock.Wake(until)
	defer stop()
	if rests != nil {
		defer rests(until, l.changed)()
	}
	select {
	case <-ctx.Done():
		return false, nil
	case <-patience:
		return false, nil
	case <-l.changed:
	case <-c:
	}
	return true, nil
}

// next is when something becomes visible, or earlier. To find that may mean to
// walk over all that was received and deleted in the last time-out; so what was
// found is kept for as long as it lies ahead.
func (s *Service) next(ctx context.Context, q *record) (next time.Time, err error) {
	sh := s.shelves.get(q.store())
	if next, ok := sh.upcoming(s.now()); ok {
		return next, nil
	}
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error { // for the time alone: it writes nothing
		now := s.now()
		next = now.Add(maxWait)
		err := upcoming(tx, q, sh.begin(), next, func(one found) (bool, error) {
			next = one.at
			return false, nil
		})
		if err == nil && next.After(now) {
			sh.hides(next)
		}
		return err
	})
	return next, err
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
