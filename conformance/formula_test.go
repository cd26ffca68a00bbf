package conformance_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	gocmp "github.com/google/go-cmp/cmp"
)

// formulaQuery asks for an expression.
func formulaQuery(id, expression string, period int32) types.MetricDataQuery {
	q := types.MetricDataQuery{Id: &id, Expression: &expression}
	if period > 0 {
		q.Period = &period
	}
	return q
}

// TestFormulas asks in metric math, SEARCH and Metrics Insights, in each dialect.
func TestFormulas(t *testing.T) {
	t.Parallel()
	url, from := start(t), recent()
	eachDialect(t, url, func(t *testing.T, c *caller) {
		put := put()
		for host, values := range map[string][]float64{"a": {1, 2, 3}, "b": {10, 20, 30}} {
			for i, v := range values {
				d := at(from.Add(time.Duration(i)*time.Minute), "m", v, "")
				d.Dimensions = dims("Host", host)
				put.MetricData = append(put.MetricData, d)
			}
		}
		put.MetricData = append(put.MetricData, at(from, "sparse", 8, ""))
		c.must(t, put)
		c.run(t, formulaRows(from)...)
		c.run(t, formulaRefusals(from)...)
	})
}

func formulaRows(from time.Time) []row {
	hidden := func(q *types.MetricDataQuery) { q.ReturnData = aws.Bool(false) }
	host := func(name string) func(*types.MetricDataQuery) {
		return func(q *types.MetricDataQuery) {
			hidden(q)
			q.MetricStat.Metric.Dimensions = dims("Host", name)
		}
	}
	a, b := seriesQuery("a", "m", "Sum", 60, host("a")), seriesQuery("b", "m", "Sum", 60, host("b"))
	sparse := seriesQuery("s", "sparse", "Sum", 60, hidden)
	labelled := formulaQuery("e", "METRICS()", 0)
	labelled.Label = aws.String("${PROP('Dim.Host')}: ${MAX}")
	cut := dataOf(from, seriesQuery("m", "m", "Sum", 60, func(q *types.MetricDataQuery) { q.MetricStat.Metric.Dimensions = dims("Host", "a") }), formulaQuery("e", "m*2", 0))
	cut.MaxDatapoints = aws.Int32(2)
	return named(map[string]row{
		"an operator":       {in: dataOf(from, formulaQuery("e", "a + b*2", 0), a, b), want: results(series("e", "e", from, 63, 42, 21))},
		"functions":         {in: dataOf(from, a, b, formulaQuery("e", "MAX(METRICS()) - MIN([a, b])", 0)), want: results(series("e", "e", from, 27, 18, 9))},
		"missing points":    {in: dataOf(from, sparse, formulaQuery("e", "FILL(s, 0) + 1", 0)), want: results(series("e", "e", from, 1, 1, 9))},
		"a condition":       {in: dataOf(from, a, b, formulaQuery("e", "IF(b > 15, a, 0)", 0)), want: results(series("e", "e", from, 3, 2, 0))},
		"an array":          {in: dataOf(from, a, b, labelled), want: results(series("e", "a: 3 a", from, 3, 2, 1), series("e", "b: 30 b", from, 30, 20, 10))},
		"a chain":           {in: dataOf(from, formulaQuery("e", "f", 0), formulaQuery("f", "a*10", 0), a), want: results(series("e", "e", from, 30, 20, 10), series("f", "f", from, 30, 20, 10))},
		"nothing to show":   {in: dataOf(from, formulaQuery("e", "METRICS()", 60)), want: results()},
		"search":            {in: dataOf(from, formulaQuery("e", `SEARCH('{App,Host} MetricName="m"', 'Sum', 60)`, 0)), want: results(series("e", "a", from, 3, 2, 1), series("e", "b", from, 30, 20, 10))},
		"search in math":    {in: dataOf(from, formulaQuery("e", `SUM(SEARCH('{App,Host} m', 'Sum'))`, 60)), want: results(series("e", "e", from, 33, 22, 11))},
		"search of nothing": {in: dataOf(from, formulaQuery("e", `SEARCH('{App,Nope}', 'Sum', 60)`, 0)), want: results()},
		"insights":          {in: dataOf(from, formulaQuery("q", `SELECT SUM(m) FROM SCHEMA(App, Host) WHERE Host != 'x'`, 60)), want: results(series("q", "q", from, 33, 22, 11))},
		"insights, grouped": {in: dataOf(from, formulaQuery("q", `SELECT MAX(m) FROM App GROUP BY Host ORDER BY MAX() DESC LIMIT 1`, 60)), want: results(series("q", "b", from, 30, 20, 10))},
		"insights in math": {
			in: dataOf(from, formulaQuery("e", "q/2", 0), func() types.MetricDataQuery {
				q := formulaQuery("q", `SELECT SUM(m) FROM App WHERE Host = 'b'`, 60)
				hidden(&q)
				return q
			}()),
			want: results(series("e", "e", from, 15, 10, 5)),
		},
		"more than a page": {in: cut, check: func(t *testing.T, out any) {
			got := out.(*cloudwatch.GetMetricDataOutput)
			for _, r := range got.MetricDataResults {
				if r.StatusCode != types.StatusCodePartialData || len(r.Values) > 2 || got.NextToken != nil {
					t.Errorf("no token, and partial data: %s", show(got))
				}
			}
			want := []types.MessageData{{
				Code: aws.String("PartialData"), Value: aws.String("The expression may contain partial data as one or more metrics have StatusCode 'Paginated'"),
			}}
			if diff := gocmp.Diff(want, got.MetricDataResults[1].Messages, sdkStructs); diff != "" {
				t.Errorf("message of the expression (-want +got):\n%s", diff)
			}
		}},
	})
}

// formulaRefusals are the documented errors of expressions, and those that follow
// their form.
func formulaRefusals(from time.Time) []row {
	m := seriesQuery("m", "m", "Sum", 60, nil)
	wrong := func(expression string, period int32, text string, more ...types.MetricDataQuery) row {
		return row{in: dataOf(from, append(more, formulaQuery("e1", expression, period))...), refused: validation("Error in expression 'e1': " + text)}
	}
	return named(map[string]row{
		"unknown id":             wrong("m + x", 0, "ID 'x' not found", m),
		"unknown function":       wrong("X(m)", 0, "Function 'X' not found", m),
		"a scalar":               wrong("AVG(m)", 0, "The final result must be a time series or an array of time series", m),
		"two arrays":             wrong("METRICS() + METRICS()", 0, "Unsupported operand type(s) for +: 'Array[TimeSeries]' and 'Array[TimeSeries]'", m),
		"a circle":               wrong("e1 + m", 0, "Circular reference to ID 'e1'", m),
		"search without period":  wrong("SEARCH('{App} m', 'Sum')", 0, "Period is a required field when using SEARCH function within an expression"),
		"insights, no period":    wrong("SELECT SUM(m) FROM App", 0, "Period is a required field when using query within an expression"),
		"insights, syntax":       wrong("SELECT SUM(m) FROM App WHERE Host LIKE 'a'", 60, "Invalid syntax near 'LIKE 'a''"),
		"insights, function":     wrong("SELECT MEDIAN(m) FROM App", 60, "Invalid syntax. 'MEDIAN' is not a valid aggregate function"),
		"insights, comparison":   wrong("SELECT SUM(m) FROM App WHERE Host = b", 60, "Invalid syntax. Comparing identifiers is not supported. Values must be surrounded by single quotes"),
		"insights, a keyword":    wrong("SELECT SUM(m) FROM App GROUP BY order", 60, "Invalid syntax. Reserved keyword 'order' must be surrounded by double quotes"),
		"two insights queries":   {in: dataOf(from, formulaQuery("q", "SELECT SUM(m) FROM App", 60), formulaQuery("r", "SELECT SUM(m) FROM App", 60)), refused: validation("Maximum number of queries (1) exceeded")},
		"too long an expression": {in: dataOf(from, formulaQuery("e1", fmt.Sprintf("m + %02048d", 1), 0), m), refused: constraint("expression")},
		"a band":                 {in: dataOf(from, m, formulaQuery("e1", "ANOMALY_DETECTION_BAND(m)", 0)), refused: validation("").matching("^Error in expression 'e1': .*ANOMALY_DETECTION_BAND")},
		"contributor insights":   {in: dataOf(from, formulaQuery("e1", "INSIGHT_RULE_METRIC('r', 'Sum')", 60)), refused: validation("").matching("^Error in expression 'e1': .*INSIGHT_RULE_METRIC")},
		"a quota":                {in: dataOf(from, m, formulaQuery("e1", "SERVICE_QUOTA(m)", 0)), refused: validation("").matching("^Error in expression 'e1': .*SERVICE_QUOTA")},
		"performance insights":   {in: dataOf(from, formulaQuery("e1", "DB_PERF_INSIGHTS('RDS', 'db-1', 'os.cpu')", 60)), refused: validation("").matching("^Error in expression 'e1': .*DB_PERF_INSIGHTS")},
		"a function of yours":    {in: dataOf(from, formulaQuery("e1", "LAMBDA('f')", 60)), refused: validation("").matching("^Error in expression 'e1': .*LAMBDA")},
		"a hidden scalar alone":  {in: dataOf(from, m, formulaQuery("e1", "1", 0)), refused: validation("Error in expression 'e1': The final result must be a time series or an array of time series")},
		"a token with math":      {in: tokenOf(dataOf(from, m, formulaQuery("e1", "m*2", 0)), "nonsense"), refused: modelled("InvalidNextToken", 400, "").matching(".")},
	})
}

// TestSearchFindsTooMany holds that the first 500 metrics are answered, and what
// is said about the others.
func TestSearchFindsTooMany(t *testing.T) {
	t.Parallel()
	from := recent()
	c := newCaller(start(t), dialects()[0])
	in := put()
	for i := range 501 {
		d := at(from, "many", 1, "")
		d.Dimensions = dims("n", fmt.Sprintf("%03d", i))
		in.MetricData = append(in.MetricData, d)
	}
	c.must(t, in)
	out := c.must(t, dataOf(from, formulaQuery("e", "SEARCH('{App,n} many', 'Sum', 60)", 0))).(*cloudwatch.GetMetricDataOutput)
	if n := len(out.MetricDataResults); n != 500 || len(out.Messages) != 1 || *out.Messages[0].Code != "MaxMetricsExceeded" {
		t.Errorf("%d results, messages %s", n, show(out.Messages))
	}
}
