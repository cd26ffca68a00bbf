package alarms

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skywatch/metric"
)

// A definition that is made, changed or removed is an event of the same
// transaction; one that stays the same is none.
func TestConfigurationChangeEvent(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	b := &bus{}
	s.opts.Events = b
	define := func(p *Put) {
		description := "p99 <latency>"
		p.Description, p.Statistic, p.ExtendedStatistic = &description, "", "p99"
		p.Dimensions, p.TreatMissingData = []metric.Dimension{{Name: "Service", Value: "checkout"}}, "missing"
		p.AlarmActions = []string{"arn:aws:sns:us-east-1:123456789012:pager"}
	}
	put(t, s, at(0), define)
	put(t, s, at(1), define)
	s.set(t, "cpu", OK, at(2))
	put(t, s, at(3), func(p *Put) { define(p); p.Threshold = new(450.5); p.DatapointsToAlarm = 1 })
	if err := s.Delete(t.Context(), tenant, []string{"cpu", "none"}, at(4)); err != nil {
		t.Fatal(err)
	}
	changes := b.of("CloudWatch Alarm Configuration Change")
	if len(changes) != 3 {
		t.Fatalf("%d events", len(changes))
	}
	metrics := func(i int) string {
		var detail struct {
			Configuration struct{ Metrics json.RawMessage }
		}
		if err := json.Unmarshal(changes[i].Detail, &detail); err != nil {
			t.Fatal(err)
		}
		return string(detail.Configuration.Metrics)
	}
	if !strings.HasSuffix(metrics(0), `"metricStat":{"metric":{"namespace":"App","name":"CPU","dimensions":{"Service":"checkout"}},"period":60,"stat":"p99"},"returnData":true}]`) {
		t.Errorf("metrics %s", metrics(0))
	}
	configuration := func(i int, needed, threshold, second string) string {
		return `{"alarmName":"cpu","description":"p99 <latency>","metrics":` + metrics(i) + `,"evaluationPeriods":1,` + needed + `"threshold":` + threshold +
			`,"comparisonOperator":"GreaterThanThreshold","treatMissingData":"missing","actionsEnabled":true,"okActions":[],` +
			`"alarmActions":["arn:aws:sns:us-east-1:123456789012:pager"],"insufficientDataActions":[],"timestamp":"2026-11-22T12:00:0` + second + `.000+0000"}`
	}
	first, second := configuration(0, "", "50", "0"), configuration(1, `"datapointsToAlarm":1,`, "450.5", "3")
	ok := `"state":{"value":"OK","timestamp":"2026-11-22T12:00:02.000+0000"}`
	want := []string{
		`{"alarmName":"cpu","operation":"create","state":{"value":"INSUFFICIENT_DATA","timestamp":"2026-11-22T12:00:00.000+0000"},"configuration":` + first + `}`,
		`{"alarmName":"cpu","operation":"update",` + ok + `,"configuration":` + second + `,"previousConfiguration":` + first + `}`,
		`{"alarmName":"cpu","operation":"delete","state":{"value":"OK","reason":"by hand","timestamp":"2026-11-22T12:00:02.000+0000"},"configuration":` + second + `}`,
	}
	seen := map[string]bool{}
	for i, e := range changes {
		if diff := cmp.Diff(want[i], string(e.Detail)); diff != "" {
			t.Errorf("event %d (-want +got)\n%s", i, diff)
		}
		if seen[e.ID] || e.Source != "aws.cloudwatch" || e.Resources[0] != "arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu" {
			t.Errorf("event %d: %+v", i, e)
		}
		seen[e.ID] = true
	}
}
