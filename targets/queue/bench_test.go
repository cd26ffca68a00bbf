package queue_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"skywatch/catalog"
	"skywatch/targets"
	"skywatch/targets/queue"
)

// BenchmarkLife sends batches of ten, receives and deletes them, from many
// callers, on the disk; an operation is one message. BenchmarkDeliver is what
// PutEvents does to a queue: ten deliveries in one transaction.
func BenchmarkLife(b *testing.B) {
	for _, kind := range []string{"q", "q.fifo"} {
		b.Run(kind, func(b *testing.B) {
			s, q := benchQueue(b, kind)
			var callers atomic.Int64
			b.SetParallelism(32)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				caller := callers.Add(1)
				for i := 0; pb.Next(); i++ {
					if i%10 != 0 {
						continue // one batch stands for ten messages
					}
					life(b, s, q, caller, i)
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

func life(b *testing.B, s *queue.Service, q queue.Name, caller int64, i int) {
	entries := make([]queue.SendEntry, 10)
	for j := range entries {
		m := queue.Message{Body: body}
		if strings.HasSuffix(q.Queue, ".fifo") {
			m.Group, m.Deduplication = fmt.Sprint(caller), fmt.Sprint(caller, "-", i+j)
			m.Deduplication = strings.ReplaceAll(m.Deduplication, " ", "")
		}
		entries[j] = queue.SendEntry{ID: fmt.Sprint(j), Message: m}
	}
	if got, err := s.SendBatch(b.Context(), q, entries); err != nil || got[0].Err != nil {
		b.Error(err, got[0].Err)
		return
	}
	got, err := s.Receive(b.Context(), q, queue.Receive{Max: 10})
	if err != nil {
		b.Error(err)
		return
	}
	var gone []queue.ReceiptEntry
	for j, m := range got {
		gone = append(gone, queue.ReceiptEntry{ID: fmt.Sprint(j), Receipt: m.Receipt})
	}
	if len(gone) == 0 {
		return
	}
	if _, err := s.DeleteBatch(b.Context(), q, gone); err != nil {
		b.Error(err)
	}
}

// body is about as long as an event.
var body = strings.Repeat("x", 500)

func benchQueue(b *testing.B, kind string) (*queue.Service, queue.Name) {
	b.Helper()
	db, err := catalog.Open(catalog.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	s := queue.New(queue.Options{Catalog: db})
	var attributes map[string]string
	if kind == "q.fifo" {
		attributes = map[string]string{"FifoQueue": "true"}
	}
	if err := s.Create(b.Context(), name(kind), attributes, nil); err != nil {
		b.Fatal(err)
	}
	return s, name(kind)
}

func BenchmarkDeliver(b *testing.B) {
	s, q := benchQueue(b, "q")
	d := targets.Delivery{Target: q.ARN(), Message: body, Tenant: tenant}
	b.SetParallelism(32)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if i%10 != 0 {
				continue
			}
			err := s.Catalog.Update(b.Context(), func(tx *catalog.Tx) error {
				for range 10 {
					if err := s.Deliver(tx, d); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
