package query

import (
	"context"

	"skywatch/metric"
	"skywatch/query/expr"
)

// Column is one series of the answer to queries that are asked again and again.
type Column struct {
	// Labels are those of GROUP BY with their values, in the query's order.
	Labels []metric.Dimension
	// Values has one for each period, NaN where there is none.
	Values []float64
}

// Columns answers queries as MetricData does, and returns the values of the one
// that returns data: over the periods that begin at start, one after the other,
// before end. partial says that there would be more series, or data, were it not
// for the limits of Metrics Insights.
func (e *Engine) Columns(ctx context.Context, now metric.Instant, tenant metric.Tenant, queries []DataQuery, start, end metric.Instant) (all []Column, partial bool, err error) {
	in := &DataInput{Queries: queries, StartTime: &start, EndTime: &end}
	if err := in.validate(); err != nil {
		return nil, false, err
	}
	formulas, err := in.formulas(tenant.Account)
	if err != nil {
		return nil, false, err
	}
	ctx, cancel := e.limits.timed(ctx)
	defer cancel()
	own, spent := e.forRequest()
	c := newComputation(own, spent, now, tenant, in)
	if err := c.run(ctx, formulas); err != nil {
		return nil, false, e.limits.late(ctx, err)
	}
	for _, q := range queries {
		if !q.returned() {
			continue
		}
		v, err := c.value(q.ID)
		if err != nil {
			return nil, false, err
		}
		for i := range v.Series {
			all = append(all, columnOf(&v.Series[i]))
		}
	}
	return all, c.partial || len(c.messages) > 0, nil
}

func columnOf(s *expr.Series) Column {
	c := Column{Values: s.Values}
	if found, ok := s.Tag.(*series); ok {
		c.Labels = found.id.Dimensions
	}
	return c
}
