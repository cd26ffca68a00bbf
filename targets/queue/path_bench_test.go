package queue_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"skywatch/rules"
	"skywatch/targets"
	"skywatch/targets/queue"
)

// BenchmarkPath puts ten events at a time on a bus, where a rule sends them to
// a queue, and receives and deletes them, from many callers, on the disk: what
// an event costs below the door. cpu-s/1000 is the CPU of the process, garbage
// collection and the store's own work included, for 1,000 events.
func BenchmarkPath(b *testing.B) {
	for _, drained := range []bool{false, true} {
		b.Run(fmt.Sprintf("drained=%v", drained), func(b *testing.B) {
			s, q, router := benchPath(b)
			entries := make([]rules.Entry, 10)
			for i := range entries {
				entries[i] = rules.Entry{Source: "shop", DetailType: "order", Detail: `{"id":` + fmt.Sprint(i) + `,"note":"` + strings.Repeat("x", 400) + `"}`}
			}
			var callers atomic.Int64
			b.SetParallelism(16)
			b.ReportAllocs()
			b.ResetTimer()
			before := cpu()
			b.RunParallel(func(pb *testing.PB) {
				callers.Add(1)
				for i := 0; pb.Next(); i++ {
					if i%10 != 0 {
						continue
					}
					if _, err := router.PutEvents(b.Context(), tenant, entries); err != nil {
						b.Error(err)
					}
					if drained {
						drainTen(b, s, q)
					}
				}
			})
			b.ReportMetric((cpu()-before).Seconds()*1000/float64(b.N), "cpu-s/1000")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

func drainTen(b *testing.B, s *queue.Service, q queue.Name) {
	got, err := s.Receive(b.Context(), q, queue.Receive{Max: 10})
	if err != nil || len(got) == 0 {
		b.Error(len(got), err)
		return
	}
	gone := make([]queue.ReceiptEntry, len(got))
	for i, m := range got {
		gone[i] = queue.ReceiptEntry{ID: fmt.Sprint(i), Receipt: m.Receipt}
	}
	if _, err := s.DeleteBatch(b.Context(), q, gone); err != nil {
		b.Error(err)
	}
}

func benchPath(b *testing.B) (*queue.Service, queue.Name, *rules.Service) {
	b.Helper()
	s, q := benchQueue(b, "q")
	outbox := targets.NewOutbox(nil)
	router, err := rules.New(rules.Options{Catalog: s.Catalog, Outbox: outbox})
	if err != nil {
		b.Fatal(err)
	}
	e := targets.New(targets.Options{Catalog: s.Catalog, Outbox: outbox, Targets: map[targets.Kind]targets.Target{targets.Queue: targets.Direct(s.Deliver)}})
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error)
	go func() { done <- e.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		<-done
	})
	n := rules.RuleName{BusName: rules.BusName{Tenant: tenant, Bus: rules.DefaultBus}, Rule: "r"}
	pattern, _ := json.Marshal(map[string][]string{"source": {"shop"}})
	if err := router.PutRule(b.Context(), rules.Rule{RuleName: n, Pattern: string(pattern), State: rules.Enabled}); err != nil {
		b.Fatal(err)
	}
	if err := router.PutTargets(b.Context(), n, []rules.Target{{ID: "q", ARN: q.ARN()}}); err != nil {
		b.Fatal(err)
	}
	return s, q, router
}

func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
