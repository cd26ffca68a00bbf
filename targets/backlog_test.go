package targets_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/targets"
)

// backlog leaves n deliveries to a dead target with a running engine and
// returns what that cost: objects and bytes of the heap, and how long an
// engine takes that finds them at its start.
func backlog(t testing.TB, n int) (objects, bytes int64, start time.Duration) {
	db, err := catalog.Open(catalog.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	asked := make(chan struct{}, 1)
	dead := targets.Outside(func(context.Context, targets.Delivery) error {
		select {
		case asked <- struct{}{}:
		default:
		}
		return errors.New("down")
	})
	run := func() (e *targets.Engine, stop func()) {
		outbox := targets.NewOutbox(nil)
		e = targets.New(targets.Options{Catalog: db, Outbox: outbox, Targets: map[targets.Kind]targets.Target{"outside": dead}})
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		go func() { done <- e.Run(ctx) }()
		return e, func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	}
	e, stop := run()
	before := heap()
	for i := 0; i < n; i += 1000 {
		err := db.Update(t.Context(), func(tx *catalog.Tx) error {
			for j := range min(1000, n-i) {
				d := targets.Delivery{
					ID: fmt.Sprint(i + j), Target: outsideA, Kind: "b", Message: "message",
					Tenant: metric.Tenant{Account: account, Region: "us-east-1"},
				}
				if err := e.Outbox.Enqueue(tx, d); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	<-asked
	after := heap()
	stop()
	begin := time.Now()
	e, stop = run()
	if _, err := e.Settle(t.Context()); err != nil { // the breaker is open
		t.Error(err)
	}
	start = time.Since(begin)
	stop()
	return int64(after.HeapObjects) - int64(before.HeapObjects), int64(after.HeapAlloc) - int64(before.HeapAlloc), start
}

func heap() (m runtime.MemStats) {
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m
}

// What waits for a dead target is on disk: nothing of it stays in memory. It
// is alone, as it looks at the whole heap.
func TestBacklogIsNotInMemory(t *testing.T) { //nolint:paralleltest // see above
	const n = 50_000
	if objects, bytes, _ := backlog(t, n); objects > n/5 {
		t.Errorf("%d deliveries left %d objects, %d bytes", n, objects, bytes)
	}
}

// BenchmarkBacklog says what one of many waiting deliveries costs in memory;
// most of that is the store's, and bounded. Run it with -benchtime 1000000x.
func BenchmarkBacklog(b *testing.B) {
	objects, bytes, start := backlog(b, b.N)
	b.ReportMetric(float64(bytes)/float64(b.N), "heap-B/delivery")
	b.ReportMetric(float64(objects)/float64(b.N), "objects/delivery")
	b.ReportMetric(float64(start.Milliseconds()), "start-ms")
}
