package ticker_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"go.uber.org/goleak"

	"skywatch/catalog"
	"skywatch/schedule/ticker"
	"skywatch/schedule/ticker/tickertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is when the tests' clocks begin.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// beat is a test's plan: it runs a number of seconds apart, from an instant on.
type beat struct {
	Since time.Time
	Every int
	Until time.Time // zero: for ever
	// Series tells plans under one key from each other.
	Series int
}

func (b beat) next(after time.Time) time.Time {
	n := max(0, int(after.Sub(b.Since)/time.Second)/b.Every)
	at := b.Since.Add(time.Duration((n+1)*b.Every) * time.Second)
	if !b.Until.IsZero() && at.After(b.Until) {
		return time.Time{}
	}
	return at
}

// The tests' tables: beats by key, and how often each planned time was acted
// on, by (key, series, planned time).
var (
	beats   = catalog.Table[beat]{Name: "beats"}
	effects = catalog.Table[int]{Name: "effects"}
)

func effectKey(key string, series int, at time.Time) []string {
	return []string{key, strconv.Itoa(series), catalog.TimePart(at)}
}

// tooLate is when the tests' owner passes a time over.
const tooLate = time.Minute

// rig is a ticker over a catalog in memory with one owner of beats.
type rig struct {
	t     *testing.T
	fs    *vfs.MemFS
	clock *tickertest.Hand
	db    *catalog.DB
	plans *ticker.Plans
	*ticker.Ticker

	mu     sync.Mutex
	ticks  []ticker.Tick            // that were committed
	missed int                      // planned times passed over
	fail   func(ticker.Tick) error  // nil: never
	acting func(*catalog.Tx, error) // hears of every call; nil: nobody

	stop func()
}

func newRig(t *testing.T, fs *vfs.MemFS, clock *tickertest.Hand) *rig {
	t.Helper()
	r := &rig{t: t, fs: fs, clock: clock}
	t.Cleanup(func() { r.close() })
	r.open()
	return r
}

// open opens the catalog and sets the ticker to work.
func (r *rig) open(more ...string) {
	r.t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: r.fs})
	if err != nil {
		r.t.Fatal(err)
	}
	r.db, r.plans = db, ticker.NewPlans()
	owner := ticker.Owner{Fire: r.fire, Next: next}
	owners := map[string]ticker.Owner{"test": owner}
	for _, name := range more {
		owners[name] = owner
	}
	r.Ticker = ticker.New(ticker.Options{Catalog: db, Plans: r.plans, Clock: r.clock, Owners: owners})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	r.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			r.t.Error(err)
		}
		_ = db.Close()
	})
}

func (r *rig) close() { r.stop() }

// crash goes on with what the disk would hold after a loss of power.
func (r *rig) crash(disk *vfs.MemFS) {
	r.t.Helper()
	r.close()
	r.fs = disk
	r.open()
}

func (r *rig) fire(tx *catalog.Tx, t ticker.Tick) (then ticker.Then, err error) {
	if r.acting != nil {
		defer func() { r.acting(tx, err) }()
	}
	if r.fail != nil {
		if err := r.fail(t); err != nil {
			return then, err
		}
	}
	b, ok, err := beats.Get(tx, t.Key...)
	if err != nil || !ok {
		return then, errors.Join(err, fmt.Errorf("a plan of %q without a beat", t.Key))
	}
	if t.Planned.After(t.Now) || t.Noticed.Before(t.Planned) || t.Noticed.After(t.Now) {
		r.t.Errorf("%q: planned %v, noticed %v, now %v", t.Key, t.Planned, t.Noticed, t.Now)
	}
	if passed := t.Noticed.Add(-tooLate); !t.Planned.After(passed) {
		then.Missed = 1 + int(passed.Sub(t.Planned)/time.Second)/b.Every
		then.Next = b.next(passed)
		tx.After(func() {
			r.mu.Lock()
			r.missed += then.Missed
			r.mu.Unlock()
		})
		return then, nil
	}
	key := effectKey(t.Key[0], b.Series, t.Planned)
	n, _, err := effects.Get(tx, key...)
	if err != nil {
		return then, err
	}
	tx.After(func() {
		r.mu.Lock()
		r.ticks = append(r.ticks, t)
		r.mu.Unlock()
	})
	return ticker.Then{Next: b.next(t.Planned)}, effects.Put(tx, n+1, key...)
}

func next(rd catalog.Reader, key []string, after time.Time) (time.Time, error) {
	b, ok, err := beats.Get(rd, key...)
	if err != nil || !ok {
		return time.Time{}, err
	}
	return b.next(after), nil
}

// plan sets a plan of the owner "test".
func (r *rig) plan(key string, b beat) {
	r.t.Helper()
	r.planFor("test", key, b)
}

func (r *rig) planFor(owner, key string, b beat) {
	r.t.Helper()
	r.update(func(tx *catalog.Tx) error {
		if err := beats.Put(tx, b, key); err != nil {
			return err
		}
		return r.plans.Set(tx, ticker.Plan{Owner: owner, Key: []string{key}}, b.next(r.clock.Now()))
	})
}

func (r *rig) remove(key string) {
	r.t.Helper()
	r.update(func(tx *catalog.Tx) error {
		if err := beats.Delete(tx, key); err != nil {
			return err
		}
		return r.plans.Remove(tx, ticker.Plan{Owner: "test", Key: []string{key}})
	})
}

func (r *rig) update(fn func(*catalog.Tx) error) {
	r.t.Helper()
	if err := r.db.Update(r.t.Context(), fn); err != nil {
		r.t.Fatal(err)
	}
}

// at is a plan's next planned time, zero if there is no plan.
func (r *rig) at(key string) (at time.Time) {
	r.t.Helper()
	err := r.db.View(func(rd catalog.Reader) (err error) {
		at, _, err = r.plans.At(rd, ticker.Plan{Owner: "test", Key: []string{key}})
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return at
}

// settle waits until everything due is done and returns when more is.
func (r *rig) settle() time.Time {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 20*time.Second)
	defer cancel()
	next, err := r.Settle(ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	return next
}

// pass lets time pass until an instant, as a clock does that is left alone.
func (r *rig) pass(until time.Time) {
	r.t.Helper()
	for {
		at := r.settle()
		if at.IsZero() || at.After(until) {
			break
		}
		r.clock.Set(at)
	}
	r.clock.Set(until)
	r.settle()
}

// took returns what was acted on since the last call.
func (r *rig) took() []ticker.Tick {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.ticks
	r.ticks = nil
	return out
}
