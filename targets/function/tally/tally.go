package tally

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"skywatch/ingest"
	"skywatch/metric"
	"skywatch/targets/function"
)

const (
	// every is how often what has been counted is written: well within the time
	// that alarms leave to late data.
	every = 2 * time.Second
	// closing is how long the last writing may take.
	closing = 5 * time.Second
	// mostCells is for how many functions and minutes is counted between two
	// writings.
	mostCells = 4096
)

// Options are what a Tally works with.
type Options struct {
	To     ingest.Appender
	Logger *slog.Logger
}

// Tally counts. It is safe for concurrent use.
type Tally struct {
	Options
	uncounted atomic.Uint64

	mu    sync.Mutex
	cells map[place]*cell

	writing sync.Mutex
	pending [][]metric.Sample // taken and not written yet; one tenant each
}

// New returns a Tally; Run makes it write.
func New(o Options) *Tally {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Tally{Options: o, cells: map[place]*cell{}}
}

// Uncounted is how many invocations there was no place for.
func (t *Tally) Uncounted() uint64 { return t.uncounted.Load() }

// Count counts an invocation for its function and for the account.
func (t *Tally) Count(i function.Invoked) {
	t.mu.Lock()
	defer t.mu.Unlock()
	minute := i.At.Unix() / 60
	for name, concurrent := range map[string]int{i.Function: i.Concurrent, "": i.ConcurrentOverAll} {
		at := place{i.Tenant, name, minute}
		c := t.cells[at]
		if c == nil {
			if len(t.cells) >= mostCells {
				t.uncounted.Add(1)
				continue
			}
			c = &cell{}
			t.cells[at] = c
		}
		c.count(&i, concurrent)
	}
}

// Run writes until ctx ends. What is counted afterwards, Close writes.
func (t *Tally) Run(ctx context.Context) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		err := t.Flush(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			t.Logger.Warn("metrics of functions are not kept; it is tried again", "err", err)
		}
		failing = err != nil
	}
}

// Flush writes what has been counted. After an error the rest is written the
// next time.
func (t *Tally) Flush(ctx context.Context) error {
	t.writing.Lock()
	defer t.writing.Unlock()
	if len(t.pending) == 0 {
		t.pending = t.take()
	}
	for len(t.pending) > 0 {
		if err := t.To.Append(ctx, t.pending[0]); err != nil {
			return err
		}
		t.pending = t.pending[1:]
	}
	return nil
}

// take empties the cells into one batch for each of them.
func (t *Tally) take() (all [][]metric.Sample) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for at, c := range t.cells {
		all = append(all, c.samples(at))
	}
	t.cells = map[place]*cell{}
	return all
}

// Close writes what is left, once nothing is counted any more. That it cannot
// is no failure of those who were counted.
func (t *Tally) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	if err := t.Flush(ctx); err != nil {
		t.Logger.Warn("last metrics of functions are lost", "err", err)
	}
	return nil
}
