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
	// Visibility and Wait are the queue's where nil.
	Visibility, Wait *time.Duration
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
	var until time.Time
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
		if !s.wait(ctx, l, until) {
			return nil, nil
		}
	}
}

// looked is what a look at a queue showed.
type looked struct {
	queue   record
	ready   bool      // something is visible
	guessed bool      // or so it seemed: nobody looked
	next    time.Time // when the next thing is, zero if nothing is there
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
		first := func(one found) (bool, error) {
			if l.next.IsZero() || one.at.Before(l.next) {
				l.next, l.ready = one.at, !one.at.After(now)
			}
			return false, nil
		}
		if err := upcoming(r, &l.queue, low, first); err != nil || l.queue.fifo() || l.ready || noGroup {
			return err
		}
		return upcomingGroups(r, store, lowGroup, first)
	})
	return l, err
}

// wait returns when another look may show more; false if ctx ended.
func (s *Service) wait(ctx context.Context, l looked, until time.Time) bool {
	if !l.next.IsZero() && l.next.Before(until) && l.next.After(s.now()) {
		until = l.next
	}
	c, stop := s.Clock.Wake(until)
	defer stop()
	select {
	case <-ctx.Done():
		return false
	case <-l.changed:
	case <-c:
	}
	return true
}
