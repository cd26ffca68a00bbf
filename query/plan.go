package query

import (
	"fmt"
	"time"

	"skywatch/metric"
	"skywatch/query/expr"
)

// plan is a GetMetricData request made ready to read.
type plan struct {
	tenant    metric.Tenant
	now       metric.Instant
	ascending bool
	most      int // datapoints on a page
	zone      *time.Location
	series    []*series // those to be returned, in the order of the queries
	groups    []*group
}

// series is one query and what was found for it.
type series struct {
	queryID   string
	id        metric.ID
	stat      metric.Statistic
	period    metric.Period
	template  template // of the label
	label     string
	forbidden bool
	hidden    bool // it is an input of expressions only
	formula   bool // it is the result of one

	// column is the whole range, where there are expressions.
	column expr.Series

	// The page. index is the place among the plan's series.
	index  int
	points []point
	units  unitSet
	status Status
}

// point is one value of a series.
type point struct {
	time  metric.Instant
	value float64
}

// group is the series that take their statistics from the same datapoints:
// clients ask for five statistics of one metric, and it is read once.
type group struct {
	selection
	series []*series
}

// newPlan expects a valid input.
func newPlan(now metric.Instant, tenant metric.Tenant, in *DataInput) *plan {
	p := emptyPlan(now, tenant, in)
	groups := make(map[string]*group)
	for i := range in.Queries {
		q := &in.Queries[i]
		if !q.returned() {
			continue
		}
		s := newSeries(tenant, q)
		p.add(s)
		g, ok := newGrid(now, *in.StartTime, *in.EndTime, s.period)
		if ok && !s.forbidden {
			p.join(groups, s, g, q.Stat.Unit)
		}
	}
	return p
}

func emptyPlan(now metric.Instant, tenant metric.Tenant, in *DataInput) *plan {
	p := &plan{tenant: tenant, now: now, ascending: in.ScanBy == scanAscending, most: maxDatapoints, zone: time.UTC}
	if in.MaxDatapoints != nil {
		p.most = int(*in.MaxDatapoints)
	}
	if in.Timezone != "" {
		p.zone, _ = parseTimezone(in.Timezone)
	}
	return p
}

// add puts a series among those that are returned.
func (p *plan) add(s *series) {
	s.index = len(p.series)
	p.series = append(p.series, s)
}

func newSeries(tenant metric.Tenant, q *DataQuery) *series {
	s := &series{
		queryID: q.ID, id: identity(tenant, q.Stat.Namespace, q.Stat.Name, q.Stat.Dimensions),
		period: metric.Period(*q.Stat.Period), status: Complete,
		forbidden: q.AccountID != "" && q.AccountID != tenant.Account,
	}
	s.stat, _ = metric.ParseStatistic(q.Stat.Stat)
	if s.forbidden {
		s.status = Forbidden
	}
	if q.Label != nil {
		s.template, _ = parseTemplate(*q.Label)
	}
	return s
}

// join puts the series into the group that reads the same datapoints.
func (p *plan) join(groups map[string]*group, s *series, g grid, unit string) {
	key := fmt.Sprintf("%d %s ", s.period, unit) + string(s.id.AppendKey(nil))
	to := groups[key]
	if to == nil {
		var none constraints
		to = &group{selection: selection{id: s.id, unit: none.unit("", unit), grid: g}}
		groups[key] = to
		p.groups = append(p.groups, to)
	}
	to.series = append(to.series, s)
	to.values = to.values || !s.stat.Basic()
}

func (s *series) result() DataResult {
	r := DataResult{ID: s.queryID, Label: s.label, Status: s.status}
	if len(s.points) > 0 {
		r.Timestamps, r.Values = make([]metric.Instant, len(s.points)), make([]float64, len(s.points))
	}
	for i, p := range s.points {
		r.Timestamps[i], r.Values[i] = p.time, p.value
	}
	switch {
	case s.forbidden:
		// (text inferred)
		r.Messages = []Message{{"Forbidden", "The account of the query is not linked to the account that sent the request."}}
	case s.units.several():
		r.Messages = []Message{s.units.message()}
	}
	return r
}
