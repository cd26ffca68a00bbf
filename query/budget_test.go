package query_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"skywatch/metric"
	"skywatch/query"
)

// A request that needs more than a limit is refused with what it was.
func TestBudget(t *testing.T) {
	t.Parallel()
	store := &samples{}
	for i := range 3 {
		for minute := range 5 {
			store.add(metric.Sample{
				ID:   metric.ID{Tenant: tenant, Namespace: "App", Name: "M", Dimensions: []metric.Dimension{{Name: "Host", Value: fmt.Sprint(i)}}},
				Time: noon.Add(-time.Duration(minute+1) * time.Minute), Set: metric.Single(1),
			})
		}
	}
	start, end := noon.Add(-10*time.Minute), noon
	ask := func(l query.Limits, expression string) string {
		period := int32(60)
		_, err := query.New(store, nil, l).MetricData(t.Context(), noon, tenant, query.DataInput{
			StartTime: &start, EndTime: &end, Queries: []query.DataQuery{{ID: "q", Expression: expression, Period: &period}},
		})
		if err == nil {
			return ""
		}
		return told(err)
	}
	const search, insights = "SEARCH('{App,Host}','Sum',60)", "SELECT SUM(M) FROM App GROUP BY Host"
	const todo = ", which is its limit: ask for fewer metrics, a shorter range or a longer period.\n"
	for _, c := range []struct {
		limits     query.Limits
		expression string
		want       string
	}{
		{query.Limits{}, search, ""},
		{query.Limits{Reads: 3, Datapoints: 15, Values: 30 + 3*(10+32)}, search, ""},
		{query.Limits{Reads: 2}, search, "Validation MetricDataQueries: The request needs more than 2 reads of metrics" + todo},
		{query.Limits{Datapoints: 14}, search, "Validation MetricDataQueries: The request needs more than 14 datapoints from the store" + todo},
		{query.Limits{Values: 29}, search, "Validation MetricDataQueries: The request needs more than 29 values in memory" + todo},
		{query.Limits{Reads: 2}, insights, "Validation MetricDataQueries: The request needs more than 2 reads of metrics" + todo},
		{query.Limits{Values: 100}, insights, "Validation MetricDataQueries: The request needs more than 100 values in memory" + todo},
	} {
		if got := ask(c.limits, c.expression); got != c.want {
			t.Errorf("%+v %s: %q, want %q", c.limits, c.expression, got, c.want)
		}
	}
}

// What an expression makes on its way counts before it is made, and so do series
// without a point; the way of one expression is no burden for the next.
func TestBudgetWithinExpressions(t *testing.T) {
	t.Parallel()
	start, end := noon.Add(-10*time.Minute), noon
	period, hidden := int32(60), false
	times := func(id string) string { return "[" + strings.Repeat(id+",", 99) + id + "]" }
	for _, c := range []struct {
		from        metric.Instant
		expressions []string
		refused     bool
	}{
		{start, []string{"TIME_SERIES(1)", times("q0"), "SUM(" + times("q1") + ")"}, true},
		{start, []string{"TIME_SERIES(1)", times("q0"), "-" + times("q1")}, true},
		{noon - 1, []string{"SLICE([TIME_SERIES(1)], 0)", times("q0"), "SUM(" + times("q1") + ")"}, true},
		{start, []string{"TIME_SERIES(1)", "SUM(" + times("q0") + ")", "SUM(" + times("q1") + ")", "SUM(" + times("q0") + ")"}, false},
	} {
		var queries []query.DataQuery
		for i, x := range c.expressions {
			q := query.DataQuery{ID: fmt.Sprintf("q%d", i), Expression: x, Period: &period}
			if i < len(c.expressions)-1 {
				q.ReturnData = &hidden
			}
			queries = append(queries, q)
		}
		_, err := query.New(&samples{}, nil, query.Limits{Values: 10_000}).MetricData(t.Context(), noon, tenant, query.DataInput{StartTime: &c.from, EndTime: &end, Queries: queries})
		switch {
		case !c.refused && err != nil:
			t.Errorf("%.200q: %v", c.expressions, err)
		case c.refused && (err == nil || !strings.Contains(told(err), "more than 10000 values in memory")):
			t.Errorf("%.200q: %v", c.expressions, err)
		}
	}
}

// A request whose time is over says so; a slow one is told to the log.
func TestTimeIsUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &gated{gate: make(chan struct{})}
		e := query.New(source, []byte("secret"), query.Limits{Time: 3 * time.Second})
		var log bytes.Buffer
		e.LogSlow(time.Second, slog.New(slog.NewTextHandler(&log, nil)))
		_, err := e.MetricData(t.Context(), noon, tenant, sumOfM("a"))
		if got := told(err); !strings.Contains(got, "The request needs more than 3s of time") {
			t.Errorf("%q", got)
		}
		if !strings.Contains(log.String(), "took=3s") || !strings.Contains(log.String(), `used="1 reads of metrics, 0 datapoints, 0 values"`) {
			t.Errorf("log: %s", log.String())
		}
	})
}

// An answer that is cut holds little beside its values: no list of all points.
func TestCutIsFrugal(t *testing.T) { // alone: it counts what is allocated
	start, end := noon.Add(-24*time.Hour), noon
	period, hidden, most := int32(60), false, int32(10)
	in := query.DataInput{StartTime: &start, EndTime: &end, MaxDatapoints: &most, Queries: []query.DataQuery{
		{ID: "t", Expression: "TIME_SERIES(1)", Period: &period, ReturnData: &hidden},
		{ID: "e", Expression: "-[" + strings.Repeat("t,", 199) + "t]", Period: &period},
	}}
	const values = 200 * 24 * 60
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	out, err := query.New(&samples{}, nil, query.Limits{}).MetricData(t.Context(), noon, tenant, in)
	runtime.ReadMemStats(&after)
	if err != nil || len(out.Results) != 200 || len(out.Results[9].Values) != 1 || len(out.Results[10].Values) != 0 {
		t.Fatalf("%d results, %v", len(out.Results), err)
	}
	if each := (after.TotalAlloc - before.TotalAlloc) / values; each > 30 { // 8 of the column, 16 of the points
		t.Errorf("%d bytes for each value", each)
	}
}
