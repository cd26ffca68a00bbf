package scheduler

import (
	"encoding/json"
	"testing"
	"time"

	"skywatch/metric"
	"skywatch/targets"
)

// Whatever the input, each planned time makes deliveries that have an ID and a
// target, and what is sent to a bus is an event.
func FuzzDeliveries(f *testing.F) {
	for _, operation := range []string{"sqs:sendMessage", "sns:publish", "eventbridge:putEvents", "ec2:stopInstances", "", ":"} {
		for _, input := range []string{
			"", "{}", "null", `[]`, `{"QueueUrl":"http://h/1/q","MessageBody":"<aws.scheduler.attempt-number>","MessageAttributes":{"a":{"DataType":"Binary","BinaryValue":"AA=="}}}`,
			`{"TopicArn":"arn:aws:sns:r:1:t","Message":"m"}`, `{"Entries":[{"Source":"s","DetailType":"d","Detail":"{}","Time":"2026-11-25T12:00:00Z"},{}]}`,
			`{"a":"<aws.scheduler.schedule-arn>"}`,
		} {
			f.Add(operation, input)
		}
	}
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, operation, input string) {
		target := Target{ARN: "arn:aws:scheduler:::aws-sdk:" + operation, Input: input}
		if operation == "" {
			target.ARN, target.Event = "arn:aws:events:r:1:event-bus/b", &EventParameters{"d", "s"}
		}
		sch := Schedule{Name: Name{GroupName{metric.Tenant{Account: "1", Region: "r"}, "g"}, "s"}, Definition: Definition{Target: target}}
		all := sch.deliveries(noon, noon)
		ids := map[string]bool{}
		for _, d := range all {
			ids[d.ID] = true
			if d.ID == "" || d.Target == "" || d.Cause != sch.ARN() {
				t.Errorf("%+v", d)
			}
			if d.Unsendable == "" && targets.KindOf(d.Target) == targets.Bus && !json.Valid([]byte(d.Message)) {
				t.Errorf("%q is not an event", d.Message)
			}
		}
		if len(all) == 0 || len(ids) != len(all) {
			t.Errorf("%d deliveries with %d IDs", len(all), len(ids))
		}
	})
}
