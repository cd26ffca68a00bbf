package alarms

import (
	"fmt"
	"strings"

	"skywatch/query/expr"
)

// formula is what the Queries of an alarm compute, made ready once for each
// definition. It is immutable.
type formula struct {
	metrics []Query // those that read a metric, in the client's order
	steps   []step  // expressions, each behind those that it needs
	result  string  // the id of what the alarm judges
	operand map[string]expr.Operand
}

type step struct {
	id   string
	math *expr.Expression
}

// newFormula reads metric math over metrics. The error says in AWS's words what
// is wrong with an expression [T].
func newFormula(queries []Query) (*formula, error) {
	f := &formula{operand: map[string]expr.Operand{}}
	parsed, ids := map[string]*expr.Expression{}, []string(nil)
	for _, q := range queries {
		if q.returned() {
			f.result = q.ID
		}
		if q.Metric != nil {
			f.metrics = append(f.metrics, q)
			f.operand[q.ID] = expr.Operand{Kind: expr.TimeSeries, Period: int(q.Metric.Period)}
			continue
		}
		math, err := expr.Parse(q.Expression)
		if err != nil {
			return nil, inExpression(q.ID, err)
		}
		parsed[q.ID] = math
		ids = append(ids, q.ID)
	}
	ordered, cycle := expr.Order(ids, func(id string) []string { return parsed[id].References() })
	if cycle != "" { // wording inferred
		return nil, inExpression(cycle, wrong("Circular reference to ID '%s'", cycle))
	}
	for _, id := range ordered {
		if err := f.add(step{id, parsed[id]}); err != nil {
			return nil, inExpression(id, err)
		}
	}
	return f, nil
}

// add takes up an expression, those that it needs being there.
func (f *formula) add(s step) error {
	kind, err := s.math.Check(func(id string) (expr.Operand, bool) {
		o, ok := f.operand[id]
		return o, ok
	})
	switch {
	case err != nil:
		return err
	case len(s.math.Searches()) > 0:
		return errSearch
	case s.id == f.result && kind != expr.TimeSeries && kind != expr.Slice: // wording inferred
		return wrong("The final result of an alarm must be one time series, and not %s", kind)
	}
	f.operand[s.id] = expr.Operand{Kind: kind}
	f.steps = append(f.steps, s)
	return nil
}

func wrong(format string, args ...any) error { return &expr.Error{Text: fmt.Sprintf(format, args...)} }

// errSearch is of AWS's words [T].
var errSearch = &expr.Error{Text: "SEARCH is not supported on Metric Alarms."}

// inExpression is what is wrong with an expression, in AWS's words [T].
func inExpression(id string, err error) error {
	if err == error(errSearch) {
		return invalid("%v", err)
	}
	return invalid("Error in expression '%s': %v", id, err)
}

// compute returns the result over the axis of the slots, from a column for each
// of the metrics.
func (f *formula) compute(axis *expr.Axis, columns []expr.Series) (*expr.Series, error) {
	values := make(map[string]expr.Value, len(f.operand))
	for i, q := range f.metrics {
		values[q.ID] = expr.Value{Kind: expr.TimeSeries, Series: columns[i : i+1]}
	}
	in := expr.Input{
		Window: axis,
		Value:  func(id string) (expr.Value, error) { return values[id], nil },
		Operand: func(id string) (expr.Operand, bool) {
			o, ok := f.operand[id]
			return o, ok
		},
		Metrics: func(containing string) []expr.Series { return f.containing(containing, columns) },
	}
	for _, s := range f.steps {
		v, err := s.math.Run(in)
		if err != nil {
			return nil, inExpression(s.id, err)
		}
		values[s.id] = v
	}
	v := values[f.result]
	if len(v.Series) != 1 { // SLICE promises less than one at times; wording inferred
		return nil, inExpression(f.result, wrong("The final result of an alarm must be one time series, and not %d", len(v.Series)))
	}
	return &v.Series[0], nil
}

// slots computes the slots of periods. One without a result is missing
// (cloudwatch.md 12.5).
func (f *formula) slots(eyes []eye, of periods) ([]Slot, error) {
	axis := of.axis()
	slots := make([]Slot, of.n)
	columns := make([]expr.Series, len(eyes))
	for i := range eyes {
		columns[i] = expr.NewSeries(axis, nil)
		for j := range slots {
			s := eyes[i].slot(of.at(j))
			if s.Present {
				columns[i].Values[j] = s.Value
			}
			if f.metrics[i].ID == f.result {
				slots[j].Samples = s.Samples
			}
		}
	}
	result, err := f.compute(axis, columns)
	if err != nil {
		return nil, err
	}
	for j := range slots {
		slots[j].Start = axis.At(j)
		if v := result.Values[j]; v == v { // NaN: no point
			slots[j].Present, slots[j].Value = true, v
		}
	}
	return slots, nil
}

// containing are the columns of the metrics whose ids contain a text.
func (f *formula) containing(text string, columns []expr.Series) (some []expr.Series) {
	for i, q := range f.metrics {
		if strings.Contains(q.ID, text) {
			some = append(some, columns[i])
		}
	}
	return some
}
