package query

import (
	"fmt"
	"slices"
	"strings"

	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/query/expr"
	"skywatch/query/insights"
	"skywatch/query/search"
)

// formula is a query that has an expression: metric math or Metrics Insights.
type formula struct {
	*DataQuery
	math     *expr.Expression // nil: insights
	insights *insights.Query
	template template
	needs    []string // ids
	searches []searching
	kind     expr.Kind
	// period is that of the expression's window, in seconds.
	period    metric.Period
	forbidden bool
}

// searching is a call of SEARCH, ready to look.
type searching struct {
	call   expr.Search
	terms  *search.Query
	stat   metric.Statistic
	period metric.Period
}

// maxInsights is the number of Metrics Insights queries of a request.
const maxInsights = 1

// defaultWindow is the period of an expression that names none and has no inputs
// that do (inferred).
const defaultWindow = metric.Minute

// formulas reads the request's expressions and checks them; they come in an order
// in which each stands behind those that it needs. The input is valid but for
// them.
func (in *DataInput) formulas(account string) ([]*formula, error) {
	byID := map[string]*formula{}
	var all []*formula
	selects := 0
	for i := range in.Queries {
		q := &in.Queries[i]
		if q.Expression == "" {
			continue
		}
		f, err := parseFormula(q, account)
		if err != nil {
			return nil, in.inExpression(i, err)
		}
		if f.insights != nil {
			selects++
		}
		byID[q.ID] = f
		all = append(all, f)
	}
	if selects > maxInsights {
		return nil, fault.New(fault.Validation, "Maximum number of queries (%d) exceeded", maxInsights).On("MetricDataQueries")
	}
	ordered, err := in.order(all, byID)
	if err != nil {
		return nil, err
	}
	for _, f := range ordered {
		if err := in.checkFormula(f, byID); err != nil {
			return nil, in.inExpression(in.at(f.ID), err)
		}
	}
	return ordered, nil
}

// inExpression is an error of the query at index i, in AWS's words [T].
func (in *DataInput) inExpression(i int, err error) error {
	return fault.New(fault.Validation, "Error in expression '%s': %v", in.Queries[i].ID, err).On(fmt.Sprintf(metricDataPath+".Expression", i+1))
}

// at is the index of the query with an id.
func (in *DataInput) at(id string) int {
	return slices.IndexFunc(in.Queries, func(q DataQuery) bool { return q.ID == id })
}

func parseFormula(q *DataQuery, account string) (*formula, error) {
	f := &formula{DataQuery: q, forbidden: q.AccountID != "" && q.AccountID != account}
	var err error
	if q.Label != nil {
		if f.template, err = parseTemplate(*q.Label); err != nil {
			return nil, err
		}
	}
	if q.Period != nil {
		if err := validPeriod(fault.Validation, *q.Period); err != nil {
			return nil, err
		}
		f.period = metric.Period(*q.Period)
	}
	if insights.Is(q.Expression) {
		if f.insights, err = insights.Parse(q.Expression); err == nil && f.period == 0 {
			err = &insights.Error{Text: "Period is a required field when using query within an expression"}
		}
		f.period = max(f.period, insightsPeriod)
		f.kind = expr.Array
		if err == nil && len(f.insights.GroupBy) == 0 {
			f.kind = expr.TimeSeries
		}
		return f, err
	}
	if f.math, err = expr.Parse(q.Expression); err == nil {
		f.needs = f.math.References()
	}
	return f, err
}

// order puts the formulas behind what they need.
func (in *DataInput) order(all []*formula, byID map[string]*formula) ([]*formula, error) {
	ids := make([]string, len(all))
	for i, f := range all {
		ids[i] = f.ID
	}
	ordered, cycle := expr.Order(ids, func(id string) []string { return byID[id].needs })
	if cycle != "" { // wording inferred
		return nil, in.inExpression(in.at(cycle), &expr.Error{Text: fmt.Sprintf("Circular reference to ID '%s'", cycle)})
	}
	for i, id := range ordered {
		all[i] = byID[id]
	}
	return all, nil
}

// checkFormula finds the kind of a formula and its window, those that it needs
// being checked.
func (in *DataInput) checkFormula(f *formula, byID map[string]*formula) error {
	if f.insights != nil {
		return nil
	}
	var err error
	if f.kind, err = f.math.Check(in.operands(byID)); err != nil {
		return err
	}
	if f.kind == expr.Scalar && f.returned() { // wording inferred
		return &expr.Error{Text: "The final result must be a time series or an array of time series"}
	}
	for _, call := range f.math.Searches() {
		s, err := f.searching(call)
		if err != nil {
			return err
		}
		f.searches = append(f.searches, s)
	}
	if f.period == 0 {
		f.period = in.smallest(f, byID)
	}
	return nil
}

// operands says what the ids of the request stand for.
func (in *DataInput) operands(byID map[string]*formula) func(id string) (expr.Operand, bool) {
	return func(id string) (expr.Operand, bool) {
		if f := byID[id]; f != nil {
			return expr.Operand{Kind: f.kind}, true
		}
		i := in.at(id)
		if i < 0 {
			return expr.Operand{}, false
		}
		return expr.Operand{Kind: expr.TimeSeries, Period: int(*in.Queries[i].Stat.Period)}, true
	}
}

// smallest is the smallest period of the formula's inputs, those that it has
// through others included (inferred).
func (in *DataInput) smallest(f *formula, byID map[string]*formula) metric.Period {
	least := metric.Period(0)
	take := func(p metric.Period) {
		if least == 0 || p < least {
			least = p
		}
	}
	for _, id := range f.needs {
		if need := byID[id]; need != nil {
			take(need.period)
		} else {
			take(metric.Period(*in.Queries[in.at(id)].Stat.Period))
		}
	}
	for _, s := range f.searches {
		take(s.period)
	}
	for _, containing := range f.math.Metrics() {
		for i := range in.Queries {
			if q := &in.Queries[i]; q.Stat != nil && strings.Contains(q.ID, containing) {
				take(metric.Period(*q.Stat.Period))
			}
		}
	}
	if least == 0 {
		return defaultWindow
	}
	return least
}

// searching reads a call of SEARCH.
func (f *formula) searching(call expr.Search) (searching, error) {
	s := searching{call: call, period: f.period}
	var ok bool
	if s.stat, ok = metric.ParseStatistic(call.Stat); !ok { // wording inferred
		return s, &expr.Error{Text: fmt.Sprintf("The statistic '%s' of SEARCH is not supported", call.Stat)}
	}
	if call.Period > 0 {
		s.period = metric.Period(call.Period)
	}
	if s.period == 0 {
		return s, &expr.Error{Text: "Period is a required field when using SEARCH function within an expression"}
	}
	if err := validPeriod(fault.Validation, int32(s.period)); err != nil {
		return s, err
	}
	var err error
	s.terms, err = search.Parse(call.Text)
	return s, err
}

func (q *DataQuery) returned() bool { return q.ReturnData == nil || *q.ReturnData }
