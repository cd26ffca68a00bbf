package query_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"skywatch/metric"
	"skywatch/query"
)

// gated is a source of one state whose reads wait until they are let through.
type gated struct {
	samples
	version atomic.Uint64
	reads   atomic.Int64
	gate    chan struct{}
}

func (g *gated) Version() uint64 { return g.version.Load() }

func (g *gated) Read(ctx context.Context, id metric.ID, tier metric.Period, from, to metric.Instant, fn func(metric.Datapoint)) error {
	g.reads.Add(1)
	select {
	case <-g.gate:
	case <-ctx.Done():
		return ctx.Err()
	}
	return g.samples.Read(ctx, id, tier, from, to, fn)
}

func sumOfM(name string) query.DataInput {
	start, end, period := noon.Add(-600e9), noon, int32(60)
	return query.DataInput{StartTime: &start, EndTime: &end, Queries: []query.DataQuery{{ID: "m1", Stat: &query.MetricStat{Namespace: "App", Name: name, Stat: "Sum", Period: &period}}}}
}

// Identical requests that overlap read the store once, unless something was
// appended between their beginnings.
func TestIdenticalRequestsShare(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &gated{gate: make(chan struct{})}
		e := query.New(source, []byte("secret"), query.Limits{})
		var wg sync.WaitGroup
		ask := func(in query.DataInput) {
			wg.Go(func() {
				if out, err := e.MetricData(t.Context(), noon, tenant, in); err != nil || len(out.Results) != 1 {
					t.Errorf("%v, %v", out, err)
				}
			})
			synctest.Wait()
		}
		for range 5 {
			ask(sumOfM("a"))
		}
		if n := source.reads.Load(); n != 1 {
			t.Errorf("%d reads for five equal requests", n)
		}
		ask(sumOfM("b"))
		source.version.Add(1)
		ask(sumOfM("a"))
		if n := source.reads.Load(); n != 3 {
			t.Errorf("%d reads, want one more for another request and one for another state", n)
		}
		close(source.gate)
		wg.Wait()
	})
}

// Where the one who reads leaves, those who wait get their answer none the less.
func TestWhoReadsLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &gated{gate: make(chan struct{})}
		e := query.New(source, []byte("secret"), query.Limits{})
		leaving, leave := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := e.MetricData(leaving, noon, tenant, sumOfM("a")); !errors.Is(err, context.Canceled) {
				t.Errorf("who left got %v", err)
			}
		})
		synctest.Wait()
		for range 3 {
			wg.Go(func() {
				if _, err := e.MetricData(t.Context(), noon, tenant, sumOfM("a")); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		leave()
		synctest.Wait()
		if n := source.reads.Load(); n != 2 {
			t.Errorf("%d reads", n)
		}
		close(source.gate)
		wg.Wait()
	})
}
