package promql

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// Element is one element of an instant vector. A histogram's value is the number
// of its observations.
type Element struct {
	Labels map[string]string
	Value  float64
}

// CheckVector refuses a query that cannot be read or whose answer is no instant
// vector. The error is a fault.
func (e *Engine) CheckVector(text string) error {
	if err := Bounded(text); err != nil {
		return invalid(err)
	}
	expr, err := e.parser.ParseExpr(text)
	if err != nil {
		return invalid(err)
	}
	if t := expr.Type(); t != parser.ValueTypeVector {
		return invalid(fmt.Errorf("the query must return an instant vector and returns a %s", parser.DocumentedType(t)))
	}
	return nil
}

// Vector answers a query whose answer is an instant vector, ordered by labels. An
// error that is the query's own is a fault.
func (e *Engine) Vector(ctx context.Context, c Caller, text string, at metric.Instant) ([]Element, error) {
	if err := e.CheckVector(text); err != nil {
		return nil, err
	}
	r, err := e.Instant(ctx, c, text, at.Time(), 0)
	if err != nil {
		return nil, invalid(err)
	}
	if r.Err != nil {
		return nil, sorted(r.Err)
	}
	vector, err := r.Vector()
	if err != nil {
		return nil, invalid(err)
	}
	slices.SortFunc(vector, func(a, b promql.Sample) int { return labels.Compare(a.Metric, b.Metric) })
	out := make([]Element, len(vector))
	for i, s := range vector {
		out[i] = Element{Labels: s.Metric.Map(), Value: s.F}
		if s.H != nil {
			out[i].Value = s.H.Count
		}
	}
	return out, nil
}

// sorted tells what a query's author can mend from trouble of the store and of
// time.
func sorted(err error) error {
	var storage promql.ErrStorage
	var late promql.ErrQueryTimeout
	var canceled promql.ErrQueryCanceled
	if errors.As(err, &storage) || errors.As(err, &late) || errors.As(err, &canceled) {
		return err
	}
	return invalid(err)
}

func invalid(err error) error { return fault.New(fault.Validation, "Error in PromQL query: %v", err) }
