package tsdb

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"skywatch/metric"
)

func batchID(n int) (id metric.BatchID) {
	binary.BigEndian.PutUint64(id[:], uint64(n)+1)
	return id
}

func mustOnce(t testing.TB, db *DB, n int, samples ...metric.Sample) (repeated bool) {
	t.Helper()
	repeated, err := db.AppendOnce(context.Background(), batchID(n), samples)
	if err != nil {
		t.Fatal(err)
	}
	return repeated
}

// TestRepeatsModel sends batches, new ones and old ones again, at random moments
// between seals, restarts, losses of power and passing time: each counts once in a
// window, and again after it.
func TestRepeatsModel(t *testing.T) {
	t.Parallel()
	s := seed(t)
	rounds, steps := 4, 150
	if *longFlag {
		rounds, steps = 200, 500
	}
	for round := range rounds {
		repeatsModel(t, rand.New(rand.NewPCG(s, uint64(round))), steps)
	}
}

func repeatsModel(t *testing.T, r *rand.Rand, steps int) {
	t.Helper()
	now := t0.Time()
	fs := vfs.NewCrashableMem()
	options := func() Options {
		o := quiet(fs)
		o.Now, o.SegmentBytes = func() time.Time { return now }, 1<<10
		return o
	}
	db := mustOpen(t, options())
	counts, came := map[int]float64{}, map[int]time.Time{}
	metricOf := func(n int) metric.ID { return id("Repeats", fmt.Sprint("M", n)) }
	for step := range steps {
		switch k := r.IntN(100); {
		case k < 70:
			n := len(counts)
			if n > 0 && r.IntN(2) == 0 {
				n = r.IntN(n)
			}
			last, known := came[n]
			known = known && now.Sub(last) <= repeatWindow
			if got := mustOnce(t, db, n, single(metricOf(n), t0, 1)); got != known {
				t.Fatalf("step %d: batch %d came %s ago (%v): repeated is %v", step, n, now.Sub(last), last, got)
			}
			if !known {
				counts[n]++
				came[n] = now
			}
		case k < 80:
			mustFlush(t, db)
		case k < 85:
			mustClose(t, db)
			db = mustOpen(t, options())
		case k < 90:
			clone := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: []int{0, 50, 100}[r.IntN(3)], RNG: r})
			mustClose(t, db)
			fs = clone
			db = mustOpen(t, options())
		default:
			now = now.Add(time.Duration(r.Int64N(int64(8 * time.Minute))))
		}
	}
	for n, want := range counts {
		if got := count(t, db, metricOf(n), metric.Minute); got != want {
			t.Errorf("batch %d counts %v times, want %v", n, got, want)
		}
	}
	mustClose(t, db)
}

// TestRepeatWindow: the 15 minutes are inclusive, and hold over seal and restart.
func TestRepeatWindow(t *testing.T) {
	t.Parallel()
	for _, sealed := range []bool{false, true} {
		now := t0.Time()
		fs := vfs.NewMem()
		o := quiet(fs)
		o.Now = func() time.Time { return now }
		db := mustOpen(t, o)
		one := single(id("App", "M"), t0, 1)
		mustOnce(t, db, 1, one)
		if sealed {
			mustClose(t, db)
			db = mustOpen(t, o)
		}
		now = now.Add(repeatWindow)
		if !mustOnce(t, db, 1, one) {
			t.Errorf("sealed %v: not known after 15 minutes", sealed)
		}
		now = now.Add(time.Millisecond)
		if mustOnce(t, db, 1, one) {
			t.Errorf("sealed %v: known after more than 15 minutes", sealed)
		}
		if !mustOnce(t, db, 1, one) {
			t.Errorf("sealed %v: not known anew", sealed)
		}
		mustClose(t, db)
	}
}

// TestRepeatsAreBounded: of too many the oldest are forgotten and counted, in memory
// and in Pebble.
func TestRepeatsAreBounded(t *testing.T) {
	t.Parallel()
	fs := vfs.NewMem()
	db := mustOpen(t, quiet(fs))
	db.repeats.limit = 10
	for n := range 35 {
		mustOnce(t, db, n, single(id("App", "M"), t0, 1))
		if n%5 == 4 {
			mustFlush(t, db)
		}
	}
	if st := db.Stats().Repeats; st != (Repeats{Known: 10, Crowded: 25}) {
		t.Errorf("%+v", st)
	}
	if n := len(db.repeats.slabs); n > 3 {
		t.Errorf("%d slabs are kept for 10 batches", n)
	}
	if mustOnce(t, db, 24, single(id("App", "M"), t0, 1)) || !mustOnce(t, db, 34, single(id("App", "M"), t0, 1)) {
		t.Error("the oldest is known, or the newest is not")
	}
	mustClose(t, db)
	db = mustOpen(t, quiet(fs))
	for n := 26; n < 35; n++ {
		if !mustOnce(t, db, n, single(id("App", "M"), t0, 1)) {
			t.Errorf("batch %d is not known after a restart", n)
		}
	}
	mustClose(t, db)
}

// TestOldBatchesLeaveTheDisk: a window later nothing is kept of a batch.
func TestOldBatchesLeaveTheDisk(t *testing.T) {
	t.Parallel()
	now := t0.Time()
	o := quiet(vfs.NewMem())
	o.Now = func() time.Time { return now }
	db := mustOpen(t, o)
	for n := range maxSlabStamps + 10 { // two slabs at once
		db.repeats.add(stamp{batchID(n), t0})
	}
	mustOnce(t, db, -2, single(id("App", "M"), t0, 1))
	mustFlush(t, db)
	if len(db.repeats.slabs) != 2 {
		t.Errorf("%d slabs", len(db.repeats.slabs))
	}
	mustClose(t, db)
	db = mustOpen(t, o)
	if st := db.Stats().Repeats; st.Known != maxSlabStamps+11 {
		t.Errorf("%+v after a restart", st)
	}
	now = now.Add(repeatWindow + time.Millisecond)
	mustFlush(t, db)
	if len(db.repeats.slabs) != 0 || db.Stats().Repeats.Known != 0 {
		t.Errorf("%d slabs, %+v", len(db.repeats.slabs), db.Stats().Repeats)
	}
	it, err := db.chunks.NewIter(nil)
	if err != nil {
		t.Fatal(err)
	}
	if it.SeekGE(stampsKey(0)) {
		t.Errorf("key %x is left", it.Key())
	}
	if err := it.Close(); err != nil {
		t.Fatal(err)
	}
	mustClose(t, db)
}

// syncGate holds syncs of the log and can fail its writes.
type syncGate struct {
	mu      sync.Mutex
	entered chan struct{}
	leave   chan struct{} // nil: nothing is held
	fail    bool
}

// MaybeError implements errorfs.Injector.
func (g *syncGate) MaybeError(op errorfs.Op) error {
	g.mu.Lock()
	leave, fail := g.leave, g.fail
	g.mu.Unlock()
	switch {
	case op.Kind == errorfs.OpFileSyncData && leave != nil:
		g.entered <- struct{}{}
		<-leave
	case op.Kind == errorfs.OpFileWrite && fail:
		return errorfs.ErrInjected
	}
	return nil
}

// String implements errorfs.Injector.
func (g *syncGate) String() string { return "sync gate" }

// TestRepeatWaitsForTheFirst: while the first attempt waits for the disk, further
// ones wait for it, under their contexts, and are then repeated.
func TestRepeatWaitsForTheFirst(t *testing.T) {
	t.Parallel()
	g := &syncGate{entered: make(chan struct{}, 9), leave: make(chan struct{})}
	db := mustOpen(t, quiet(errorfs.Wrap(vfs.NewMem(), g)))
	one := []metric.Sample{single(id("App", "M"), t0, 1)}
	var all sync.WaitGroup
	var mu sync.Mutex
	repeats := 0
	send := func() {
		all.Go(func() {
			repeated, err := db.AppendOnce(context.Background(), batchID(1), one)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if repeated {
				repeats++
			}
		})
	}
	send()
	<-g.entered
	for range 8 {
		send()
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if repeated, err := db.AppendOnce(ctx, batchID(1), one); repeated || !errors.Is(err, context.Canceled) {
		t.Errorf("one that does not want to wait: %v, %v", repeated, err)
	}
	close(g.leave)
	all.Wait()
	if n := count(t, db, one[0].ID, metric.Minute); n != 1 || repeats != 8 {
		t.Errorf("it counts %v times, %d were repeated", n, repeats)
	}
	mustClose(t, db)
}

// TestFailedBatchIsNotRemembered: after a refusal the next attempt is the first, and
// counts once, also where the disk has what failed.
func TestFailedBatchIsNotRemembered(t *testing.T) {
	t.Parallel()
	g := &syncGate{}
	fs := vfs.NewCrashableMem()
	db := mustOpen(t, quiet(errorfs.Wrap(fs, g)))
	one := single(id("App", "M"), t0, 1)
	g.fail = true
	if repeated, err := db.AppendOnce(context.Background(), batchID(1), []metric.Sample{one}); repeated || !errors.Is(err, errorfs.ErrInjected) {
		t.Fatal(repeated, err)
	}
	g.fail = false
	if mustOnce(t, db, 1, one) || !mustOnce(t, db, 1, one) {
		t.Error("the attempt after a failed one is not the first")
	}
	if n := count(t, db, one.ID, metric.Minute); n != 1 {
		t.Errorf("it counts %v times", n)
	}
	clone := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 100, RNG: fixedRand()})
	mustClose(t, db)
	db = mustOpen(t, quiet(clone))
	if !mustOnce(t, db, 1, one) || count(t, db, one.ID, metric.Minute) != 1 {
		t.Error("after a crash it is not known, or counts twice")
	}
	mustClose(t, db)
}

// TestRepeatsInARace sends each batch from several goroutines while the store is
// sealed.
func TestRepeatsInARace(t *testing.T) {
	t.Parallel()
	db := mustOpen(t, quiet(vfs.NewMem()))
	m := id("App", "M")
	const batches, senders = 200, 4
	var all sync.WaitGroup
	done := make(chan struct{})
	for range senders {
		all.Go(func() {
			for n := range batches {
				mustOnce(t, db, n, single(m, t0, 1))
			}
		})
	}
	var sealing sync.WaitGroup
	sealing.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				if err := db.Flush(context.Background()); err != nil {
					t.Error(err)
				}
			}
		}
	})
	all.Wait()
	close(done)
	sealing.Wait()
	if n := count(t, db, m, metric.Minute); n != batches {
		t.Errorf("%v samples of %d batches", n, batches)
	}
	if st := db.Stats().Repeats; st.Count != (senders-1)*batches || st.Known != batches {
		t.Errorf("%+v", st)
	}
	mustClose(t, db)
}

// looking is a context that looks at the store whenever it is asked, which sealing
// does before each partition.
type looking struct {
	context.Context
	look func()
}

func (l looking) Err() error {
	l.look()
	return l.Context.Err()
}

// TestStampsAreSealedBeforeTheirRecords: Pebble makes durable in order, so it must
// be given the ids of batches before any partition says that it has them.
func TestStampsAreSealedBeforeTheirRecords(t *testing.T) {
	t.Parallel()
	db := mustOpen(t, quiet(vfs.NewMem()))
	for n := range 20 {
		mustOnce(t, db, n, single(id("App", fmt.Sprint("M", n)), t0, 1))
	}
	has := func(key []byte) bool {
		_, done, err := db.chunks.Get(key)
		if err != nil {
			return false
		}
		return done.Close() == nil
	}
	looks := 0
	ctx := looking{t.Context(), func() {
		for _, p := range db.partitions {
			if looks++; has(stateKey(p.number)) && !has(stampsKey(1)) {
				t.Errorf("partition %d is sealed and the ids are not", p.number)
			}
		}
	}}
	if err := db.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	if looks < 8 {
		t.Errorf("looked %d times", looks)
	}
	mustClose(t, db)
}

// TestCheckReadsBatchIDs: a check takes the ids in the log and in Pebble for what
// they are, and tells when they are damaged.
func TestCheckReadsBatchIDs(t *testing.T) {
	t.Parallel()
	fs := vfs.NewCrashableMem()
	db := mustOpen(t, quiet(fs))
	mustOnce(t, db, 1, single(id("App", "M"), t0, 1))
	mustFlush(t, db)
	mustOnce(t, db, 2, single(id("App", "M"), t0, 1))
	clone := fs.CrashClone(vfs.CrashCloneCfg{})
	if c, damage, err := Check(clone, "db"); err != nil || len(damage) > 0 || c.LogRecords != 1 {
		t.Errorf("%+v, %v, %v", c, damage, err)
	}
	if err := db.chunks.Set(stampsKey(9), []byte{stampsVersion, 1, 0}, pebble.NoSync); err != nil {
		t.Fatal(err)
	}
	mustClose(t, db)
	if _, damage, err := Check(fs, "db"); err != nil || len(damage) != 1 {
		t.Errorf("of damaged ids: %v, %v", damage, err)
	}
	if _, err := Open(quiet(fs)); err == nil {
		t.Error("damaged ids are opened")
	}
}

func FuzzReadStamps(f *testing.F) {
	f.Add(appendStamps(nil, []stamp{{batchID(1), t0}, {batchID(2), t0 + 5}, {batchID(3), t0 - 5}}))
	f.Add([]byte{stampsVersion, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		var all []stamp
		if err := readStamps(b, func(s stamp) { all = append(all, s) }); err != nil {
			return
		}
		var again []stamp
		if err := readStamps(appendStamps(nil, all), func(s stamp) { again = append(again, s) }); err != nil || fmt.Sprint(again) != fmt.Sprint(all) {
			t.Errorf("%v, %v is not %v", err, again, all)
		}
	})
}
