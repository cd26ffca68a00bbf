package api

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// formOptions compare structures of the SDK.
var formOptions = cmpopts.IgnoreUnexported(
	types.MetricDataQuery{}, types.MetricStat{}, types.Metric{}, types.Dimension{}, types.EvaluationCriteriaMemberPromQLCriteria{},
	types.AlarmPromQLCriteria{}, types.EvaluationWindowMemberWallClockWindow{}, types.WallClockWindow{}, types.EvaluationWindowMemberSlidingWindow{},
	types.SlidingWindow{}, types.WarmUpConfiguration{}, types.ActionConfiguration{}, types.AlarmTagsPropagation{},
)

// What is sent comes out the same: neither more nor less.
func TestAlarmFormsComeBack(t *testing.T) {
	t.Parallel()
	same := func(name string, got, want any) {
		t.Helper()
		if diff := cmp.Diff(want, got, formOptions); diff != "" {
			t.Errorf("%s (-sent +shown)\n%s", name, diff)
		}
	}
	queries := []types.MetricDataQuery{
		{Id: new("e1"), Expression: new("m1/2"), Label: new(""), ReturnData: new(true), Period: new(int32(60))},
		{Id: new("m1"), AccountId: new("123456789012"), ReturnData: new(false), MetricStat: &types.MetricStat{
			Metric: &types.Metric{Namespace: new("App"), MetricName: new("m"), Dimensions: []types.Dimension{{Name: new("b"), Value: new("1")}, {Name: new("a"), Value: new("2")}}},
			Period: new(int32(60)), Stat: new("p90"), Unit: types.StandardUnitSeconds,
		}},
		{Id: new("m2"), MetricStat: &types.MetricStat{
			Metric: &types.Metric{Namespace: new("App"), MetricName: new("m"), Dimensions: []types.Dimension{}}, Period: new(int32(60)), Stat: new("Sum"),
		}},
	}
	same("queries", wireQueries(alarmQueries(queries)), queries)
	same("no queries", wireQueries(alarmQueries(nil)), []types.MetricDataQuery(nil))
	for _, c := range []types.EvaluationCriteria{
		nil,
		&types.EvaluationCriteriaMemberPromQLCriteria{Value: types.AlarmPromQLCriteria{Query: new("up == 0")}},
		&types.EvaluationCriteriaMemberPromQLCriteria{Value: types.AlarmPromQLCriteria{Query: new("up"), PendingPeriod: new(int32(0)), RecoveryPeriod: new(int32(60))}},
	} {
		same("criteria", wirePromQL(alarmPromQL(c)), c)
	}
	for _, w := range []types.EvaluationWindow{
		nil, &types.EvaluationWindowMemberSlidingWindow{}, &types.EvaluationWindowMemberWallClockWindow{},
		&types.EvaluationWindowMemberWallClockWindow{Value: types.WallClockWindow{Timezone: new("+05:30")}},
	} {
		same("window", wireWindow(alarmWindow(w)), w)
	}
	for _, w := range []*types.WarmUpConfiguration{
		nil,
		{WarmUpPeriodDurationInMinutes: new(int32(5))},
		{WarmUpPeriodDurationInMinutes: new(int32(5)), OnlyStartEvaluatingAfterWarmUpPeriodEnds: new(false)},
	} {
		same("warm-up", wireWarmUp(alarmWarmUp(w)), w)
	}
	for _, c := range []*types.ActionConfiguration{
		nil,
		{AlarmTagsPropagation: &types.AlarmTagsPropagation{Enabled: new(false)}},
		{AlarmTagsPropagation: &types.AlarmTagsPropagation{Enabled: new(true), IncludedTagKeys: []string{"b", "a"}}},
		{AlarmTagsPropagation: &types.AlarmTagsPropagation{Enabled: new(true), ExcludedTagKeys: []string{"a"}}},
	} {
		same("action configuration", wirePropagation(tagPropagation(c)), c)
	}
}

// An alarm on expressions is shown with them and without what belongs to a
// metric; its dimensions are an empty list (recorded).
func TestAlarmOnExpressionsIsShown(t *testing.T) {
	t.Parallel()
	a := newAlarmAPI(t)
	in := &cloudwatch.PutMetricAlarmInput{
		AlarmName: new("math"), EvaluationPeriods: new(int32(2)), Threshold: new(1.5), ComparisonOperator: types.ComparisonOperatorLessThanThreshold,
		Metrics: []types.MetricDataQuery{
			{Id: new("e1"), Expression: new("100*m1"), ReturnData: new(true)},
			{Id: new("m1"), ReturnData: new(false), MetricStat: &types.MetricStat{
				Metric: &types.Metric{Namespace: new("App"), MetricName: new("m")}, Period: new(int32(300)), Stat: new("Sum"),
			}},
		},
	}
	a.must("PutMetricAlarm", in)
	page := a.must("DescribeAlarms", &cloudwatch.DescribeAlarmsInput{}).(*cloudwatch.DescribeAlarmsOutput)
	if len(page.MetricAlarms) != 1 {
		t.Fatalf("%d alarms", len(page.MetricAlarms))
	}
	got := page.MetricAlarms[0]
	in.Metrics[1].MetricStat.Metric.Dimensions = []types.Dimension{}
	if diff := cmp.Diff(in.Metrics, got.Metrics, formOptions); diff != "" {
		t.Errorf("metrics (-sent +shown)\n%s", diff)
	}
	if got.MetricName != nil || got.Namespace != nil || got.Period != nil || got.Statistic != "" || got.Unit != "" || got.Dimensions == nil {
		t.Errorf("what belongs to a metric is shown: %+v", got)
	}
	if *got.EvaluationPeriods != 2 || *got.Threshold != 1.5 {
		t.Errorf("how it is judged: %+v", got)
	}
}
