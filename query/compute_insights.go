package query

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"skywatch/metric"
	"skywatch/query/expr"
	"skywatch/query/insights"
)

// Limits of Metrics Insights (cloudwatch.md 10).
const (
	maxScanned     = 10000
	maxGroups      = 500
	insightsReach  = 14 * 24 * time.Hour
	insightsPeriod = metric.Minute // the least
)

// collected is what the metrics of one group have in the slots.
type collected struct {
	values []string // of the labels
	slots  []slot
	key    float64 // of ORDER BY
	series expr.Series
}

// slot is the samples of one period.
type slot struct {
	set  metric.StatisticSet
	some bool
}

func (s *slot) add(set metric.StatisticSet) {
	if s.some {
		set = s.set.Merge(set)
	}
	s.set, s.some = set, true
}

// insights answers a Metrics Insights query. Samples of all units count together
// (inferred).
func (c *computation) insights(ctx context.Context, f *formula) (expr.Value, error) {
	// Both ends of the window are whole minutes; StartTime is rounded anyway.
	grid, ok := newGrid(c.now, *c.in.StartTime, c.in.EndTime.Floor(metric.Minute), f.period)
	axis := slots(grid, ok)
	groups, err := c.collect(ctx, f.insights, axis, grid)
	if err != nil {
		return expr.Value{}, err
	}
	for _, g := range groups {
		g.finish(f.insights, axis)
	}
	arrange(groups, f.insights)
	most := c.engine.limits.Groups
	if f.insights.Limit > 0 {
		most = min(most, f.insights.Limit)
	} else if len(groups) > most {
		c.partial = true
	}
	out := expr.Value{Kind: f.kind}
	for _, g := range groups[:min(most, len(groups))] {
		s := &series{label: strings.Join(g.values, " "), period: axis.Period()}
		s.id.Tenant, s.id.Namespace, s.id.Name = c.tenant, f.insights.Namespace, f.insights.Metric
		for i, name := range f.insights.GroupBy {
			s.id.Dimensions = append(s.id.Dimensions, metric.Dimension{Name: name, Value: g.values[i]})
		}
		g.series.Tag = s
		out.Series = append(out.Series, g.series)
	}
	if f.kind == expr.TimeSeries && len(out.Series) == 0 {
		out.Series = []expr.Series{expr.NewSeries(axis, nil)}
	}
	return out, nil
}

// collect reads the metrics of the query into their groups.
func (c *computation) collect(ctx context.Context, q *insights.Query, axis *expr.Axis, grid grid) ([]*collected, error) {
	groups := map[string]*collected{}
	ids, err := c.scanned(ctx, q)
	if err != nil || axis.Len() == 0 {
		return nil, err
	}
	first := max(grid.first(), grid.floor(c.now.Add(-insightsReach)))
	for i := range ids {
		values := q.Group(&ids[i])
		key := strings.Join(values, "\x00")
		g := groups[key]
		if g == nil {
			if err := c.spent.value(setCells * axis.Len()); err != nil {
				return nil, err
			}
			g = &collected{values: values, slots: make([]slot, axis.Len())}
			groups[key] = g
		}
		err := c.engine.fold(ctx, &selection{id: ids[i], grid: grid}, first, grid.end, func(start metric.Instant, units []metric.Datapoint) {
			for _, u := range units {
				g.slots[(start-grid.start)/grid.period.Millis()].add(u.Set)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	out := make([]*collected, 0, len(groups))
	for _, g := range groups {
		out = append(out, g)
	}
	return out, nil
}

// setCells is how many values of a column a slot counts for.
const setCells = 5

// scanned lists the metrics that the query asks for, at most as many as may be
// scanned.
func (c *computation) scanned(ctx context.Context, q *insights.Query) (ids []metric.ID, err error) {
	filter := q.Filter(c.tenant)
	filter.ActiveSince = listedSince(c.now)
	err = c.engine.source.Metrics(ctx, filter, nil, func(l metric.Listing) bool {
		if !q.Match(&l.ID) {
			return true
		}
		if len(ids) == c.engine.limits.Scanned {
			c.tell(Message{"MaxMetricsExceeded", "A query matched more than the maximum number of metrics. The result is of the first ones only."}) // wording inferred
			return false
		}
		ids = append(ids, l.ID)
		return true
	})
	return ids, err
}

// finish takes the statistic of each slot, and the key of ORDER BY: its function
// over the values of the whole result (inferred).
func (g *collected) finish(q *insights.Query, axis *expr.Axis) {
	g.series = expr.NewSeries(axis, nil)
	stat := statisticOf(q.Function)
	var values slot
	for i, s := range g.slots {
		if v, ok := stat.Of(metric.Datapoint{Set: s.set}); ok && s.some {
			g.series.Values[i] = v
			values.add(metric.Single(v))
		}
	}
	g.slots, g.key = nil, math.NaN()
	if q.Order != 0 && values.some {
		g.key, _ = statisticOf(q.Order).Of(metric.Datapoint{Set: values.set})
	}
}

// statisticOf is the statistic that a function takes of a period.
func statisticOf(f insights.Function) metric.Statistic {
	name := map[insights.Function]string{
		insights.Average: "Average", insights.Count: "SampleCount", insights.Maximum: "Maximum", insights.Minimum: "Minimum", insights.Sum: "Sum",
	}[f]
	s, _ := metric.ParseStatistic(name)
	return s
}

// arrange puts the groups in order: by key, those without data last (inferred),
// then by the values of their labels.
func arrange(groups []*collected, q *insights.Query) {
	slices.SortFunc(groups, func(a, b *collected) int {
		if q.Order != 0 {
			if c := compareKeys(a.key, b.key, q.Descending); c != 0 {
				return c
			}
		}
		return slices.Compare(a.values, b.values)
	})
}

func compareKeys(a, b float64, descending bool) int {
	switch {
	case a != a || b != b:
		return cmp.Compare(b, a) // NaN is less than any other
	case descending:
		return cmp.Compare(b, a)
	}
	return cmp.Compare(a, b)
}
