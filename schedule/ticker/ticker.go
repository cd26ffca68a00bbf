package ticker

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"skywatch/catalog"
	"skywatch/internal/settle"
)

// restAfterTrouble is how long the ticker rests when the catalog failed it.
const restAfterTrouble = 5 * time.Second

// Options are what a Ticker works with.
type Options struct {
	Catalog *catalog.DB
	Plans   *Plans
	Clock   Clock
	Logger  *slog.Logger // nil: none
	// Owners by Plan.Owner. Plans of others wait.
	Owners map[string]Owner
}

// Ticker acts on planned times. There is one per catalog.
type Ticker struct {
	Options
	settle settle.Line

	fired, missed, failed, late atomic.Int64

	// What follows belongs to the goroutine of Run.
	queues   []*queue
	awake    time.Time // when it last began to look at plans after a rest
	seen     time.Time // the latest time of the clock
	settling []chan time.Time
	unlogged int // misses that were not logged one by one since awake
	logged   int // those that were
}

// New returns a ticker; Run makes it work.
func New(o Options) *Ticker {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	t := &Ticker{Options: o, settle: make(settle.Line)}
	for _, name := range slices.Sorted(maps.Keys(o.Owners)) {
		t.queues = append(t.queues, &queue{name: name, Owner: o.Owners[name]})
	}
	return t
}

// Stats counts since the ticker was made.
type Stats struct {
	Fired  int64 // planned times acted on
	Missed int64 // passed over by their owners
	Failed int64 // failures of owners; each is tried again
	// Late is how long after its planned time the last one was acted on.
	Late time.Duration
}

// Stats returns the counts so far.
func (t *Ticker) Stats() Stats {
	return Stats{t.fired.Load(), t.missed.Load(), t.failed.Load(), time.Duration(t.late.Load())}
}

// Run acts on plans until ctx ends.
func (t *Ticker) Run(ctx context.Context) error {
	if err := t.load(); err != nil {
		return err
	}
	t.awake = t.now()
	for ctx.Err() == nil {
		next, idle, err := t.round(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			t.Logger.Error("plans cannot be kept; it is tried again", "err", err)
			t.wait(ctx, t.now().Add(restAfterTrouble))
		case idle:
			t.rest(next)
			t.wait(ctx, next)
			t.awake = t.now()
		}
	}
	return nil
}

// wait returns at a time, zero for none, or when there may be something to do.
func (t *Ticker) wait(ctx context.Context, until time.Time) {
	var wake <-chan time.Time
	if !until.IsZero() {
		c, stop := t.Clock.Wake(until)
		defer stop()
		wake = c
	}
	select {
	case <-ctx.Done():
	case <-t.Plans.wake:
	case <-wake:
	case s := <-t.settle:
		t.settling = append(t.settling, s)
	}
}

// rest answers those who wait for it.
func (t *Ticker) rest(next time.Time) {
	for _, s := range t.settling {
		s <- next
	}
	t.settling = nil
	if t.unlogged > 0 {
		t.Logger.Warn("more planned times were missed", "missed", t.unlogged)
	}
	t.logged, t.unlogged = 0, 0
}

// Settle returns once every plan that is due now was acted on, and when the next
// is due, zero if there is none. It is for a clock that is moved by hand: move
// it to next, and settle again. It needs Run.
func (t *Ticker) Settle(ctx context.Context) (next time.Time, err error) { return t.settle.Wait(ctx) }

// now is the clock's time without the monotonic part, which a clock that was
// set does not show.
func (t *Ticker) now() time.Time { return t.Clock.Now().UTC().Truncate(time.Millisecond) }
