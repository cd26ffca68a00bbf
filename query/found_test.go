package query_test

import (
	"fmt"
	"testing"
	"time"

	"skywatch/metric"
	"skywatch/query"
)

// What finds more metrics than it may gives the first ones and says so.
func TestMoreThanMayBeFound(t *testing.T) {
	t.Parallel()
	store := &samples{}
	for i := range 3 {
		store.add(metric.Sample{
			ID:   metric.ID{Tenant: tenant, Namespace: "App", Name: "M", Dimensions: []metric.Dimension{{Name: "Host", Value: fmt.Sprint(i)}}},
			Time: noon.Add(-time.Minute), Set: metric.Single(1),
		})
	}
	for _, c := range []struct {
		limits     query.Limits
		expression string
		series     int
		message    string
	}{
		{query.Limits{Searched: 3}, "SEARCH('{App,Host}','Sum')", 3, ""},
		{query.Limits{Searched: 2}, "SEARCH('{App,Host}','Sum')", 2, "MaxMetricsExceeded"},
		{query.Limits{Scanned: 3}, "SELECT SUM(M) FROM App GROUP BY Host", 3, ""},
		{query.Limits{Scanned: 2}, "SELECT SUM(M) FROM App GROUP BY Host", 2, "MaxMetricsExceeded"},
		{query.Limits{Groups: 2}, "SELECT SUM(M) FROM App GROUP BY Host", 2, ""},
	} {
		start, end, period := noon.Add(-10*time.Minute), noon, int32(60)
		out, err := query.New(store, nil, c.limits).MetricData(t.Context(), noon, tenant, query.DataInput{
			StartTime: &start, EndTime: &end, Queries: []query.DataQuery{{ID: "q", Expression: c.expression, Period: &period}},
		})
		if err != nil {
			t.Fatal(err)
		}
		message := ""
		if len(out.Messages) == 1 {
			message = out.Messages[0].Code
		}
		if len(out.Results) != c.series || message != c.message {
			t.Errorf("%+v %s: %d series, message %q", c.limits, c.expression, len(out.Results), message)
		}
	}
}
