package targets_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"skywatch/catalog"
	"skywatch/targets"
)

// BenchmarkCarry carries deliveries from the outbox to targets that take them
// at once, on this machine's disk with its syncs: the engine's own cost.
func BenchmarkCarry(b *testing.B) {
	for _, c := range []struct {
		name   string
		target targets.Target
		count  int // targets
	}{
		{"inside", targets.Inside(effect), 1},
		{"outside", targets.Outside(func(context.Context, targets.Delivery) error { return nil }), 1},
		{"outside/64targets", targets.Outside(func(context.Context, targets.Delivery) error { return nil }), 64},
	} {
		b.Run(c.name, func(b *testing.B) {
			db, err := catalog.Open(catalog.Options{Dir: b.TempDir()})
			if err != nil {
				b.Fatal(err)
			}
			outbox := targets.NewOutbox(nil)
			var ended atomic.Int64
			done := make(chan struct{})
			e := targets.New(targets.Options{
				Catalog: db, Outbox: outbox, Targets: map[targets.Kind]targets.Target{"t": c.target},
				Outcomes: map[string]func(*catalog.Tx, targets.Outcome) error{"b": func(tx *catalog.Tx, _ targets.Outcome) error {
					tx.After(func() {
						if ended.Add(1) == int64(b.N) {
							close(done)
						}
					})
					return nil
				}},
			})
			fill(b, db, outbox, c.count)
			ctx, cancel := context.WithCancel(b.Context())
			stopped := make(chan error)
			b.ResetTimer()
			go func() { stopped <- e.Run(ctx) }()
			<-done
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
			cancel()
			if err := <-stopped; err != nil {
				b.Error(err)
			}
			_ = db.Close()
		})
	}
}

// fill enqueues b.N deliveries, many to a transaction.
func fill(b *testing.B, db *catalog.DB, outbox *targets.Outbox, count int) {
	b.Helper()
	for i := 0; i < b.N; {
		err := db.Update(b.Context(), func(tx *catalog.Tx) error {
			for range min(1000, b.N-i) {
				d := targets.Delivery{ID: fmt.Sprint(i), Kind: "b", Message: "message", Target: fmt.Sprintf("arn:aws:t:r:a:%d", i%count)}
				if err := outbox.Enqueue(tx, d); err != nil {
					return err
				}
				i++
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
