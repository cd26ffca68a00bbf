package gather

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"skywatch/ingest"
	"skywatch/metric"
)

const (
	// every is how often what has been counted is written: well within the time
	// that alarms leave to late data.
	every = 2 * time.Second
	// closing is how long the last writing may take.
	closing = 5 * time.Second
)

// Options are what a Writer works with.
type Options struct {
	To     ingest.Appender
	Logger *slog.Logger // nil: none
}

// Writer writes counts. It is safe for concurrent use.
type Writer struct {
	Options
	of   string
	take func() [][]metric.Sample

	mu      sync.Mutex        // held while writing
	pending [][]metric.Sample // taken and not written yet
}

// NewWriter returns a Writer of what take hands over and forgets: batches of
// one tenant each. The log names what the metrics are of.
func NewWriter(o Options, of string, take func() [][]metric.Sample) *Writer {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Writer{Options: o, of: of, take: take}
}

// Run writes until ctx ends. What is counted afterwards, Close writes.
func (w *Writer) Run(ctx context.Context) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		err := w.Flush(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			w.Logger.Warn("metrics of "+w.of+" are not kept; it is tried again", "err", err)
		}
		failing = err != nil
	}
}

// Flush writes what has been counted. After an error the rest is written the
// next time.
func (w *Writer) Flush(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.pending) == 0 {
		w.pending = w.take()
	}
	for len(w.pending) > 0 {
		if err := w.To.Append(ctx, w.pending[0]); err != nil {
			return err
		}
		w.pending = w.pending[1:]
	}
	return nil
}

// Close writes what is left, once nothing is counted any more. That it cannot
// is no failure of those who were counted.
func (w *Writer) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	if err := w.Flush(ctx); err != nil {
		w.Logger.Warn("last metrics of "+w.of+" are lost", "err", err)
	}
	return nil
}
