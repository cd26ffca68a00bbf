package rules_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/rules"
	"skywatch/schedule/ticker"
	"skywatch/targets"
)

// BenchmarkTicks has b.N rules run at one instant, on this machine's disk with
// its syncs: from the planned time until each has its delivery in the outbox.
// The other figure is how long others' transactions waited at most meanwhile.
func BenchmarkTicks(b *testing.B) {
	db, err := catalog.Open(catalog.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	midnight := time.Now().Truncate(24 * time.Hour).Add(48 * time.Hour)
	var ahead atomic.Int64
	clock := targets.ClockOf(func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
	ahead.Store(int64(time.Until(midnight.Add(-time.Hour))))
	plans := ticker.NewPlans()
	s, err := rules.New(rules.Options{Catalog: db, Outbox: targets.NewOutbox(nil), Plans: plans, Clock: clock})
	if err != nil {
		b.Fatal(err)
	}
	midnightly(b, s)
	tick := ticker.New(ticker.Options{
		Catalog: db, Plans: plans, Clock: clock, Owners: map[string]ticker.Owner{rules.SchedulePlans: s.Schedules()},
	})
	ctx, cancel := context.WithCancel(b.Context())
	var running sync.WaitGroup
	var longest time.Duration
	running.Go(func() {
		for ctx.Err() == nil {
			began := time.Now()
			_ = db.Update(ctx, func(tx *catalog.Tx) error { return catalog.Table[int]{Name: "x"}.Put(tx, 1, "x") })
			longest = max(longest, time.Since(began))
		}
	})
	ahead.Store(int64(time.Until(midnight)))
	b.ResetTimer()
	running.Go(func() { _ = tick.Run(ctx) })
	if _, err := tick.Settle(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	cancel()
	running.Wait()
	if st := tick.Stats(); st.Fired != int64(b.N) {
		b.Errorf("%+v", st)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rules/s")
	b.ReportMetric(float64(longest.Milliseconds()), "ms-longest-wait")
}

// midnightly makes b.N rules, 300 to an account, that run at midnight.
func midnightly(b *testing.B, s *rules.Service) {
	b.Helper()
	var makers sync.WaitGroup
	each := make(chan int)
	for range 64 {
		makers.Go(func() {
			for i := range each {
				t := metric.Tenant{Account: fmt.Sprintf("%012d", i/300), Region: "us-east-1"}
				n := rules.RuleName{BusName: rules.BusName{Tenant: t, Bus: rules.DefaultBus}, Rule: fmt.Sprintf("r%d", i%300)}
				if err := s.PutRule(b.Context(), rules.Rule{RuleName: n, Schedule: "cron(0 0 * * ? *)"}); err != nil {
					b.Error(err)
				}
				if err := s.PutTargets(b.Context(), n, []rules.Target{{ID: "q", ARN: "arn:aws:sqs:us-east-1:" + t.Account + ":q"}}); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for i := range b.N {
		each <- i
	}
	close(each)
	makers.Wait()
}
