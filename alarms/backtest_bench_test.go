package alarms

import (
	"context"
	"testing"
	"time"

	"skywatch/metric"
	"skywatch/metric/sketch"
)

// steadySource is a query.Source of one metric with a datum of three values each minute,
// which does not read but make them.
type steadySource struct{ store }

func (*steadySource) Read(_ context.Context, _ metric.ID, tier metric.Period, from, to metric.Instant, fn func(metric.Datapoint)) error {
	for at := from; at < to; at += tier.Millis() {
		v := float64(at / metric.Minute.Millis() % 97)
		d := metric.Datapoint{Start: at, Set: metric.StatisticSet{SampleCount: 3, Sum: 3*v + 3, Minimum: v, Maximum: v + 2}, Distribution: sketch.New()}
		for i := range 3 {
			d.Distribution.Add(v+float64(i), 1)
		}
		fn(d)
	}
	return nil
}

// BenchmarkBacktest is two weeks of minutes, by kinds of alarms.
func BenchmarkBacktest(b *testing.B) {
	for name, change := range map[string]func(*Put){
		"1 of 1 minute":      func(*Put) {},
		"3 of 5 minutes":     func(p *Put) { p.EvaluationPeriods, p.DatapointsToAlarm = 5, 3 },
		"5 minutes":          func(p *Put) { p.Period = 300 },
		"a day of 5 minutes": func(p *Put) { p.Period, p.EvaluationPeriods = 300, 288 },
		"p99 of 5 minutes":   func(p *Put) { p.Period, p.Statistic, p.ExtendedStatistic = 300, "", "p99" },
		"an hour":            func(p *Put) { p.Period = 3600 },
	} {
		b.Run(name, func(b *testing.B) {
			s, p := newTestService(b), cpu()
			change(p)
			b.ReportAllocs()
			for b.Loop() {
				_, err := s.Backtest(b.Context(), Past{Source: &steadySource{}}, Backtest{Tenant: tenant, Alarm: p, Start: noon.Add(-14 * 24 * time.Hour), End: noon}, noon)
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
