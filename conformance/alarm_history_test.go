package conformance_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	gocmp "github.com/google/go-cmp/cmp"
)

// TestDescribeAlarmHistory tells the life of an alarm: made, changed, set off
// by hand, deleted, all of it kept.
func TestDescribeAlarmHistory(t *testing.T) {
	t.Parallel()
	server := start(t)
	eachDialect(t, server, func(t *testing.T, c *caller) {
		began := time.Now().Add(-time.Second)
		life := func(threshold float64) *cloudwatch.PutMetricAlarmInput {
			return minimal("a", func(in *cloudwatch.PutMetricAlarmInput) {
				in.Threshold, in.TreatMissingData = &threshold, aws.String("ignore")
				in.Dimensions, in.OKActions = dims("Host", "a"), []string{"arn:aws:sns:" + c.region + ":" + account + ":t"}
			})
		}
		c.must(t, life(21))
		c.must(t, life(22.5))
		c.must(t, &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("a"), StateValue: types.StateValueAlarm, StateReason: aws.String("by hand"), StateReasonData: aws.String(`{"by": ["hand", 1.0]}`)})
		c.must(t, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"a"}})

		type in = cloudwatch.DescribeAlarmHistoryInput
		all := c.must(t, &in{AlarmName: aws.String("a")}).(*cloudwatch.DescribeAlarmHistoryOutput).AlarmHistoryItems
		checkLife(t, c, all)
		created, changed, set, deleted := `Alarm "a" created`, `Alarm "a" updated`, "Alarm updated from INSUFFICIENT_DATA to ALARM", `Alarm "a" deleted`
		c.run(t, named(map[string]row{
			"newest first":    {in: &in{}, check: summaries(deleted, set, changed, created)},
			"oldest first":    {in: &in{ScanBy: types.ScanByTimestampAscending}, check: summaries(created, changed, set, deleted)},
			"by type":         {in: &in{HistoryItemType: types.HistoryItemTypeStateUpdate}, check: summaries(set)},
			"since":           {in: &in{StartDate: aws.Time(time.Now().Add(time.Hour))}, check: summaries()},
			"between":         {in: &in{StartDate: &began, EndDate: aws.Time(time.Now().Add(time.Hour))}, check: summaries(deleted, set, changed, created)},
			"another alarm":   {in: &in{AlarmName: aws.String("b")}, check: summaries()},
			"composite":       {in: &in{AlarmTypes: []types.AlarmType{types.AlarmTypeCompositeAlarm}}, check: summaries()},
			"no records":      {in: &in{MaxRecords: aws.Int32(0)}, refused: validation("1 validation error detected: Value '0' at 'maxRecords' failed to satisfy constraint: Member must have value greater than or equal to 1")},
			"token of nobody": {in: &in{NextToken: aws.String("nonsense")}, refused: modelled("InvalidNextToken", 400, "").matching(".")},
		})...)
		t.Run("pages", func(t *testing.T) {
			first := c.must(t, &in{MaxRecords: aws.Int32(3)}).(*cloudwatch.DescribeAlarmHistoryOutput)
			summaries(deleted, set, changed)(t, first)
			last := c.must(t, &in{MaxRecords: aws.Int32(3), NextToken: first.NextToken}).(*cloudwatch.DescribeAlarmHistoryOutput)
			summaries(created)(t, last)
			if last.NextToken != nil {
				t.Error("token after the last page")
			}
		})
	})
}

func summaries(want ...string) func(*testing.T, any) {
	return func(t *testing.T, out any) {
		t.Helper()
		got := []string{}
		for _, it := range out.(*cloudwatch.DescribeAlarmHistoryOutput).AlarmHistoryItems {
			got = append(got, *it.HistorySummary)
		}
		if diff := gocmp.Diff(append([]string{}, want...), got); diff != "" {
			t.Errorf("summaries (-want +got):\n%s", diff)
		}
	}
}

// checkLife holds the HistoryData of the four items, newest first.
func checkLife(t *testing.T, c *caller, items []types.AlarmHistoryItem) {
	t.Helper()
	if len(items) != 4 {
		t.Fatalf("%d items, want 4", len(items))
	}
	var data []map[string]any
	for _, it := range items {
		if *it.AlarmName != "a" || it.AlarmType != types.AlarmTypeMetricAlarm || time.Since(*it.Timestamp).Abs() > time.Minute {
			t.Errorf("item %s", show(it))
		}
		var d map[string]any
		if err := json.Unmarshal([]byte(*it.HistoryData), &d); err != nil {
			t.Fatalf("%v in %s", err, *it.HistoryData)
		}
		data = append(data, d)
	}
	alarm := func(threshold float64, state string) map[string]any {
		return map[string]any{
			"alarmName": "a", "alarmArn": alarmARN(c.region, "a"), "namespace": "App", "metricName": "m", "extendedStatistic": "AVERAGE",
			"period": 60., "dimensions": []any{map[string]any{"name": "Host", "value": "a"}}, "threshold": threshold,
			"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1., "treatMissingData": "ignore", "stateValue": state,
			"actionsEnabled": true, "alarmActions": []any{}, "insufficientDataActions": []any{},
			"okactions": []any{"arn:aws:sns:" + c.region + ":" + account + ":t"},
		}
	}
	want := []map[string]any{
		{"version": "1.0", "type": "Delete", "deletedAlarm": alarm(22.5, "ALARM")},
		{
			"version":  "1.0",
			"oldState": map[string]any{"stateValue": "INSUFFICIENT_DATA", "stateReason": "Unchecked: Initial alarm creation"},
			"newState": map[string]any{"stateValue": "ALARM", "stateReason": "by hand", "stateReasonData": map[string]any{"by": []any{"hand", 1.}}},
		},
		{"version": "1.0", "type": "Update", "updatedAlarm": alarm(22.5, "INSUFFICIENT_DATA"), "originalUpdatedFields": map[string]any{"threshold": 21.}},
		{"version": "1.0", "type": "Create", "createdAlarm": alarm(21, "INSUFFICIENT_DATA")},
	}
	if diff := gocmp.Diff(want, data, times); diff != "" {
		t.Errorf("HistoryData (-want +got):\n%s", diff)
	}
}

// times leaves out the members that hold one.
var times = gocmp.FilterPath(func(p gocmp.Path) bool {
	key, ok := p.Last().(gocmp.MapIndex)
	return ok && (key.Key().String() == "alarmConfigurationUpdatedTimestamp" || key.Key().String() == "stateUpdatedTimestamp")
}, gocmp.Ignore())
