package query

import (
	"context"

	"skywatch/metric"
)

// Points calls emit for every period of one metric that starts in [from, to) and
// for which the statistic can be told, oldest first. Periods begin at whole
// multiples of the period; where data as old as from are not kept that finely,
// there are no points (cloudwatch.md 5.1). Of several units one is taken, as in
// MetricData.
func (e *Engine) Points(ctx context.Context, now metric.Instant, id metric.ID, stat metric.Statistic, period metric.Period, from, to metric.Instant, emit func(metric.Instant, float64)) error {
	g, ok := newGrid(now, from.Floor(period), to, period)
	if !ok {
		return nil
	}
	s := selection{id: id, grid: g, values: !stat.Basic()}
	return e.fold(ctx, &s, g.first(), g.end, func(start metric.Instant, units []metric.Datapoint) {
		if v, ok := stat.Of(units[chosenUnit(units)]); ok && start >= from {
			emit(start, v)
		}
	})
}

// Find calls fn for every metric that matches f, in a stable order, until fn
// returns false.
func (e *Engine) Find(ctx context.Context, f metric.Filter, fn func(metric.Listing) bool) error {
	return e.source.Metrics(ctx, f, nil, fn)
}

// FinestPeriod is the shortest period of a minute or more that data as old as
// start are kept at.
func FinestPeriod(now, start metric.Instant) metric.Period {
	multiple, _ := usable(now, start)
	return max(multiple, metric.Minute)
}
