package tsdb

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/metric"
)

// Between any two steps of a seal each sample counts once.
func TestEveryStepOfASealShowsEachSampleOnce(t *testing.T) {
	t.Parallel()
	db := mustOpen(t, quiet(vfs.NewMem()))
	m := id("App", "Latency")
	want := 0.0
	put := func() {
		s := single(m, t0+metric.Instant(want)*20_000, 1)
		s.HighResolution = true
		mustAppend(t, db, s)
		want++
	}
	check := func(step string) {
		t.Helper()
		for _, p := range metric.Tiers() {
			if n := count(t, db, m, p); n != want {
				t.Errorf("%s: tier %d counts %v of %v", step, p, n, want)
			}
		}
	}
	db.sealing.Lock()
	for range 3 { // the first has nothing in Pebble, the others merge
		put()
		put()
		check("appended")
		db.freeze()
		check("frozen")
		put() // the same minute is frozen and open now
		check("appended to")
		for _, p := range db.partitions {
			b, err := db.frozenBatch(p, &Seal{})
			if err != nil {
				t.Fatal(err)
			}
			check("batch filled")
			if err := b.Commit(pebble.NoSync); err != nil {
				t.Fatal(err)
			}
			check("batch committed")
			p.thaw()
			check("thawed")
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	db.sealing.Unlock()
	mustClose(t, db)
}

// A record that is in the log but not yet in the head belongs to the next
// seal: the mark of this one must not cover it.
func TestSealWaitsForRecordsOnTheirWayToTheHead(t *testing.T) {
	t.Parallel()
	fs := vfs.NewCrashableMem()
	db := mustOpen(t, quiet(fs))
	m := id("App", "Errors")
	hash := hashOf(m.AppendKey(nil))
	p := db.partitions[partitionOf(hash, len(db.partitions))]
	other := db.partitions[0] // the first to be frozen
	if p == other {
		t.Fatal("choose a metric of another partition")
	}
	mustAppend(t, db, single(m, t0, 1))
	var wg sync.WaitGroup
	p.mu.Lock() // holds the append up behind the log
	wg.Go(func() {
		if err := db.Append(context.Background(), []metric.Sample{single(m, t0, 1)}); err != nil {
			t.Error(err)
		}
	})
	for db.log.Last() < 2 {
		runtime.Gosched()
	}
	wg.Go(func() {
		if err := db.Flush(context.Background()); err != nil {
			t.Error(err)
		}
	})
	for range 5000 { // the seal has its chance to go wrong
		runtime.Gosched()
		other.mu.RLock()
		frozen := other.frozen
		other.mu.RUnlock()
		if frozen != 0 {
			t.Fatal("the head was frozen with a record on its way")
		}
	}
	p.mu.Unlock()
	wg.Wait()
	after := mustOpen(t, quiet(fs.CrashClone(vfs.CrashCloneCfg{})))
	if n := count(t, after, m, metric.Minute); n != 2 {
		t.Errorf("after a crash %v samples count, want 2", n)
	}
	mustClose(t, after)
	mustClose(t, db)
}
