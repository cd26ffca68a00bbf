package tally

import (
	"context"
	"hash/maphash"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"skywatch/ingest"
	"skywatch/metric"
)

// every is how often what has been counted is written: well within the time
// that alarms leave to late data.
const every = 2 * time.Second

// closing is how long the last writing may take.
const closing = 5 * time.Second

// perAppend is how many samples are written at once; with every value that there
// can be they are half of what the log takes as one record.
const perAppend = 500

// Options are what a Tally works with.
type Options struct {
	To     ingest.Appender
	Logger *slog.Logger
}

// Tally counts. It is safe for concurrent use.
type Tally struct {
	Options
	seed      maphash.Seed
	table     [numFigures]Metric
	shards    [shards]shard
	uncounted atomic.Uint64

	mu      sync.Mutex        // held while writing
	pending [][]metric.Sample // taken from the shards and not written yet
}

// New returns a Tally; Run makes it write.
func New(o Options) *Tally {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	t := &Tally{Options: o, seed: maphash.MakeSeed(), table: metrics()}
	for i := range t.shards {
		t.shards[i].cells = map[place]*cell{}
	}
	return t
}

// Stats are counts since the start.
type Stats struct {
	// Uncounted is how many additions there was no place for.
	Uncounted uint64
}

// Stats returns the counts.
func (t *Tally) Stats() Stats { return Stats{t.uncounted.Load()} }

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
			t.Logger.Warn("metrics of events are not kept; it is tried again", "err", err)
		}
		failing = err != nil
	}
}

// Flush writes what has been counted. After an error the rest is written the
// next time, and the shards go on counting in the bounds that they have.
func (t *Tally) Flush(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.pending) == 0 {
		t.pending = t.batches(t.take())
	}
	for len(t.pending) > 0 {
		if err := t.To.Append(ctx, t.pending[0]); err != nil {
			return err
		}
		t.pending = t.pending[1:]
	}
	return nil
}

// Close writes what is left, once nothing is counted any more. That it cannot
// is no failure of those who were counted.
func (t *Tally) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	if err := t.Flush(ctx); err != nil {
		t.Logger.Warn("last metrics of events are lost", "err", err)
	}
	return nil
}
