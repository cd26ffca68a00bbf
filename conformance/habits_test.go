package conformance_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// TestGrafana plays the calls of Grafana's data source: empty strings for what
// it does not ask for, and annotations from the history.
func TestGrafana(t *testing.T) {
	t.Parallel()
	server, from := start(t), recent()
	eachDialect(t, server, func(t *testing.T, c *caller) {
		c.must(t, put(at(from, "m", 1, types.StandardUnitCount)))
		c.must(t, minimal("a", func(in *cloudwatch.PutMetricAlarmInput) { in.TreatMissingData = aws.String("ignore") }))
		count := func(name string, in any, want int) row {
			return row{name: name, in: in, check: func(t *testing.T, out any) {
				got := -1
				switch o := out.(type) {
				case *cloudwatch.ListMetricsOutput:
					got = len(o.Metrics)
				case *cloudwatch.DescribeAlarmsOutput:
					got = len(o.MetricAlarms)
				case *cloudwatch.DescribeAlarmsForMetricOutput:
					got = len(o.MetricAlarms)
				case *cloudwatch.DescribeAlarmHistoryOutput:
					got = len(o.AlarmHistoryItems)
				}
				if got != want {
					t.Errorf("%d found, want %d: %s", got, want, show(out))
				}
			}}
		}
		c.run(t,
			count("health", &cloudwatch.ListMetricsInput{Namespace: aws.String("AWS/Billing"), MetricName: aws.String("EstimatedCharges")}, 0),
			count("editor", &cloudwatch.ListMetricsInput{Namespace: aws.String("App"), MetricName: aws.String("")}, 1),
			count("alarms by prefix", &cloudwatch.DescribeAlarmsInput{AlarmNamePrefix: aws.String("a"), ActionPrefix: aws.String(""), MaxRecords: aws.Int32(100)}, 1),
			count("alarms, nothing given", &cloudwatch.DescribeAlarmsInput{AlarmNamePrefix: aws.String(""), ActionPrefix: aws.String(""), MaxRecords: aws.Int32(100)}, 1),
			count("alarms of a metric", &cloudwatch.DescribeAlarmsForMetricInput{Namespace: aws.String("App"), MetricName: aws.String("m"), Statistic: types.StatisticAverage, Period: aws.Int32(60)}, 1),
			count("annotations", &cloudwatch.DescribeAlarmHistoryInput{AlarmName: aws.String("a"), StartDate: &from, EndDate: aws.Time(time.Now().Add(time.Minute)), MaxRecords: aws.Int32(100)}, 1),
		)
		panel := dataOf(from, seriesQuery("queryA", "m", "Average", 60, func(q *types.MetricDataQuery) { q.Label, q.ReturnData = aws.String("${LABEL}"), aws.Bool(true) }))
		panel.ScanBy, panel.LabelOptions, panel.NextToken = types.ScanByTimestampAscending, &types.LabelOptions{Timezone: aws.String("+0100")}, aws.String("")
		c.run(t, row{name: "panel", in: panel, want: results(series("queryA", "m", from, 1))})
	})
}

// TestTelegraf plays Telegraf's two plugins: a thousand data a batch with up to
// thirty dimensions, and reads of 500 queries, which it gives up after 5 s.
func TestTelegraf(t *testing.T) {
	t.Parallel()
	server, from := start(t), recent()
	c := newCaller(server, dialects()[0])
	var data []types.MetricDatum
	for i := range 1000 {
		data = append(data, types.MetricDatum{
			MetricName: aws.String(fmt.Sprintf("cpu_%d", i%100)), Dimensions: dims("host", "h", "n", fmt.Sprint(i/100)), Value: aws.Float64(float64(i)),
			Timestamp: &from, StorageResolution: aws.Int32(60), Unit: types.StandardUnitNone,
		})
	}
	c.must(t, put(data...))
	listed := c.must(t, &cloudwatch.ListMetricsInput{IncludeLinkedAccounts: aws.Bool(false), RecentlyActive: types.RecentlyActivePt3h}).(*cloudwatch.ListMetricsOutput)
	if len(listed.Metrics) != 500 || listed.NextToken == nil {
		t.Fatalf("%d metrics on a page", len(listed.Metrics))
	}
	in := dataOf(from)
	for i, stat := range []string{"Average", "Maximum", "Minimum", "Sum", "SampleCount"} {
		for j, m := range listed.Metrics[:100] {
			in.MetricDataQueries = append(in.MetricDataQueries, types.MetricDataQuery{
				Id: aws.String(fmt.Sprintf("s%d_%d", i, j)), MetricStat: &types.MetricStat{Metric: &m, Period: aws.Int32(60), Stat: aws.String(stat)},
			})
		}
	}
	began := time.Now()
	out := c.must(t, in).(*cloudwatch.GetMetricDataOutput)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("500 queries took %s", took)
	}
	if len(out.MetricDataResults) != 500 {
		t.Fatalf("%d results, want 500", len(out.MetricDataResults))
	}
	for i, r := range out.MetricDataResults {
		if *r.Id != *in.MetricDataQueries[i].Id || len(r.Values) != 1 || r.StatusCode != types.StatusCodeComplete {
			t.Errorf("result %d: %s", i, show(r))
		}
	}
}
