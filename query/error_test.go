package query_test

import (
	"context"
	"errors"
	"testing"

	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/query"
)

var errDisk = errors.New("disk on fire")

// broken is a Source that cannot read.
type broken struct{}

func (broken) Read(context.Context, metric.ID, metric.Period, metric.Instant, metric.Instant, func(metric.Datapoint)) error {
	return errDisk
}

func (broken) Metrics(context.Context, metric.Filter, []byte, func(metric.Listing) bool) error {
	return errDisk
}

// TestSourceErrors holds that a failing store is our fault, never an empty
// answer.
func TestSourceErrors(t *testing.T) {
	t.Parallel()
	e := query.New(broken{}, nil, query.Limits{})
	p := int32(60)
	start, end := noon-3600_000, noon
	label := "${AVG}"
	for name, ask := range map[string]func() error{
		"list": func() error { _, err := e.ListMetrics(t.Context(), noon, tenant, query.ListInput{}); return err },
		"statistics": func() error {
			_, err := e.MetricStatistics(t.Context(), noon, tenant, query.StatisticsInput{
				Namespace: "A", Name: "M", StartTime: &start, EndTime: &end, Period: &p, Statistics: []string{"Sum"},
			})
			return err
		},
		"data": func() error {
			_, err := e.MetricData(t.Context(), noon, tenant, query.DataInput{StartTime: &start, EndTime: &end, Queries: []query.DataQuery{
				{ID: "m", Label: &label, Stat: &query.MetricStat{Namespace: "A", Name: "M", Stat: "Sum", Period: &p}},
			}})
			return err
		},
	} {
		if err := ask(); !errors.Is(err, errDisk) || fault.Of(err).Kind != fault.Internal {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
