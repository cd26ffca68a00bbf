package prometheus

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
)

// maxSteps is how many points a series of a range query may have.
const maxSteps = 11000

// queryData is the data of the query paths.
type queryData struct {
	Type   parser.ValueType `json:"resultType"`
	Result parser.Value     `json:"result"`
}

func (a *API) query(r *request) (any, error) {
	at, err := r.moment("time", r.Now.Time())
	if err != nil {
		return nil, err
	}
	return r.run(func(ctx context.Context, back time.Duration) (*promql.Result, error) {
		return a.Engine.Instant(ctx, r.Caller, r.form.Get("query"), at, back)
	})
}

func (a *API) queryRange(r *request) (any, error) {
	start, err := r.needed("start")
	if err != nil {
		return nil, err
	}
	end, err := r.needed("end")
	if err != nil {
		return nil, err
	}
	step, err := r.duration("step")
	switch {
	case err != nil:
		return nil, err
	case end.Before(start):
		return nil, parameter("end", errors.New("end timestamp must not be before start time"))
	case step <= 0:
		return nil, parameter("step", errors.New("zero or negative query resolution step widths are not accepted. Try a positive integer"))
	case end.Sub(start)/step > maxSteps:
		return nil, bad("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)")
	}
	return r.run(func(ctx context.Context, back time.Duration) (*promql.Result, error) {
		return a.Engine.Range(ctx, r.Caller, r.form.Get("query"), start, end, step, back)
	})
}

func (r *request) needed(name string) (time.Time, error) {
	if r.form.Get(name) == "" {
		return time.Time{}, parameter(name, errors.New(`cannot parse "" to a valid timestamp`))
	}
	return r.moment(name, time.Time{})
}

// run evaluates a query within the time that the caller gives it.
func (r *request) run(of func(context.Context, time.Duration) (*promql.Result, error)) (any, error) {
	timeout, err := r.duration("timeout")
	if err != nil {
		return nil, err
	}
	back, err := r.duration("lookback_delta")
	if err != nil {
		return nil, err
	}
	limit, err := r.limit()
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	res, err := of(ctx, back)
	if err != nil {
		return nil, parameter("query", err)
	}
	if res.Err != nil {
		return nil, res.Err
	}
	value, more := few(res.Value, limit)
	warnings, infos := res.Warnings.AsStrings(r.form.Get("query"), 10, 10)
	if more {
		warnings = append(warnings, "results truncated due to limit")
	}
	return annotated{queryData{value.Type(), value}, warnings, infos}, nil
}

// few keeps the first series of a result.
func few(v parser.Value, limit int) (out parser.Value, more bool) {
	switch v := v.(type) {
	case promql.Vector: // an empty one is a list, too
		return promql.Vector(cut(append([]promql.Sample{}, v...), limit)), limit > 0 && len(v) > limit
	case promql.Matrix:
		return promql.Matrix(cut(append([]promql.Series{}, v...), limit)), limit > 0 && len(v) > limit
	}
	return v, false
}

func (a *API) format(r *request) (any, error) {
	s, err := a.Engine.Format(r.form.Get("query"))
	if err != nil {
		return nil, parameter("query", err)
	}
	return s, nil
}

// unescaped is a label's name in a path, where names that are not of the old
// form are escaped.
func unescaped(name string) (string, error) {
	name = model.UnescapeName(name, model.ValueEncodingEscaping)
	if !model.UTF8Validation.IsValidLabelName(name) {
		return "", bad("invalid label name: %q", name)
	}
	return name, nil
}
