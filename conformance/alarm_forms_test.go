package conformance_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	gocmp "github.com/google/go-cmp/cmp"
)

// onMath is an alarm on metric math with all that its metrics can have.
func onMath(name, region string) *cloudwatch.PutMetricAlarmInput {
	return &cloudwatch.PutMetricAlarmInput{
		AlarmName: &name, AlarmDescription: aws.String("5xx of all"), EvaluationPeriods: aws.Int32(3), DatapointsToAlarm: aws.Int32(2),
		Threshold: aws.Float64(0.05), ComparisonOperator: types.ComparisonOperatorGreaterThanOrEqualToThreshold,
		TreatMissingData: aws.String("ignore"), AlarmActions: []string{"arn:aws:sns:" + region + ":" + account + ":ops"},
		Metrics: []types.MetricDataQuery{
			{Id: aws.String("e1"), Expression: aws.String("100 * m1 / FILL(m2, 1)"), Label: aws.String("errors, <%>"), ReturnData: aws.Bool(true), Period: aws.Int32(300)},
			{Id: aws.String("m1"), ReturnData: aws.Bool(false), MetricStat: &types.MetricStat{
				Metric: &types.Metric{Namespace: aws.String("App"), MetricName: aws.String("5xx"), Dimensions: dims("Host", "a", "App", "b")},
				Period: aws.Int32(300), Stat: aws.String("Sum"), Unit: types.StandardUnitCount,
			}},
			{Id: aws.String("m2"), AccountId: aws.String(account), ReturnData: aws.Bool(false), MetricStat: &types.MetricStat{
				Metric: &types.Metric{Namespace: aws.String("App"), MetricName: aws.String("all"), Dimensions: []types.Dimension{}},
				Period: aws.Int32(300), Stat: aws.String("tm90"),
			}},
		},
	}
}

// TestAlarmsOfAllForms holds that an alarm of each form is shown as it was sent,
// in every protocol; the SDK writes and reads members that boto3 does not know yet.
func TestAlarmsOfAllForms(t *testing.T) {
	t.Parallel()
	server := start(t)
	eachDialect(t, server, func(t *testing.T, c *caller) {
		insight := func(name, query string) *cloudwatch.PutMetricAlarmInput {
			in := onMath(name, c.region)
			in.Metrics = []types.MetricDataQuery{{Id: aws.String("q"), Expression: &query, Period: aws.Int32(60), ReturnData: aws.Bool(true)}}
			return in
		}
		type in = *cloudwatch.PutMetricAlarmInput
		forms := []in{
			onMath("math", c.region),
			insight("insight", `SELECT MAX(Load) FROM SCHEMA("App", Host) WHERE Host != 'b'`),
			insight("grouped", `SELECT MAX(Load) FROM "App" GROUP BY Host ORDER BY MAX() DESC LIMIT 10`),
			minimal("one metric of Metrics", func(p in) {
				p.MetricName, p.Namespace, p.Statistic, p.Period = nil, nil, "", nil
				p.Metrics = []types.MetricDataQuery{seriesQuery("m1", "m", "p90", 60, nil)}
				p.EvaluateLowSampleCountPercentile = aws.String("ignore")
			}),
			minimal("clock", func(p in) {
				p.Period, p.EvaluationWindow = aws.Int32(3600), &types.EvaluationWindowMemberWallClockWindow{Value: types.WallClockWindow{Timezone: aws.String("UTC+05:30")}}
			}),
			{
				AlarmName: aws.String("promql"), AlarmActions: []string{"arn:aws:sns:" + c.region + ":" + account + ":ops"}, EvaluationInterval: aws.Int32(30),
				EvaluationCriteria: &types.EvaluationCriteriaMemberPromQLCriteria{Value: types.AlarmPromQLCriteria{
					Query: aws.String(`sum by (Host) (Load{namespace="App"}) > 1`), PendingPeriod: aws.Int32(0), RecoveryPeriod: aws.Int32(86400),
				}},
			},
			minimal("warm", func(p in) {
				p.WarmUpConfiguration = &types.WarmUpConfiguration{WarmUpPeriodDurationInMinutes: aws.Int32(30), OnlyStartEvaluatingAfterWarmUpPeriodEnds: aws.Bool(false)}
			}),
			minimal("tags", func(p in) {
				p.ActionConfiguration = &types.ActionConfiguration{AlarmTagsPropagation: &types.AlarmTagsPropagation{Enabled: aws.Bool(true), IncludedTagKeys: []string{"team", "env"}}}
			}),
		}
		if !c.query() { // whose clients have no way to write a structure without members
			forms = append(forms,
				minimal("sliding", func(p in) { p.EvaluationWindow = &types.EvaluationWindowMemberSlidingWindow{} }),
				minimal("clock of UTC", func(p in) { p.EvaluationWindow = &types.EvaluationWindowMemberWallClockWindow{} }))
		}
		for _, form := range forms {
			c.must(t, form)
		}
		want := make([]types.MetricAlarm, len(forms))
		for i, form := range forms {
			want[i] = shown(c.region, form)
			want[i].Metrics = slices.Clone(form.Metrics)
			for j, q := range want[i].Metrics {
				if q.MetricStat != nil && q.MetricStat.Metric.Dimensions == nil { // never absent [R]
					stat, metric := *q.MetricStat, *q.MetricStat.Metric
					metric.Dimensions, stat.Metric = []types.Dimension{}, &metric
					want[i].Metrics[j].MetricStat = &stat
				}
			}
			want[i].EvaluationCriteria, want[i].EvaluationInterval = form.EvaluationCriteria, form.EvaluationInterval
			want[i].EvaluationWindow, want[i].WarmUpConfiguration, want[i].ActionConfiguration = form.EvaluationWindow, form.WarmUpConfiguration, form.ActionConfiguration
			if form.WarmUpConfiguration != nil {
				want[i].EvaluationState = "IN_WARM_UP"
			}
		}
		slices.SortFunc(want, func(a, b types.MetricAlarm) int { return strings.Compare(*a.AlarmName, *b.AlarmName) })
		first := describe(t, c, &cloudwatch.DescribeAlarmsInput{})
		if diff := gocmp.Diff(want, withoutTimes(t, first.MetricAlarms), sdkStructs, stateless); diff != "" {
			t.Errorf("alarms (-want +got):\n%s", diff)
		}
		t.Run("the same again changes nothing", func(t *testing.T) {
			for _, form := range forms {
				c.must(t, form)
			}
			times := func(out *cloudwatch.DescribeAlarmsOutput) (at []string) {
				for _, a := range out.MetricAlarms {
					at = append(at, a.AlarmConfigurationUpdatedTimestamp.String())
				}
				return at
			}
			if diff := gocmp.Diff(times(first), times(describe(t, c, &cloudwatch.DescribeAlarmsInput{}))); diff != "" {
				t.Errorf("configurations updated (-first +again):\n%s", diff)
			}
		})
		t.Run("only alarms on one metric are of a metric", func(t *testing.T) {
			out := c.must(t, &cloudwatch.DescribeAlarmsForMetricInput{Namespace: aws.String("App"), MetricName: aws.String("m")}).(*cloudwatch.DescribeAlarmsForMetricOutput)
			for _, a := range out.MetricAlarms {
				if a.Metrics != nil {
					t.Errorf("alarm %s", *a.AlarmName)
				}
			}
			if len(out.MetricAlarms) < 3 {
				t.Errorf("%d alarms", len(out.MetricAlarms))
			}
		})
		c.run(t, formRefusals(c.region)...)
	})
}

func formRefusals(region string) []row {
	math := func(change func(*cloudwatch.PutMetricAlarmInput), r *refusal) row {
		in := onMath("refused", region)
		change(in)
		return row{in: in, refused: r}
	}
	type in = *cloudwatch.PutMetricAlarmInput
	return named(map[string]row{
		"log alarm":    {in: &cloudwatch.PutLogAlarmInput{}, refused: unknownOperation("PutLogAlarm")},
		"search":       math(func(p in) { p.Metrics[0].Expression = aws.String("MAX(SEARCH('{App,Host} 5xx', 'Sum'))") }, validation("SEARCH is not supported on Metric Alarms.")),
		"two returned": math(func(p in) { p.Metrics[1].ReturnData = nil }, validation("Exactly one element of the metrics list should return data.")),
		"no vector": {in: &cloudwatch.PutMetricAlarmInput{AlarmName: aws.String("refused"), EvaluationInterval: aws.Int32(60), EvaluationCriteria: &types.EvaluationCriteriaMemberPromQLCriteria{
			Value: types.AlarmPromQLCriteria{Query: aws.String("up[5m]")},
		}}, refused: validation("").matching(".")},
		"unknown id": math(func(p in) { p.Metrics[0].Expression = aws.String("m9") }, validation("Error in expression 'e1': ID 'm9' not found")),
		"long expression": math(func(p in) { p.Metrics[0].Expression = long(2049) },
			validation("").matching("'metrics.1.member.expression' failed to satisfy constraint: Member must have length less than or equal to 2048$")),
		"band": math(func(p in) { p.Metrics[0].Expression = aws.String("ANOMALY_DETECTION_BAND(m1)") },
			validation("Error in expression 'e1': Function 'ANOMALY_DETECTION_BAND' is not supported by this version of Skywatch")),
		"threshold of a band": math(func(p in) { p.ThresholdMetricId = aws.String("e1") }, validation("The parameter ThresholdMetricId is not supported by this version of Skywatch.")),
		"operator of a band": math(func(p in) {
			p.ComparisonOperator, p.Threshold = types.ComparisonOperatorLessThanLowerOrGreaterThanUpperThreshold, nil
		}, validation("The ComparisonOperator LessThanLowerOrGreaterThanUpperThreshold (anomaly detection) is not supported by this version of Skywatch.")),
		"minutes": math(func(p in) {
			p.WarmUpConfiguration = &types.WarmUpConfiguration{WarmUpPeriodDurationInMinutes: aws.Int32(2881)}
		},
			validation("").matching("^WarmUpConfiguration.WarmUpPeriodDurationInMinutes must be between 1 and 2880$")),
		"no minutes": math(func(p in) {
			p.WarmUpConfiguration = &types.WarmUpConfiguration{OnlyStartEvaluatingAfterWarmUpPeriodEnds: aws.Bool(true)}
		},
			validation("1 validation error detected: Value null at 'warmUpConfiguration.warmUpPeriodDurationInMinutes' failed to satisfy constraint: Member must not be null")),
		"tags on or off": math(func(p in) {
			p.ActionConfiguration = &types.ActionConfiguration{AlarmTagsPropagation: &types.AlarmTagsPropagation{IncludedTagKeys: []string{"a"}}}
		}, validation("1 validation error detected: Value null at 'actionConfiguration.alarmTagsPropagation.enabled' failed to satisfy constraint: Member must not be null")),
	})
}
