package query

import (
	"context"
	"fmt"

	"skywatch/metric"
)

// StatisticsInput asks for statistics of one metric. Empty strings and nil
// pointers are absent.
type StatisticsInput struct {
	Namespace          string
	Name               string
	Dimensions         []metric.Dimension
	StartTime          *metric.Instant // inclusive
	EndTime            *metric.Instant // exclusive
	Period             *int32          // seconds
	Statistics         []string        // basic ones
	ExtendedStatistics []string
	Unit               string // only data of this unit; empty: of every unit
}

// StatisticsResult is the answer of MetricStatistics.
type StatisticsResult struct {
	Label      string
	Datapoints []StatisticsPoint // oldest first, then in the order of units
}

// StatisticsPoint holds the statistics of one period and one unit.
type StatisticsPoint struct {
	Time metric.Instant // start of the period
	Unit metric.Unit
	// Values are those of the requested statistics that are available, basic
	// ones first, each group in the order of the request.
	Values []StatisticValue
}

// StatisticValue is the value of one statistic.
type StatisticValue struct {
	Statistic metric.Statistic
	Value     float64
}

// MetricStatistics returns the statistics of one metric for every period and
// unit with data. An unknown metric has none.
func (e *Engine) MetricStatistics(ctx context.Context, now metric.Instant, tenant metric.Tenant, in StatisticsInput) (StatisticsResult, error) {
	stats, unit, err := in.validate()
	if err != nil {
		return StatisticsResult{}, err
	}
	out := StatisticsResult{Label: in.Name}
	g, ok := newGrid(now, *in.StartTime, *in.EndTime, metric.Period(*in.Period))
	if !ok {
		return out, nil
	}
	sel := &selection{id: identity(tenant, in.Namespace, in.Name, in.Dimensions), unit: unit, grid: g, values: needValues(stats)}
	err = e.fold(ctx, sel, g.first(), g.end, func(start metric.Instant, units []metric.Datapoint) {
		for _, d := range units {
			if values := evaluate(stats, d); len(values) > 0 {
				out.Datapoints = append(out.Datapoints, StatisticsPoint{start, d.Unit, values})
			}
		}
	})
	if err != nil {
		return StatisticsResult{}, fmt.Errorf("get metric statistics: %w", err)
	}
	return out, nil
}

func identity(tenant metric.Tenant, namespace, name string, dimensions []metric.Dimension) metric.ID {
	id := metric.ID{Tenant: tenant, Namespace: namespace, Name: name, Dimensions: append([]metric.Dimension(nil), dimensions...)}
	id.Normalize()
	return id
}

func needValues(stats []metric.Statistic) bool {
	for _, s := range stats {
		if !s.Basic() {
			return true
		}
	}
	return false
}

func evaluate(stats []metric.Statistic, d metric.Datapoint) []StatisticValue {
	values := make([]StatisticValue, 0, len(stats))
	for _, s := range stats {
		if v, ok := s.Of(d); ok {
			values = append(values, StatisticValue{s, v})
		}
	}
	return values
}
