package query_test

import (
	"context"
	"testing"
	"time"

	"skywatch/metric"
	"skywatch/query"
)

// sealed is a Source with one metric whose datapoints are ready, as from a
// cache.
type sealed map[metric.Period][]metric.Datapoint

func newSealed(values int) sealed {
	s := make(sealed)
	for _, tier := range []metric.Period{metric.Minute, metric.FiveMinute, metric.Hour} {
		for at := noon.Add(-24 * time.Hour); at < noon; at += tier.Millis() {
			x := metric.Sample{Time: at}
			for i := range values * int(tier/metric.Minute) {
				w := metric.Weight{Value: float64(i%97) + 0.5, Count: 1}
				x.Values = append(x.Values, w)
				if i == 0 {
					x.Set = metric.Single(w.Value)
				} else {
					x.Set = x.Set.Merge(metric.Single(w.Value))
				}
			}
			s[tier] = append(s[tier], x.Datapoint(tier))
		}
	}
	return s
}

func (s sealed) Read(_ context.Context, _ metric.ID, tier metric.Period, from, to metric.Instant, fn func(metric.Datapoint)) error {
	for _, d := range s[tier] {
		if d.Start >= from && d.Start < to {
			fn(d)
		}
	}
	return nil
}

func (s sealed) Metrics(context.Context, metric.Filter, []byte, func(metric.Listing) bool) error {
	return nil
}

// BenchmarkMetricData reads one series over 24 hours. The shifted grid cannot
// use the coarser tiers and folds minutes.
func BenchmarkMetricData(b *testing.B) {
	engine := query.New(newSealed(6), []byte("secret"), query.Limits{})
	for _, c := range []struct {
		name   string
		stat   string
		period int32
		shift  time.Duration
	}{
		{"Average/60", "Average", 60, 0},
		{"Average/300", "Average", 300, 0},
		{"Average/300shifted", "Average", 300, time.Minute},
		{"p99/60", "p99", 60, 0},
		{"p99/300", "p99", 300, 0},
		{"p99/300shifted", "p99", 300, time.Minute},
		{"p99/3600shifted", "p99", 3600, time.Minute},
	} {
		b.Run(c.name, func(b *testing.B) {
			start, end := noon.Add(-24*time.Hour+c.shift), noon
			in := query.DataInput{StartTime: &start, EndTime: &end, Queries: []query.DataQuery{{ID: "m", Stat: &query.MetricStat{
				Namespace: "A", Name: "M", Stat: c.stat, Period: &c.period,
			}}}}
			b.ReportAllocs()
			for range b.N {
				if _, err := engine.MetricData(b.Context(), noon, tenant, in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
