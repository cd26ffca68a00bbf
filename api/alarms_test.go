package api

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"skywatch/alarms"
	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets"
)

// alarmAPI calls the alarm operations as the dispatcher does after decoding.
type alarmAPI struct {
	t   *testing.T
	ops map[string]offered
	now time.Time
}

func newAlarmAPI(t *testing.T) *alarmAPI {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	api := &alarmAPI{t: t, ops: map[string]offered{}, now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	service := alarms.NewService(alarms.Options{Catalog: db, Outbox: targets.NewOutbox(nil)})
	for _, o := range append(alarmOperations(service), tagOperations(service, nil)...) { // dashboards are not asked
		api.ops[o.name] = o
	}
	return api
}

func (a *alarmAPI) call(name string, in any) (any, error) {
	a.t.Helper()
	a.now = a.now.Add(time.Millisecond)
	o := a.ops[name]
	if err := (&Operation{fields: o.fields}).check(in); err != nil {
		return nil, err
	}
	return o.handle(context.Background(), &Call{
		Tenant: metric.Tenant{Account: "123456789012", Region: "us-east-1"}, Now: a.now, Response: http.Header{},
	}, in)
}

func (a *alarmAPI) must(name string, in any) any {
	a.t.Helper()
	out, err := a.call(name, in)
	if err != nil {
		a.t.Fatalf("%s: %v", name, err)
	}
	return out
}

func minimalAlarm() *cloudwatch.PutMetricAlarmInput {
	return &cloudwatch.PutMetricAlarmInput{
		AlarmName: new("cpu"), Namespace: new("App"), MetricName: new("CPU"), Statistic: types.StatisticAverage,
		Period: new(int32(60)), EvaluationPeriods: new(int32(3)), Threshold: new(10.0),
		ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
	}
}

var ignoreWire = cmpopts.IgnoreUnexported(types.MetricAlarm{}, types.Dimension{}, types.Tag{}, types.AlarmHistoryItem{})

// A client reads back what it sent and nothing more: Terraform compares.
func TestAlarmRoundTrip(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 12, 0, 0, 1e6, time.UTC)
	minimal := types.MetricAlarm{
		AlarmName: new("cpu"), AlarmArn: new("arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu"),
		AlarmConfigurationUpdatedTimestamp: &at, ActionsEnabled: new(true),
		OKActions: []string{}, AlarmActions: []string{}, InsufficientDataActions: []string{},
		StateValue: types.StateValueInsufficientData, StateReason: new("Unchecked: Initial alarm creation"),
		StateUpdatedTimestamp: &at, StateTransitionedTimestamp: &at,
		MetricName: new("CPU"), Namespace: new("App"), Statistic: types.StatisticAverage, Dimensions: []types.Dimension{},
		Period: new(int32(60)), EvaluationPeriods: new(int32(3)), Threshold: new(10.0),
		ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
	}
	dims := []types.Dimension{{Name: new("Z"), Value: new("last")}, {Name: new("A"), Value: new("first")}}
	rich := minimalAlarm()
	rich.Statistic, rich.ExtendedStatistic, rich.Unit = "", new("p90"), types.StandardUnitCount
	rich.AlarmDescription, rich.ActionsEnabled, rich.Dimensions = new(""), new(false), dims
	rich.DatapointsToAlarm, rich.TreatMissingData = new(int32(2)), new("ignore")
	rich.EvaluateLowSampleCountPercentile = new("evaluate")
	rich.OKActions = []string{"arn:aws:sns:us-east-1:123456789012:ok"}
	wantRich := minimal
	wantRich.Statistic, wantRich.ExtendedStatistic, wantRich.Unit = "", rich.ExtendedStatistic, rich.Unit
	wantRich.AlarmDescription, wantRich.ActionsEnabled, wantRich.Dimensions = rich.AlarmDescription, rich.ActionsEnabled, dims
	wantRich.DatapointsToAlarm, wantRich.TreatMissingData = rich.DatapointsToAlarm, rich.TreatMissingData
	wantRich.EvaluateLowSampleCountPercentile, wantRich.OKActions = rich.EvaluateLowSampleCountPercentile, rich.OKActions
	for name, c := range map[string]struct {
		put  *cloudwatch.PutMetricAlarmInput
		want types.MetricAlarm
	}{"minimal": {minimalAlarm(), minimal}, "rich": {rich, wantRich}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAlarmAPI(t)
			a.must("PutMetricAlarm", c.put)
			out := a.must("DescribeAlarms", &cloudwatch.DescribeAlarmsInput{}).(*cloudwatch.DescribeAlarmsOutput)
			if diff := cmp.Diff([]types.MetricAlarm{c.want}, out.MetricAlarms, ignoreWire); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if out.CompositeAlarms == nil {
				t.Error("no list of composite alarms")
			}
		})
	}
}

func TestAlarmOperations(t *testing.T) {
	t.Parallel()
	a := newAlarmAPI(t)
	put := minimalAlarm()
	put.Tags = []types.Tag{{Key: new("team"), Value: new("ops")}}
	a.must("PutMetricAlarm", put)
	arn := new("arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu")

	a.must("TagResource", &cloudwatch.TagResourceInput{ResourceARN: arn, Tags: []types.Tag{{Key: new("a"), Value: new("")}}})
	a.must("UntagResource", &cloudwatch.UntagResourceInput{ResourceARN: arn, TagKeys: []string{"team", "none"}})
	tagged := a.must("ListTagsForResource", &cloudwatch.ListTagsForResourceInput{ResourceARN: arn}).(*cloudwatch.ListTagsForResourceOutput)
	if diff := cmp.Diff([]types.Tag{{Key: new("a"), Value: new("")}}, tagged.Tags, ignoreWire); diff != "" {
		t.Errorf("tags (-want +got)\n%s", diff)
	}

	a.must("SetAlarmState", &cloudwatch.SetAlarmStateInput{
		AlarmName: new("cpu"), StateValue: types.StateValueAlarm,
		StateReason: new("by hand"), StateReasonData: new(`{"a":1}`),
	})
	a.must("DisableAlarmActions", &cloudwatch.DisableAlarmActionsInput{AlarmNames: []string{"cpu", "none"}})
	found := a.must("DescribeAlarmsForMetric", &cloudwatch.DescribeAlarmsForMetricInput{
		Namespace: new("App"), MetricName: new("CPU"),
	}).(*cloudwatch.DescribeAlarmsForMetricOutput)
	if n := len(found.MetricAlarms); n != 1 || found.MetricAlarms[0].StateValue != types.StateValueAlarm || *found.MetricAlarms[0].ActionsEnabled {
		t.Fatalf("%d alarms: %+v", n, found.MetricAlarms)
	}
	a.must("EnableAlarmActions", &cloudwatch.EnableAlarmActionsInput{AlarmNames: []string{"cpu"}})
	a.must("DeleteAlarms", &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"cpu", "none"}})

	history := a.must("DescribeAlarmHistory", &cloudwatch.DescribeAlarmHistoryInput{AlarmName: new("cpu")}).(*cloudwatch.DescribeAlarmHistoryOutput)
	var summaries []string
	for _, it := range history.AlarmHistoryItems {
		summaries = append(summaries, string(it.HistoryItemType)+": "+*it.HistorySummary)
	}
	want := []string{
		`ConfigurationUpdate: Alarm "cpu" deleted`, `ConfigurationUpdate: Alarm "cpu" updated`, `ConfigurationUpdate: Alarm "cpu" updated`,
		"StateUpdate: Alarm updated from INSUFFICIENT_DATA to ALARM", `ConfigurationUpdate: Alarm "cpu" created`,
	}
	if diff := cmp.Diff(want, summaries); diff != "" {
		t.Errorf("history (-want +got)\n%s", diff)
	}
}

func TestAlarmErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		op   string
		in   any
		code string
	}{
		"set unknown":       {"SetAlarmState", &cloudwatch.SetAlarmStateInput{AlarmName: new("x"), StateValue: "OK"}, "ResourceNotFound"},
		"set bad JSON":      {"SetAlarmState", &cloudwatch.SetAlarmStateInput{AlarmName: new("x"), StateReasonData: new("{")}, "InvalidFormat"},
		"tag unknown":       {"TagResource", &cloudwatch.TagResourceInput{ResourceARN: new("arn:aws:cloudwatch:us-east-1:123456789012:alarm:x")}, "ResourceNotFoundException"},
		"foreign token":     {"DescribeAlarms", &cloudwatch.DescribeAlarmsInput{NextToken: new("invalid-token")}, "InvalidNextToken"},
		"children and more": {"DescribeAlarms", &cloudwatch.DescribeAlarmsInput{ChildrenOfAlarmName: new("x"), StateValue: "OK"}, "ValidationError"},
		"not offered": {"PutMetricAlarm", func() any {
			in := minimalAlarm()
			in.EvaluationInterval = new(int32(60))
			return in
		}(), "ValidationError"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newAlarmAPI(t).call(c.op, c.in)
			if err == nil {
				t.Fatal("no error")
			}
			if got := spell(monitoring, fault.Of(err)).code; got != c.code {
				t.Errorf("code %s, want %s (%v)", got, c.code, err)
			}
		})
	}
}

// What nothing acts on is refused by name, and nothing is kept.
func TestAlarmMembersRefused(t *testing.T) {
	t.Parallel()
	for member, set := range map[string]func(*cloudwatch.PutMetricAlarmInput){
		"ThresholdMetricId":  func(r *cloudwatch.PutMetricAlarmInput) { r.ThresholdMetricId = new("m1") },
		"EvaluationInterval": func(r *cloudwatch.PutMetricAlarmInput) { r.EvaluationInterval = new(int32(60)) },
		"ComparisonOperator": func(r *cloudwatch.PutMetricAlarmInput) {
			r.ComparisonOperator = types.ComparisonOperatorLessThanLowerThreshold
		},
	} {
		a := newAlarmAPI(t)
		in := minimalAlarm()
		set(in)
		_, err := a.call("PutMetricAlarm", in)
		if err == nil || !strings.Contains(err.Error(), member) || fault.Of(err).Kind != fault.Validation {
			t.Errorf("%s: %v", member, err)
		}
		if out := a.must("DescribeAlarms", &cloudwatch.DescribeAlarmsInput{}).(*cloudwatch.DescribeAlarmsOutput); len(out.MetricAlarms) != 0 {
			t.Errorf("%s: the alarm was kept", member)
		}
	}
}
