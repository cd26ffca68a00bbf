package query

import (
	"context"
	"errors"
	"slices"
	"strings"

	"skywatch/metric"
	"skywatch/query/expr"
)

// computation is a GetMetricData request with expressions. It reads the whole
// range of all series at once: there are no pages where there is math
// (cloudwatch.md 5.3).
type computation struct {
	*plan
	engine   *Engine
	in       *DataInput
	direct   map[string]*series // the metrics by their ids
	order    []*series          // the same, in the order of the queries
	axes     map[metric.Period]*expr.Axis
	joined   map[string]*group
	found    map[expr.Search][]*series
	values   map[string]expr.Value
	spent    *budget
	messages []Message
	// partial says that a query in Metrics Insights has more groups than it may
	// return.
	partial bool
}

func newComputation(e *Engine, spent *budget, now metric.Instant, tenant metric.Tenant, in *DataInput) *computation {
	return &computation{
		plan: emptyPlan(now, tenant, in), engine: e, in: in, spent: spent,
		direct: map[string]*series{}, axes: map[metric.Period]*expr.Axis{}, joined: map[string]*group{},
		found: map[expr.Search][]*series{}, values: map[string]expr.Value{},
	}
}

// compute answers a request with formulas, which stand in an order in which they
// can be computed.
func (e *Engine) compute(ctx context.Context, spent *budget, now metric.Instant, tenant metric.Tenant, in *DataInput, formulas []*formula) (DataOutput, error) {
	c := newComputation(e, spent, now, tenant, in)
	if err := c.run(ctx, formulas); err != nil {
		return DataOutput{}, err
	}
	c.results(formulas)
	return c.output(), nil
}

// run reads what the queries need and computes the formulas.
func (c *computation) run(ctx context.Context, formulas []*formula) error {
	if err := c.gather(ctx, formulas); err != nil {
		return err
	}
	if err := c.read(ctx); err != nil {
		return err
	}
	for _, f := range formulas {
		if err := c.formula(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// gather finds the series to read: the metrics of the request, and those that
// its searches find.
func (c *computation) gather(ctx context.Context, formulas []*formula) error {
	for i := range c.in.Queries {
		q := &c.in.Queries[i]
		if q.Stat == nil {
			continue
		}
		s := newSeries(c.tenant, q)
		s.hidden = !q.returned()
		c.direct[q.ID] = s
		c.order = append(c.order, s)
		if err := c.want(s, q.Stat.Unit); err != nil {
			return err
		}
	}
	for _, f := range formulas {
		for _, s := range f.searches {
			if err := c.search(ctx, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// want gives the series a column and joins it to a group that is read.
func (c *computation) want(s *series, unit string) error {
	axis, g := c.axis(s.period)
	if err := c.spent.value(axis.Len()); err != nil {
		return err
	}
	s.column = expr.NewSeries(axis, s)
	if axis.Len() > 0 && !s.forbidden {
		c.join(c.joined, s, g, unit)
	}
	return nil
}

// axis returns the slots of a period over the range. There are none where the
// period is finer than what is kept for data as old as StartTime.
func (c *computation) axis(p metric.Period) (*expr.Axis, grid) {
	g, ok := newGrid(c.now, *c.in.StartTime, *c.in.EndTime, p)
	a := c.axes[p]
	if a == nil {
		a = slots(g, ok)
		c.axes[p] = a
	}
	return a, g
}

// slots are the periods of a grid, none unless it is ok.
func slots(g grid, ok bool) *expr.Axis {
	n := 0
	if ok {
		n = int((g.end - g.start + g.period.Millis() - 1) / g.period.Millis())
	}
	return expr.NewAxis(g.start, g.period, n)
}

// read fills the columns, each metric once.
func (c *computation) read(ctx context.Context) error {
	for _, g := range c.plan.groups {
		err := c.engine.fold(ctx, &g.selection, g.grid.first(), g.grid.end, func(start metric.Instant, units []metric.Datapoint) {
			d := units[chosenUnit(units)]
			for _, s := range g.series {
				for _, u := range units {
					s.units.add(u.Unit)
				}
				if v, ok := s.stat.Of(d); ok {
					s.column.Values[(start-g.grid.start)/g.grid.period.Millis()] = v
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// formula computes one formula.
func (c *computation) formula(ctx context.Context, f *formula) error {
	var v expr.Value
	var err error
	switch {
	case f.forbidden:
		v = expr.Value{Kind: f.kind}
	case f.insights != nil:
		v, err = c.insights(ctx, f)
	default:
		v, err = c.math(ctx, f)
	}
	if err != nil {
		return err
	}
	for _, s := range v.Series {
		if err := c.spent.value(expr.SeriesCost + s.Axis.Len()); err != nil {
			return err
		}
	}
	if v.Kind == expr.TimeSeries && len(v.Series) == 1 {
		column := &v.Series[0]
		s := c.resulting(f, column)
		s.label = c.formulaLabel(f, v.Kind, s, nil, column)
		column.Tag = s // which arrays of other formulas show
	}
	c.values[f.ID] = v
	return nil
}

func (c *computation) math(ctx context.Context, f *formula) (expr.Value, error) {
	window, _ := c.axis(f.period)
	before := c.spent.values
	v, err := f.math.Run(expr.Input{
		Window: window,
		Value:  c.value,
		Operand: func(id string) (expr.Operand, bool) {
			s, ok := c.direct[id]
			if !ok {
				return expr.Operand{}, false
			}
			return expr.Operand{Kind: expr.TimeSeries, Period: int(s.period)}, true
		},
		Metrics: c.metrics,
		Search: func(call expr.Search) ([]expr.Series, error) {
			if call.Period == 0 {
				call.Period = int(f.period)
			}
			return columns(c.found[call]), nil
		},
		Spend: func(values int) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return c.spent.value(values)
		},
	})
	c.spent.values = before // what it holds is counted with its result
	var wrong *expr.Error
	if errors.As(err, &wrong) {
		return v, c.in.inExpression(c.in.at(f.ID), err)
	}
	return v, err
}

func (c *computation) value(id string) (expr.Value, error) {
	if s, ok := c.direct[id]; ok {
		return expr.Value{Kind: expr.TimeSeries, Series: []expr.Series{s.column}}, nil
	}
	return c.values[id], nil
}

// metrics are the metrics of the request whose ids contain a text.
func (c *computation) metrics(containing string) []expr.Series {
	var all []*series
	for _, s := range c.order {
		if strings.Contains(s.queryID, containing) {
			all = append(all, s)
		}
	}
	return columns(all)
}

func columns(of []*series) []expr.Series {
	all := make([]expr.Series, len(of))
	for i, s := range of {
		all[i] = s.column
	}
	return all
}

// results makes the series to be returned: metrics before expressions, each in
// the order of the queries [T].
func (c *computation) results(formulas []*formula) {
	for _, s := range c.order {
		if !s.hidden {
			c.plan.add(s)
		}
	}
	c.labelDirect()
	for _, s := range c.plan.series {
		s.take(&s.column)
	}
	inOrder := slices.Clone(formulas)
	slices.SortFunc(inOrder, func(a, b *formula) int { return c.in.at(a.ID) - c.in.at(b.ID) })
	for _, f := range inOrder {
		if f.returned() {
			c.returned(f)
		}
	}
	if !c.ascending {
		for _, s := range c.plan.series {
			slices.Reverse(s.points)
		}
	}
	if c.points() > c.most {
		c.cut()
	}
}

// take makes points of a column.
func (s *series) take(column *expr.Series) {
	s.points = make([]point, 0, column.Points())
	for i, v := range column.Values {
		if v == v { // a slot without a point holds NaN
			s.points = append(s.points, point{column.Axis.At(i), v})
		}
	}
}

func (c *computation) output() DataOutput {
	out := DataOutput{Messages: c.messages}
	for _, s := range c.plan.series {
		r := s.result()
		if s.formula && s.status == PartialData { // [T]
			r.Messages = append(r.Messages, Message{"PartialData", "The expression may contain partial data as one or more metrics have StatusCode 'Paginated'"})
		}
		out.Results = append(out.Results, r)
	}
	return out
}
