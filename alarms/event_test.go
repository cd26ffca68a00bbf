package alarms

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/metric"
)

type bus struct{ events []event.Event }

func (b *bus) Publish(_ *catalog.Tx, e ...event.Event) error {
	b.events = append(b.events, e...)
	return nil
}

// of keeps the events of one detail-type.
func (b *bus) of(detailType string) (out []event.Event) {
	for _, e := range b.events {
		if e.DetailType == detailType {
			out = append(out, e)
		}
	}
	return out
}

// Every change of state is an event, whatever becomes of the actions.
func TestStateChangeEvent(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	b := &bus{}
	s.opts.Events = b
	description := "p99 latency of checkout"
	put(t, s, at(0), func(p *Put) {
		p.Description, p.Statistic, p.ExtendedStatistic = &description, "", "p99"
		p.Dimensions, p.Unit, p.ActionsEnabled = []metric.Dimension{{Name: "Service", Value: "checkout"}}, "Seconds", new(false)
	})
	if err := s.SetState(t.Context(), Key{tenant, "cpu"}, Alarming, "by hand", `{"a":1}`, at(1)); err != nil {
		t.Fatal(err)
	}
	if err := s.SetActionsEnabled(t.Context(), tenant, []string{"cpu"}, true, at(2)); err != nil {
		t.Fatal(err)
	}
	s.set(t, "cpu", OK, at(3))
	b.events = b.of("CloudWatch Alarm State Change")
	if len(b.events) != 2 || b.events[0].ID == b.events[1].ID {
		t.Fatalf("%d events", len(b.events))
	}
	var ids []string
	for i := range b.events {
		var detail stateChange
		if err := json.Unmarshal(b.events[i].Detail, &detail); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, detail.Configuration.Metrics[0].ID)
	}
	if ids[0] != ids[1] {
		t.Errorf("the metric's id changed with the actions: %q", ids)
	}
	got, err := json.Marshal(b.events[0])
	if err != nil {
		t.Fatal(err)
	}
	want := `{"version":"0","id":"` + b.events[0].ID + `","detail-type":"CloudWatch Alarm State Change","source":"aws.cloudwatch",` +
		`"account":"123456789012","time":"2026-11-22T12:00:01Z","region":"us-east-1",` +
		`"resources":["arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu"],"detail":{"alarmName":"cpu",` +
		`"state":{"value":"ALARM","reason":"by hand","reasonData":"{\"a\":1}","timestamp":"2026-11-22T12:00:01.000+0000"},` +
		`"previousState":{"value":"INSUFFICIENT_DATA","reason":"Unchecked: Initial alarm creation","timestamp":"2026-11-22T12:00:00.000+0000"},` +
		`"configuration":{"metrics":[{"id":"` + ids[0] + `","metricStat":{"metric":{"namespace":"App","name":"CPU",` +
		`"dimensions":{"Service":"checkout"}},"period":60,"stat":"p99","unit":"Seconds"},"returnData":true}],` +
		`"description":"p99 latency of checkout"}}}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
