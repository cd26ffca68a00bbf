package event_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/event"
)

func TestEnvelope(t *testing.T) {
	t.Parallel()
	e := event.Event{
		ID: "7c3f2667-5a1e-4c3d-9b2f-4f2a9c0e61e1", Source: "aws.cloudwatch", DetailType: "CloudWatch Alarm State Change",
		Account: "123456789012", Region: "us-east-1", Time: time.Date(2026, 5, 20, 11, 4, 5, 0, time.UTC),
		Resources: []string{"arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"}, Detail: json.RawMessage(`{"alarmName":"a"}`),
	}
	got, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"version":"0","id":"7c3f2667-5a1e-4c3d-9b2f-4f2a9c0e61e1","detail-type":"CloudWatch Alarm State Change",` +
		`"source":"aws.cloudwatch","account":"123456789012","time":"2026-05-20T11:04:05Z","region":"us-east-1",` +
		`"resources":["arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"],"detail":{"alarmName":"a"}}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	var back event.Event
	if err := json.Unmarshal(got, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(e, back); diff != "" {
		t.Errorf("read back (-want +got)\n%s", diff)
	}
}
