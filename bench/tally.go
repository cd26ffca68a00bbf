package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// tally takes down which events of a stream arrive, and how late.
type tally struct {
	mu      sync.Mutex
	times   []int // by number of the event
	arrived int
	late    []time.Duration
	failed  error
}

func newTally(events int) *tally { return &tally{times: make([]int, events)} }

// take notes the arrival of an event.
func (t *tally) take(body []byte) { t.takeFrom(0, body) }

// takeFrom notes the arrival of an event of a stream whose numbers begin
// elsewhere in the tally.
func (t *tally) takeFrom(first int, body []byte) {
	now := time.Now()
	n, at, err := readEvent(body)
	n += first
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err != nil:
		t.failed = err
		return
	case n >= len(t.times):
		t.failed = fmt.Errorf("event %d was never put", n)
		return
	}
	t.times[n]++
	t.arrived++
	t.late = append(t.late, now.Sub(at))
}

// count returns how many have arrived, repetitions included.
func (t *tally) count() (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.arrived, t.failed
}

// wait returns once as many have arrived as were put.
func (t *tally) wait(ctx context.Context) error {
	err := poll(ctx, func() (bool, error) {
		n, err := t.count()
		return n >= len(t.times), err
	})
	if err != nil {
		n, _ := t.count()
		return fmt.Errorf("%d of %d events have arrived: %w", n, len(t.times), err)
	}
	return t.once()
}

// once holds that each event arrived once.
func (t *tally) once() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for n, times := range t.times {
		if times != 1 {
			return fmt.Errorf("event %d arrived %d times", n, times)
		}
	}
	return t.failed
}

// quantile returns the lateness below which a part of the events was.
func (t *tally) quantile(q float64) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	slices.Sort(t.late)
	if len(t.late) == 0 {
		return 0
	}
	return t.late[min(len(t.late)-1, int(q*float64(len(t.late))))]
}
