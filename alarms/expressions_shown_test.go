package alarms

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skywatch/metric"
)

// mathAlarm is an alarm as it was recorded: put, shown and told.
func mathAlarm() *Alarm {
	return &Alarm{
		Key: Key{tenant, "math"}, ConfigurationUpdated: metric.At(at(0)),
		Definition: Definition{
			ActionsEnabled: true, AlarmActions: []string{topic}, Period: 60, EvaluationPeriods: 1, DatapointsToAlarm: 1,
			Threshold: 50, Comparison: GreaterThan, TreatMissingData: Ignore,
			Queries: []Query{
				{
					ID: "m1", AccountID: tenant.Account, Label: new("Explicit CPU metric label"), ReturnData: new(false),
					Metric: &MetricStat{Namespace: "AWS/EC2", MetricName: "CPUUtilization", Period: 60, Stat: "Average", Unit: "Percent"},
				},
				{ID: "e1", Expression: "m1 + 0", Label: new("Explicit expression label"), Period: 60, ReturnData: new(true)},
			},
		},
		Status: Status{Value: Alarming, Reason: "by hand", Updated: metric.At(at(1)), Transitioned: metric.At(at(1))},
	}
}

// The message to a topic (recorded).
func TestMathAlarmMessage(t *testing.T) {
	t.Parallel()
	text := encode(notify(mathAlarm(), InsufficientData))
	const trigger = `"Trigger":{"Period":60,"EvaluationPeriods":1,"DatapointsToAlarm":1,"ComparisonOperator":"GreaterThanThreshold","Threshold":50.0,` +
		`"TreatMissingData":"ignore","EvaluateLowSampleCountPercentile":"","Metrics":[{"Id":"m1","Label":"Explicit CPU metric label",` +
		`"MetricStat":{"Metric":{"Dimensions":[],"MetricName":"CPUUtilization","Namespace":"AWS/EC2"},"Period":60,"Stat":"Average","Unit":"Percent"},` +
		`"ReturnData":false,"AccountId":"123456789012"},{"Expression":"m1 + 0","Id":"e1","Label":"Explicit expression label","ReturnData":true,"Period":60}]}}`
	if !strings.HasSuffix(text, trigger) {
		t.Errorf("message\n%s\nwant its end\n%s", text, trigger)
	}
	published, err := variants(text)
	if err != nil {
		t.Fatal(err)
	}
	var forms struct{ Default, Email string }
	if err := json.Unmarshal([]byte(published), &forms); err != nil || forms.Default != text {
		t.Fatalf("the message is not its own default form: %v", err)
	}
	const mail = "\nThreshold:\n- The alarm is in the ALARM state when the metric is GreaterThanThreshold 50.0 for at least 1 of the last 1 period(s) of 60 seconds. \n" +
		"\nMonitored Metrics:\n- MetricExpression:           m1 + 0\n- MetricLabel:                Explicit expression label\n" +
		"\nState Change Actions:\n- OK: \n- ALARM: [" + topic + "]\n- INSUFFICIENT_DATA: \n"
	if !strings.HasSuffix(forms.Email, mail) {
		t.Errorf("mail\n%s\nwant its end\n%s", forms.Email, mail)
	}
}

// The history's item of its creation (recorded but for the label and the account).
func TestMathAlarmHistory(t *testing.T) {
	t.Parallel()
	text := encode(configurationOf(mathAlarm()))
	const want = `"dimensions":[],"metrics":[{"id":"m1","label":"Explicit CPU metric label","metricStat":{"metric":{"dimensions":[],"metricName":"CPUUtilization","namespace":"AWS/EC2"},` +
		`"period":60,"stat":"Average","unit":"Percent"},"returnData":false,"accountId":"123456789012"},` +
		`{"expression":"m1 + 0","id":"e1","label":"Explicit expression label","returnData":true,"period":60}],` +
		`"threshold":50.0,"comparisonOperator":"GreaterThanThreshold","evaluationPeriods":1,"datapointsToAlarm":1,"treatMissingData":"ignore","stateValue":"ALARM",`
	if !strings.Contains(text, want) {
		t.Errorf("history\n%s\nwant\n%s", text, want)
	}
	for _, absent := range []string{"namespace\":\"\"", "metricName\":\"\"", "extendedStatistic", `"evaluationWindow"`} {
		if strings.Contains(text, absent) {
			t.Errorf("history has %s: %s", absent, text)
		}
	}
}

// What an update changed is told with its old value, expressions and timing too.
func TestChangedExpressions(t *testing.T) {
	t.Parallel()
	old, now := mathAlarm(), mathAlarm()
	now.Queries[1].Expression = "m1 * 2"
	now.WarmUp, now.EvaluationWindow = &WarmUp{Minutes: 5}, &EvaluationWindow{WallClock: true, Timezone: "+05:30"}
	old.EvaluationWindow = &EvaluationWindow{}
	fields := string(changed(configurationOf(old), configurationOf(now)))
	if !strings.HasPrefix(fields, `{"metrics":[{"id":"m1",`) || !strings.HasSuffix(fields, `"evaluationWindow":{"slidingWindow":{}}}`) {
		t.Errorf("original fields %s", fields)
	}
	if text := encode(configurationOf(now)); !strings.Contains(text, `"evaluationWindow":{"wallClockWindow":{"timezone":"+05:30"}},"warmUpConfiguration":{"warmUpPeriodDurationInMinutes":5}`) {
		t.Errorf("history %s", text)
	}
}

// What an event tells of the alarm's metrics.
func TestMathAlarmEvent(t *testing.T) {
	t.Parallel()
	got := encode(eventConfigurationOf(mathAlarm()))
	const want = `{"metrics":[{"id":"m1","metricStat":{"metric":{"namespace":"AWS/EC2","name":"CPUUtilization","dimensions":{}},"period":60,"stat":"Average","unit":"Percent"},` +
		`"label":"Explicit CPU metric label","returnData":false,"accountId":"123456789012"},` +
		`{"id":"e1","expression":"m1 + 0","label":"Explicit expression label","period":60,"returnData":true}]}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("configuration (-want +got)\n%s", diff)
	}
}

// An alarm on a PromQL query has neither metrics nor a threshold anywhere.
func TestPromQLAlarmIsTold(t *testing.T) {
	t.Parallel()
	a := &Alarm{Key: Key{tenant, "up"}, Definition: Definition{
		PromQL: &PromQL{Query: `up{job="a"} == 0`, Pending: new(60)}, Period: 30, AlarmActions: []string{topic},
	}}
	message := encode(notify(a, OK))
	if want := `"Trigger":{"EvaluationCriteria":{"PromQLCriteria":{"Query":"up{job=\"a\"} == 0","PendingPeriod":60}},"EvaluationInterval":30}}`; !strings.HasSuffix(message, want) {
		t.Errorf("message %s", message)
	}
	if _, err := variants(message); err != nil {
		t.Errorf("its forms: %v", err)
	}
	const criteria = `"evaluationCriteria":{"promQLCriteria":{"query":"up{job=\"a\"} == 0","pendingPeriod":60}},"evaluationInterval":30`
	for name, text := range map[string]string{
		"event": encode(eventConfigurationOf(a)), "configuration": encode(wholeConfigurationOf(a)), "history": encode(configurationOf(a)),
	} {
		if !strings.Contains(text, criteria) || strings.Contains(text, "threshold") || strings.Contains(text, `"metrics"`) {
			t.Errorf("%s %s", name, text)
		}
	}
}
