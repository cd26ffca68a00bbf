package alarms

import (
	"context"
	"errors"

	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/query"
)

// question is what an alarm asks before each evaluation if no window shows what
// it looks at. The loop asks beside itself, few at once, and evaluates when it has
// the answer. An error is the service's trouble, not the definition's.
type question func(ctx context.Context, at metric.Instant) (seen, error)

// Answers answers the questions of alarms.
type Answers struct {
	// Insights answers queries in Metrics Insights.
	Insights Columns
	// PromQL answers PromQL queries.
	PromQL Vectors
}

// Columns gives the columns of an answer. *query.Engine does.
type Columns interface {
	Columns(ctx context.Context, now metric.Instant, t metric.Tenant, queries []query.DataQuery, start, end metric.Instant) (columns []query.Column, partial bool, err error)
}

// question returns what the alarm asks, nil where windows show all.
func (a *Alarm) question(by Answers) question {
	switch {
	case a.PromQL != nil:
		return a.vector(by.PromQL)
	case a.asksInsights():
		return a.insights(by.Insights)
	}
	return nil
}

var errNobody = errors.New("nobody answers questions of this kind")

// unseen is what an alarm sees whose question was answered with an error.
func unseen(ctx context.Context, err error) (seen, error) {
	var f *fault.Error
	if ctx.Err() == nil && errors.As(err, &f) && f.Kind != fault.Internal && f.Kind != fault.Unavailable {
		return seen{wrong: err.Error()}, nil
	}
	return seen{}, err
}
