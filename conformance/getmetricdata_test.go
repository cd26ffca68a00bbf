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

// seriesQuery asks for a metric of namespace App.
func seriesQuery(id, name, stat string, period int32, change func(*types.MetricDataQuery)) types.MetricDataQuery {
	q := types.MetricDataQuery{Id: &id, MetricStat: &types.MetricStat{
		Metric: &types.Metric{Namespace: aws.String("App"), MetricName: &name}, Period: &period, Stat: &stat,
	}}
	if change != nil {
		change(&q)
	}
	return q
}

// dataOf asks for three minutes.
func dataOf(from time.Time, queries ...types.MetricDataQuery) *cloudwatch.GetMetricDataInput {
	return &cloudwatch.GetMetricDataInput{StartTime: &from, EndTime: aws.Time(from.Add(3 * time.Minute)), MetricDataQueries: queries}
}

func TestGetMetricData(t *testing.T) {
	t.Parallel()
	url, from := start(t), recent()
	eachDialect(t, url, func(t *testing.T, c *caller) {
		c.must(t, put(
			at(from, "m", 1, ""), at(from.Add(time.Minute), "m", 2, ""), at(from.Add(2*time.Minute), "m", 3, ""),
			at(from, "n", 5, ""),
			at(from, "units", 1, types.StandardUnitSeconds), at(from, "units", 2, types.StandardUnitCount), at(from, "units", 3, types.StandardUnitMilliseconds),
		))
		c.run(t, dataRows(from)...)
		c.run(t, labelRows(from)...)
		c.run(t, dataRefusals(from)...)
		t.Run("pages", func(t *testing.T) { dataPages(t, c, from) })
	})
}

// series is a whole result, newest point first.
func series(id, label string, from time.Time, values ...float64) types.MetricDataResult {
	r := types.MetricDataResult{
		Id: &id, Label: &label, StatusCode: types.StatusCodeComplete,
		Timestamps: []time.Time{}, Values: append([]float64{}, values...), // no Messages where there are none [R]
	}
	for i := range values {
		r.Timestamps = append(r.Timestamps, from.Add(time.Duration(len(values)-1-i)*time.Minute))
	}
	return r
}

func results(r ...types.MetricDataResult) *cloudwatch.GetMetricDataOutput {
	return &cloudwatch.GetMetricDataOutput{MetricDataResults: append([]types.MetricDataResult{}, r...), Messages: []types.MessageData{}}
}

func dataRows(from time.Time) []row {
	ascending := dataOf(from, seriesQuery("a", "m", "Sum", 60, nil))
	ascending.ScanBy = types.ScanByTimestampAscending
	forward := series("a", "m", from, 1, 2, 3)
	forward.Timestamps = []time.Time{from, from.Add(time.Minute), from.Add(2 * time.Minute)}

	units := series("a", "units", from, 2)
	units.Messages = []types.MessageData{{Code: aws.String("MultipleUnits"), Value: aws.String("Multiple units returned: '[Count, Milliseconds, Seconds]'")}}

	return named(map[string]row{
		"newest first":    {in: dataOf(from, seriesQuery("a", "m", "Sum", 60, nil)), want: results(series("a", "m", from, 3, 2, 1))},
		"oldest first":    {in: ascending, want: results(forward)},
		"unknown metric":  {in: dataOf(from, seriesQuery("a", "nobody", "Sum", 60, nil)), want: results(series("a", "nobody", from))},
		"not returned":    {in: dataOf(from, seriesQuery("a", "m", "Sum", 60, func(q *types.MetricDataQuery) { q.ReturnData = aws.Bool(false) })), want: results()},
		"multiple units":  {in: dataOf(from, seriesQuery("a", "units", "Sum", 60, nil)), want: results(units)},
		"unit":            {in: dataOf(from, seriesQuery("a", "units", "Sum", 60, func(q *types.MetricDataQuery) { q.MetricStat.Unit = types.StandardUnitSeconds })), want: results(series("a", "units", from, 1))},
		"unit of no data": {in: dataOf(from, seriesQuery("a", "units", "Sum", 60, func(q *types.MetricDataQuery) { q.MetricStat.Unit = types.StandardUnitBytes })), want: results(series("a", "units", from))},
		"a longer period": {in: dataOf(from, seriesQuery("a", "m", "Average", 180, nil)), want: results(series("a", "m", from, 2))},
		"order of request": {
			in:   dataOf(from, seriesQuery("z", "n", "Sum", 60, nil), seriesQuery("a", "m", "Sum", 180, nil)),
			want: results(series("z", "n", from, 5), series("a", "m", from, 6)),
		},
	})
}

func labelRows(from time.Time) []row {
	labelled := func(label string) func(*types.MetricDataQuery) {
		return func(q *types.MetricDataQuery) { q.Label = &label }
	}
	one := func(template, want string) row {
		return row{in: dataOf(from, seriesQuery("a", "m", "Sum", 60, labelled(template))), want: results(series("a", want, from, 3, 2, 1))}
	}
	both := func(stat, other string, period, otherPeriod int32, want, otherWant string) row {
		return row{
			in: dataOf(from, seriesQuery("a", "m", stat, period, nil), seriesQuery("b", "m", other, otherPeriod, nil)),
			check: func(t *testing.T, out any) {
				r := out.(*cloudwatch.GetMetricDataOutput).MetricDataResults
				if len(r) != 2 || *r[0].Label != want || *r[1].Label != otherWant {
					t.Errorf("got %s, want the labels %q and %q", show(r), want, otherWant)
				}
			},
		}
	}
	unit := func(u types.StandardUnit) func(*types.MetricDataQuery) {
		return func(q *types.MetricDataQuery) { q.MetricStat.Unit = u }
	}
	rows := named(map[string]row{
		"statistic and period differ": both("Sum", "Minimum", 60, 30, "m Sum 60", "m Minimum 30"),
		"periods differ":              both("Sum", "Sum", 60, 30, "m 60", "m 30"),
		"statistics differ":           both("Sum", "Minimum", 60, 60, "m Sum", "m Minimum"),
		"explicit":                    one("my label", "my label"),
		"values":                      one("${LABEL}: ${MAX} of ${SUM}", "m: 3 of 6"),
		"properties":                  one("${PROP('MetricName')} ${PROP('Stat')} ${PROP('Period')}", "m Sum 60"),
	})
	return append(rows, row{
		name: "units differ", in: dataOf(from, seriesQuery("a", "units", "Sum", 60, unit(types.StandardUnitSeconds)), seriesQuery("b", "units", "Sum", 60, unit(types.StandardUnitCount))),
		want: results(series("a", "units", from, 1), series("b", "units", from, 2)),
	})
}

func dataRefusals(from time.Time) []row {
	q := seriesQuery("a", "m", "Sum", 60, nil)
	refuse := func(r *refusal, queries ...types.MetricDataQuery) row {
		return row{in: dataOf(from, queries...), refused: r}
	}
	times := func(start, end time.Time, r *refusal) row {
		return row{in: &cloudwatch.GetMetricDataInput{StartTime: &start, EndTime: &end, MetricDataQueries: []types.MetricDataQuery{q}}, refused: r}
	}
	many := make([]types.MetricDataQuery, 501)
	for i := range many {
		many[i] = seriesQuery(fmt.Sprint("q", i), "m", "Sum", 60, nil)
	}
	return named(map[string]row{
		"equal times":    times(from, from, validation("The parameter StartTime must not equal parameter EndTime.")),
		"reversed times": times(from, from.Add(-time.Hour), validation("The parameter EndTime must be greater than StartTime.")),
		"no queries":     {in: &cloudwatch.GetMetricDataInput{StartTime: &from, EndTime: aws.Time(from.Add(time.Hour))}, refused: missing("The parameter MetricDataQueries is required.")},
		"no start":       {in: &cloudwatch.GetMetricDataInput{EndTime: &from, MetricDataQueries: []types.MetricDataQuery{q}}, refused: missing("The parameter StartTime is required.")},
		"501 queries":    refuse(constraint("500"), many...),
		"id twice":       refuse(validation("The values for parameter id in MetricDataQueries are not unique."), q, q),
		"bad id": refuse(validation("The value for parameter MetricDataQueries.member.2.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$."),
			q, seriesQuery("Upper", "m", "Sum", 60, nil)),
		"expression and metric": refuse(validation("The parameters MetricDataQueries.member.1.Expression and MetricDataQueries.member.1.MetricStat are mutually exclusive and you have specified both."),
			seriesQuery("a", "m", "Sum", 60, func(q *types.MetricDataQuery) { q.Expression = aws.String("1") })),
		"neither":         refuse(validation("").matching("MetricDataQueries.member.1"), types.MetricDataQuery{Id: aws.String("a")}),
		"period of 7":     refuse(validation("The parameter Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60.").either(constraint("Period")), seriesQuery("a", "m", "Sum", 7, nil)),
		"bad statistic":   refuse(constraint("p101"), seriesQuery("a", "m", "p101", 60, nil)),
		"unknown unit":    refuse(validation("").matching("metricDataQueries.1.member.metricStat.unit"), seriesQuery("a", "m", "Sum", 60, func(q *types.MetricDataQuery) { q.MetricStat.Unit = "seconds" })),
		"token of nobody": {in: tokenOf(dataOf(from, q), "nonsense"), refused: modelled("InvalidNextToken", 400, "").matching(".")},
	})
}

func tokenOf(in *cloudwatch.GetMetricDataInput, token string) *cloudwatch.GetMetricDataInput {
	in.NextToken = &token
	return in
}

// dataPages holds that pages of two points give every point once, in the order
// of ScanBy, and that all pages but the last say PartialData.
func dataPages(t *testing.T, c *caller, from time.Time) {
	ask := func(token *string) *cloudwatch.GetMetricDataInput {
		in := dataOf(from, seriesQuery("a", "m", "Sum", 60, nil))
		in.MaxDatapoints, in.NextToken = aws.Int32(2), token
		return in
	}
	first := c.must(t, ask(nil)).(*cloudwatch.GetMetricDataOutput)
	if first.NextToken == nil || first.MetricDataResults[0].StatusCode != types.StatusCodePartialData {
		t.Fatalf("first page %s", show(first))
	}
	last := c.must(t, ask(first.NextToken)).(*cloudwatch.GetMetricDataOutput)
	if last.NextToken != nil || last.MetricDataResults[0].StatusCode != types.StatusCodeComplete {
		t.Errorf("last page %s", show(last))
	}
	got := append(first.MetricDataResults[0].Values, last.MetricDataResults[0].Values...)
	if diff := gocmp.Diff([]float64{3, 2, 1}, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	other := ask(first.NextToken)
	other.ScanBy = types.ScanByTimestampAscending
	c.run(t, row{name: "token of another request", in: other, refused: modelled("InvalidNextToken", 400, "").matching(".")})
}
