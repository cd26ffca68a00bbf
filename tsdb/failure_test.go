package tsdb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"skywatch/metric"
)

// faultyDisk fails write operations: the n-th, or all from the n-th on.
type faultyDisk struct {
	mu      sync.Mutex
	n       int
	forever bool
	failed  string // the first operation that failed
}

// MaybeError implements errorfs.Injector.
func (f *faultyDisk) MaybeError(op errorfs.Op) error {
	if op.Kind.ReadOrWrite() != errorfs.OpIsWrite {
		return nil
	}
	// When this sync fails Pebble ends the process, in a goroutine of its own;
	// what is left on the disk then is what the crash test looks at.
	if op.Kind == errorfs.OpFileSync && strings.HasSuffix(op.Path, chunkDir) {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n--
	if f.n == 0 || f.n < 0 && f.forever {
		if f.failed == "" {
			f.failed = fmt.Sprintf("operation %d on %s", op.Kind, op.Path)
		}
		return errorfs.ErrInjected
	}
	return nil
}

// String implements errorfs.Injector.
func (f *faultyDisk) String() string { return "faulty disk" }

func (f *faultyDisk) hit() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.failed
}

// Whatever write fails, and whether only once: each call returns, and every
// batch acknowledged before and after is there when the disk is read again.
func TestEveryFailedWriteIsAnErrorOrHarmless(t *testing.T) {
	t.Parallel()
	step := 7
	if *longFlag {
		step = 1
	}
	for _, forever := range []bool{false, true} {
		misses := 0
		for n := 1; misses == 0; n += step {
			if !failAt(t, n, forever) {
				misses++ // the whole run takes fewer operations
			}
		}
	}
}

// failAt reports whether the disk failed during the run.
func failAt(t *testing.T, n int, forever bool) bool {
	t.Helper()
	fs := vfs.NewCrashableMem()
	disk := &faultyDisk{n: n, forever: forever}
	o := quiet(errorfs.Wrap(fs, disk))
	o.SegmentBytes = 1 << 10
	w := newWriter(0)
	survivors := map[int64]bool{}
	db, err := Open(o)
	if err == nil {
		for k := int64(1); k <= 30; k++ {
			w.started.Store(k)
			if db.Append(context.Background(), w.batch(k)) == nil {
				survivors[k] = true
			}
			if k%10 == 0 {
				_ = db.Flush(context.Background())
			}
			if err := checkLive(db, w, k, survivors[k]); err != nil {
				t.Fatalf("%s, for ever: %v: %v", disk.hit(), forever, err)
			}
		}
		err = db.Close()
	}
	hit := disk.hit()
	if hit == "" && err != nil {
		t.Fatal(err)
	}
	for _, percent := range []int{0, 100} {
		clone := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: percent, RNG: fixedRand()})
		db, err := Open(quiet(clone))
		if err != nil {
			t.Fatalf("%s, for ever: %v: reopen: %v", hit, forever, err)
		}
		for k := int64(1); k <= 30; k++ {
			if err := checkReopened(db, w, k, survivors[k]); err != nil {
				t.Fatalf("%s, for ever: %v, %d %% unsynced: %v", hit, forever, percent, err)
			}
		}
		mustClose(t, db)
	}
	return hit != ""
}

// checkLive: in the running store a batch is there if and only if Append said
// so.
func checkLive(db *DB, w *writer, k int64, acked bool) error {
	want := 0.0
	if acked {
		want = 1
	}
	return eachCount(db, w, k, func(n float64) error {
		if n != want {
			return fmt.Errorf("batch %d counts %v, acknowledged: %v", k, n, acked)
		}
		return nil
	})
}

// checkReopened: an acknowledged batch is there once, another whole or absent.
func checkReopened(db *DB, w *writer, k int64, acked bool) error {
	first := -1.0
	return eachCount(db, w, k, func(n float64) error {
		if first < 0 {
			first = n
		}
		if n != first || n > 1 || acked && n != 1 {
			return fmt.Errorf("batch %d counts %v, acknowledged: %v", k, n, acked)
		}
		return nil
	})
}

func eachCount(db *DB, w *writer, k int64, fn func(n float64) error) error {
	for i, s := range w.batch(k) {
		start := s.Time.Floor(metric.Minute)
		n, err := countIn(db, w.metrics[i], metric.Minute, start, start+metric.Minute.Millis())
		if err != nil {
			return err
		}
		if err := fn(n); err != nil {
			return err
		}
	}
	return nil
}

// While work on the disk fails data are refused and reads go on; both end by
// themselves.
func TestSuspendedStoreReadsAndResumes(t *testing.T) {
	t.Parallel()
	var events []string
	o := quiet(vfs.NewMem())
	o.Events = Events{
		Suspended: func(error) { events = append(events, "suspended") },
		Resumed:   func() { events = append(events, "resumed") },
		ReadOnly:  func(err error) { t.Error(err) },
	}
	db := mustOpen(t, o)
	m := id("App", "Latency")
	mustAppend(t, db, single(m, t0, 1))
	db.note(errorfs.ErrInjected) // what the keeper does when sealing fails
	if err := db.Append(context.Background(), []metric.Sample{single(m, t0, 1)}); !errors.Is(err, errorfs.ErrInjected) {
		t.Errorf("append to a suspended store: %v", err)
	}
	if n := count(t, db, m, metric.Minute); n != 1 {
		t.Errorf("%v samples are visible", n)
	}
	mustFlush(t, db)
	mustAppend(t, db, single(m, t0, 1))
	if n := count(t, db, m, metric.Minute); n != 2 {
		t.Errorf("%v samples are visible", n)
	}
	mustClose(t, db)
	if got := fmt.Sprint(events); got != "[suspended resumed]" {
		t.Error(got)
	}
}
