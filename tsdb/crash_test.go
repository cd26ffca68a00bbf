package tsdb

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"skywatch/metric"
)

// A writer appends batches one after the other. Batch k puts one sample into
// minute k of each of the writer's metrics, so that whether it is there, whole
// and once, is a matter of counting.
type writer struct {
	metrics []metric.ID
	started atomic.Int64
	acked   atomic.Int64
	dead    atomic.Bool // an append failed: batches are no longer consecutive
	number  int         // goes into the ids of its batches
}

// id is that of batch k.
func (w *writer) id(k int64) metric.BatchID { return batchID(w.number<<32 + int(k)) }

func newWriter(n int) *writer {
	w := &writer{number: n}
	for i := range 5 {
		w.metrics = append(w.metrics, id("Crash", fmt.Sprintf("W%d", n), "I", fmt.Sprint(i)))
	}
	return w
}

func (w *writer) batch(k int64) []metric.Sample {
	samples := make([]metric.Sample, len(w.metrics))
	for i, m := range w.metrics {
		samples[i] = single(m, t0.Add(time.Duration(k)*time.Minute), float64(k))
		samples[i].HighResolution = i == 0
	}
	return samples
}

// put appends the next batch; after an error the writer stops.
func (w *writer) put(db *DB) error {
	k := w.started.Add(1)
	if _, err := db.AppendOnce(context.Background(), w.id(k), w.batch(k)); err != nil {
		w.dead.Store(true)
		return err
	}
	w.acked.Store(k)
	return nil
}

// bounds are what a crash may have left of a writer: at least the batches up
// to acked, at most those up to started.
type bounds struct{ acked, started int64 }

// verify holds a store that was opened after a crash against the bounds.
func (w *writer) verify(db *DB, b bounds) error {
	for k := int64(1); k <= b.started+1; k++ {
		start := t0.Add(time.Duration(k) * time.Minute)
		first := -1.0
		for i, m := range w.metrics {
			n, err := countIn(db, m, metric.Minute, start, start+metric.Minute.Millis())
			if err != nil {
				return err
			}
			switch {
			case n > 1:
				return fmt.Errorf("batch %d counts %v times", k, n)
			case n == 0 && k <= b.acked:
				return fmt.Errorf("acknowledged batch %d is lost", k)
			case n > 0 && k > b.started:
				return fmt.Errorf("batch %d was never sent", k)
			case first >= 0 && n != first:
				return fmt.Errorf("batch %d is there in part", k)
			}
			first = n
			if i > 0 {
				continue
			}
			if s, err := countIn(db, m, metric.Second, start, start+metric.Minute.Millis()); err != nil || s != n {
				return fmt.Errorf("batch %d counts %v in the minute and %v in the second (%v)", k, n, s, err)
			}
		}
	}
	for _, m := range w.metrics {
		var totals [3]float64
		for i, p := range []metric.Period{metric.Minute, metric.FiveMinute, metric.Hour} {
			var err error
			if totals[i], err = countIn(db, m, p, -maxTime, maxTime); err != nil {
				return err
			}
		}
		if totals[1] != totals[0] || totals[2] != totals[0] {
			return fmt.Errorf("tiers count %v", totals)
		}
	}
	return nil
}

func countIn(db *DB, m metric.ID, p metric.Period, from, to metric.Instant) (n float64, err error) {
	err = db.Read(context.Background(), m, p, from, to, func(d metric.Datapoint) { n += d.Set.SampleCount })
	return n, err
}

// repeat sends each batch again that was begun before a crash: what was
// acknowledged is known, and then each counts once. The bounds are what is right
// from then on.
func (w *writer) repeat(db *DB, b *bounds) error {
	for k := int64(1); k <= b.started; k++ {
		repeated, err := db.AppendOnce(context.Background(), w.id(k), w.batch(k))
		if err != nil {
			return err
		}
		if k <= b.acked && !repeated {
			return fmt.Errorf("acknowledged batch %d is not known again", k)
		}
	}
	b.acked = b.started
	return w.verify(db, *b)
}

// crash is a disk as a loss of power left it.
type crash struct {
	fs     *vfs.MemFS
	bounds []bounds
	at     string
}

// crasher clones the disk at random operations.
type crasher struct {
	fs      *vfs.MemFS
	writers []*writer

	mu      sync.Mutex
	rng     *rand.Rand
	one     int // in how many operations a crash comes
	crashes []crash
}

// MaybeError implements errorfs.Injector; it injects nothing.
func (c *crasher) MaybeError(op errorfs.Op) error {
	if op.Kind.ReadOrWrite() != errorfs.OpIsWrite {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rng.IntN(c.one) > 0 {
		return nil
	}
	k := crash{at: fmt.Sprintf("operation %d on %s", op.Kind, op.Path)}
	for _, w := range c.writers {
		k.bounds = append(k.bounds, bounds{acked: w.acked.Load()})
	}
	percent := []int{0, 30, 70, 100}[c.rng.IntN(4)]
	k.fs = c.fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: percent, RNG: c.rng})
	k.at += fmt.Sprintf(" with %d %% of the rest", percent)
	for i, w := range c.writers {
		k.bounds[i].started = w.started.Load()
	}
	c.crashes = append(c.crashes, k)
	return nil
}

// String implements errorfs.Injector.
func (c *crasher) String() string { return "crasher" }

// fixedRand is for choices that do not matter.
func fixedRand() *rand.Rand { return rand.New(rand.NewPCG(1, 1)) }

func TestCrash(t *testing.T) {
	t.Parallel()
	s := seed(t)
	rounds := 3
	if *longFlag {
		rounds = 200
	}
	total := 0
	for round := range rounds {
		rng := rand.New(rand.NewPCG(s, uint64(round)))
		var writers []*writer
		for i := range 12 { // many, so that some are between the log and the head
			writers = append(writers, newWriter(i))
		}
		crashes := runToCrashes(t, vfs.NewCrashableMem(), rng, writers)
		total += len(crashes)
		for _, c := range crashes {
			if err := c.verify(rng); err != nil {
				t.Fatalf("round %d, crash before %s: %v", round, c.at, err)
			}
		}
	}
	t.Logf("%d crashes", total)
}

// runToCrashes runs a store under load and returns the disks that crashes left.
func runToCrashes(t *testing.T, fs *vfs.MemFS, rng *rand.Rand, writers []*writer) []crash {
	c := &crasher{fs: fs, writers: writers, rng: rng, one: 20}
	o := quiet(errorfs.Wrap(fs, c))
	o.SegmentBytes = 2 << 10
	if rng.IntN(2) == 0 {
		o.memTableBytes = 4 << 10 // most batches are larger than half of it: Pebble treats them apart
	}
	db := mustOpen(t, o)
	var wg sync.WaitGroup
	for _, w := range writers {
		wg.Go(func() {
			for range 15 {
				if err := w.put(db); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	stop := make(chan struct{})
	var background sync.WaitGroup
	until := func(fn func() error) {
		background.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := fn(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	until(func() error { return db.Flush(context.Background()) })
	// Pebble may flush at any moment, in the middle of a seal too.
	until(func() error { return db.chunks.DB.Flush() })
	wg.Wait()
	close(stop)
	background.Wait()
	mustClose(t, db)
	return c.crashes
}

// verify opens the disk, checks it, goes on writing and checks the disks that
// a second crash leaves.
func (c *crash) verify(rng *rand.Rand) error {
	again := &crasher{fs: c.fs, rng: rng, one: 30}
	var writers []*writer
	for i, b := range c.bounds {
		w := newWriter(i)
		w.started.Store(b.started)
		writers = append(writers, w)
	}
	o := quiet(errorfs.Wrap(c.fs, again))
	o.SegmentBytes = 2 << 10
	db, err := Open(o)
	if err != nil {
		return err
	}
	for i, w := range writers {
		if err := w.verify(db, c.bounds[i]); err != nil {
			return fmt.Errorf("writer %d: %w", i, err)
		}
		if err := w.repeat(db, &c.bounds[i]); err != nil {
			return fmt.Errorf("writer %d: %w", i, err)
		}
	}
	fresh := newWriter(99)
	again.mu.Lock()
	again.writers = []*writer{fresh}
	again.crashes = nil
	again.mu.Unlock()
	for range 10 {
		if err := fresh.put(db); err != nil {
			return err
		}
	}
	if err := db.Close(); err != nil {
		return err
	}
	for _, second := range again.crashes {
		db, err := Open(quiet(second.fs))
		if err != nil {
			return fmt.Errorf("second crash before %s: %w", second.at, err)
		}
		if err := fresh.verify(db, second.bounds[0]); err != nil {
			return fmt.Errorf("second crash before %s: %w", second.at, err)
		}
		for i, w := range writers {
			if err := w.verify(db, c.bounds[i]); err != nil {
				return fmt.Errorf("second crash before %s: writer %d: %w", second.at, i, err)
			}
		}
		if err := db.Close(); err != nil {
			return err
		}
	}
	return nil
}
