package tsdb

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/metric"
)

// Readers look at one metric while it is written, sealed and listed: the count
// of every tier is between what was acknowledged before the read and what was
// sent before its end, and never goes down.
func TestReadersSeeEachSampleOnceWhileItIsSealed(t *testing.T) {
	t.Parallel()
	db := mustOpen(t, quiet(vfs.NewMem()))
	m := id("App", "Latency")
	batches := 400
	if *longFlag {
		batches = 20_000
	}
	var sent, acked atomic.Int64
	var work, watch sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		work.Go(func() {
			for range batches {
				i := sent.Add(1)
				s := single(m, t0.Add(time.Duration(i%90)*time.Minute), float64(i%3))
				s.HighResolution = true
				if err := db.Append(context.Background(), []metric.Sample{s}); err != nil {
					t.Error(err)
					return
				}
				acked.Add(1)
			}
		})
	}
	for _, p := range metric.Tiers() {
		watch.Go(func() {
			last := 0.0
			for {
				least := float64(acked.Load())
				n := count(t, db, m, p)
				if most := float64(sent.Load()); n < max(least, last) || n > most {
					t.Errorf("tier %d counts %v after %v; %v to %v are right", p, n, last, least, most)
					return
				}
				last = n
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	watch.Go(func() {
		for {
			if err := db.Flush(context.Background()); err != nil {
				t.Error(err)
			}
			if err := db.Retain(t0); err != nil {
				t.Error(err)
			}
			select {
			case <-done:
				return
			default:
			}
		}
	})
	work.Wait()
	close(done)
	watch.Wait()
	for _, p := range metric.Tiers() {
		if n := count(t, db, m, p); n != float64(sent.Load()) {
			t.Errorf("tier %d counts %v of %v in the end", p, n, sent.Load())
		}
	}
	mustClose(t, db)
}

// The background owner seals by size while appends wait for room.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	o := quiet(vfs.NewMem())
	o.Tick = time.Hour // it is woken, not ticked
	o.HeadBytes = 50_000
	var sealed atomic.Int64
	o.Events.Sealed = func(Seal) { sealed.Add(1) }
	db := mustOpen(t, o)
	m := id("App", "Latency")
	for i := range 5000 {
		mustAppend(t, db, single(m, t0.Add(time.Duration(i)*time.Minute), 1))
		if b := db.Stats().HeadBytes; b > 2*o.HeadBytes+cellBytes {
			t.Fatalf("the head has %d bytes", b)
		}
	}
	if sealed.Load() == 0 {
		t.Error("nothing was sealed")
	}
	if n := count(t, db, m, metric.Hour); n != 5000 {
		t.Errorf("%v samples", n)
	}
	mustClose(t, db)
}
