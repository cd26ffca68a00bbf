package query

import (
	"context"
	"fmt"
	"time"

	"skywatch/metric"
)

// DataInput asks for several series over one range of time. Empty strings and
// nil pointers are absent.
type DataInput struct {
	Queries       []DataQuery
	StartTime     *metric.Instant // inclusive
	EndTime       *metric.Instant // exclusive
	MaxDatapoints *int32
	ScanBy        string
	Timezone      string // LabelOptions.Timezone
	NextToken     string
}

// DataQuery is one MetricDataQuery.
type DataQuery struct {
	ID         string
	Stat       *MetricStat
	Expression string
	Label      *string
	ReturnData *bool
	Period     *int32
	AccountID  string
}

// MetricStat asks for one statistic of one metric.
type MetricStat struct {
	Namespace  string
	Name       string
	Dimensions []metric.Dimension
	Period     *int32
	Stat       string
	Unit       string
}

// DataOutput is one page of results.
type DataOutput struct {
	Results   []DataResult
	NextToken string // empty on the last page
	Messages  []Message
}

// DataResult is the page of one series.
type DataResult struct {
	ID, Label  string
	Timestamps []metric.Instant // starts of periods, ordered by ScanBy
	Values     []float64        // parallel to Timestamps
	Status     Status
	Messages   []Message
}

// Status says how far a result is complete.
type Status string

// The statuses that this engine gives.
const (
	Complete    Status = "Complete"
	PartialData Status = "PartialData"
	Forbidden   Status = "Forbidden"
)

// Message is a notice for the client that is no error.
type Message struct{ Code, Value string }

// MetricData answers queries for metrics and expressions. Results of metrics come
// in the order of the queries, each on every page, then those of expressions.
//
// A request with an expression is answered on one page: what is beyond
// MaxDatapoints is left out and the result is PartialData (cloudwatch.md 5.3).
// Any other that has more than MaxDatapoints points is cut in the order of
// time that ScanBy gives, points of the same time in the order of the queries:
// the first page holds the newest (or oldest) MaxDatapoints points of all
// series together, and so on (how points are cut across series is inferred). A
// result is PartialData while points of it may remain. All pages are answered
// as of the instant of the first, so that periods do not shift between them.
//
// What a request reads and holds is bounded by Limits. Callers must not change
// the answer: identical requests that overlap share one.
func (e *Engine) MetricData(ctx context.Context, now metric.Instant, tenant metric.Tenant, in DataInput) (DataOutput, error) {
	if err := in.validate(); err != nil {
		return DataOutput{}, err
	}
	return e.share(ctx, tenant, &in, func() (DataOutput, error) {
		ctx, cancel := e.limits.timed(ctx)
		defer cancel()
		own, spent := e.forRequest()
		began := time.Now() // of the log alone
		out, err := own.metricData(ctx, spent, now, tenant, in)
		e.slow.tell(ctx, time.Since(began), tenant, &in, spent, err)
		return out, e.limits.late(ctx, err)
	})
}

// metricData answers a valid request.
func (e *Engine) metricData(ctx context.Context, spent *budget, now metric.Instant, tenant metric.Tenant, in DataInput) (DataOutput, error) {
	formulas, err := in.formulas(tenant.Account)
	if err != nil {
		return DataOutput{}, err
	}
	token := in.NextToken
	in.NextToken = ""
	bound := request{"GetMetricData", tenant, in}
	at := cursor{now: now}
	if token != "" {
		state, err := e.tokens.open(bound, token)
		if err != nil {
			return DataOutput{}, err
		}
		if at, err = parseCursor(state); err != nil {
			return DataOutput{}, err
		}
	}
	if len(formulas) > 0 {
		return e.compute(ctx, spent, now, tenant, &in, formulas)
	}
	out, next, err := e.run(ctx, newPlan(at.now, tenant, &in), at)
	if err != nil {
		return DataOutput{}, fmt.Errorf("get metric data: %w", err)
	}
	if next != nil {
		out.NextToken = e.tokens.seal(bound, next.append(nil))
	}
	return out, nil
}

// run reads one page and makes its results.
func (e *Engine) run(ctx context.Context, p *plan, at cursor) (DataOutput, *cursor, error) {
	next, err := e.page(ctx, p, at)
	if err != nil {
		return DataOutput{}, nil, err
	}
	if err := e.label(ctx, p); err != nil {
		return DataOutput{}, nil, err
	}
	var out DataOutput
	for _, s := range p.series {
		out.Results = append(out.Results, s.result())
	}
	return out, next, nil
}
