package scheduler_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"skywatch/scheduler"
	"skywatch/targets"
)

const (
	busARN   = "arn:aws:events:us-east-1:123456789012:event-bus/orders"
	topicARN = "arn:aws:sns:us-east-1:123456789012:t"
	sdkARN   = "arn:aws:scheduler:::aws-sdk:"
)

// sentBy runs a schedule once and returns what it sends.
func sentBy(t *testing.T, target scheduler.Target) []targets.Delivery {
	t.Helper()
	r := newRig(t, vfs.NewMem(), noon)
	d := defined("at(2026-11-25T12:00:30)")
	target.RoleARN, target.MaxRetries, target.MaxAgeSeconds = roleARN, 3, 120
	d.Target = target
	r.create(named("s"), d)
	r.until(noon.AddDate(0, 0, 1))
	return r.took()
}

// outline is what is compared of a delivery.
type outline struct{ Target, Group, Subject, Message, Original, Unsendable string }

func TestDeliveries(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		target scheduler.Target
		want   []outline
	}{
		"queue": {
			scheduler.Target{ARN: queueARN, Input: `<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time>`},
			[]outline{{Target: queueARN, Message: named("s").ARN() + " 2026-11-25T12:00:30Z"}},
		},
		"FIFO queue": {
			scheduler.Target{ARN: queueARN + ".fifo", Input: "x", MessageGroup: "g"},
			[]outline{{Target: queueARN + ".fifo", Group: "g", Message: "x"}},
		},
		"no input": {
			scheduler.Target{ARN: topicARN},
			[]outline{{Target: topicARN, Message: `{"version":"0","id":"ID","detail-type":"Scheduled Event","source":"aws.scheduler","account":"123456789012",` +
				`"time":"2026-11-25T12:00:30Z","region":"us-east-1","resources":["` + named("s").ARN() + `"],"detail":"{}"}`}},
		},
		"bus": {
			scheduler.Target{ARN: busARN, Input: `{"at":"<aws.scheduler.scheduled-time>"}`, Event: &scheduler.EventParameters{DetailType: "due", Source: "shop"}},
			[]outline{{Target: busARN, Original: `{"at":"2026-11-25T12:00:30Z"}`, Message: `{"version":"0","id":"ID","detail-type":"due","source":"shop","account":"123456789012",` +
				`"time":"2026-11-25T12:00:30Z","region":"us-east-1","resources":[],"detail":{"at":"2026-11-25T12:00:30Z"}}`}},
		},
		"bus, broken by an attribute": {
			scheduler.Target{ARN: busARN, Input: `{"<aws.scheduler.schedule-arn>":1}`, Event: &scheduler.EventParameters{DetailType: "due", Source: "shop"}},
			[]outline{{Target: busARN, Original: `{"` + named("s").ARN() + `":1}`, Message: `{"version":"0","id":"ID","detail-type":"due","source":"shop","account":"123456789012",` +
				`"time":"2026-11-25T12:00:30Z","region":"us-east-1","resources":[],"detail":{"` + named("s").ARN() + `":1}}`}},
		},
		"universal: sqs": {
			scheduler.Target{ARN: sdkARN + "sqs:sendMessage", Input: `{"QueueUrl":"http://h:1/123456789012/q","MessageBody":"<aws.scheduler.scheduled-time>","MessageGroupId":"g"}`},
			[]outline{{Target: queueARN, Group: "g", Message: "2026-11-25T12:00:30Z", Original: `{"QueueUrl":"http://h:1/123456789012/q","MessageBody":"2026-11-25T12:00:30Z","MessageGroupId":"g"}`}},
		},
		"universal: sqs with what nothing acts on": {
			scheduler.Target{ARN: sdkARN + "sqs:sendMessage", Input: `{"QueueUrl":"http://h:1/123456789012/q","MessageBody":"b","DelaySeconds":5}`},
			[]outline{{
				Target: sdkARN + "sqs:sendMessage", Message: `{"QueueUrl":"http://h:1/123456789012/q","MessageBody":"b","DelaySeconds":5}`,
				Unsendable: `the input is not one that the operation takes here: json: unknown field "DelaySeconds"`,
			}},
		},
		"universal: sqs without a queue": {
			scheduler.Target{ARN: sdkARN + "sqs:sendMessage", Input: `{"MessageBody":"b"}`},
			[]outline{{Target: sdkARN + "sqs:sendMessage", Message: `{"MessageBody":"b"}`, Unsendable: "QueueUrl and MessageBody are required"}},
		},
		"universal: sns": {
			scheduler.Target{ARN: sdkARN + "sns:publish", Input: `{"TopicArn":"` + topicARN + `","Message":"m","Subject":"s"}`},
			[]outline{{Target: topicARN, Subject: "s", Message: "m", Original: `{"TopicArn":"` + topicARN + `","Message":"m","Subject":"s"}`}},
		},
		"universal: events": {
			scheduler.Target{ARN: sdkARN + "eventbridge:putEvents", Input: `{"Entries":[{"Source":"a","DetailType":"b","Detail":"{\"n\":1}","EventBusName":"orders"},{"Source":"a","DetailType":"c","Detail":"{}","Resources":["r"]}]}`},
			[]outline{
				{Target: busARN, Message: `{"version":"0","id":"ID","detail-type":"b","source":"a","account":"123456789012","time":"2026-11-25T12:00:30Z","region":"us-east-1","resources":[],"detail":{"n":1}}`},
				{Target: strings.Replace(busARN, "orders", "default", 1), Message: `{"version":"0","id":"ID","detail-type":"c","source":"a","account":"123456789012","time":"2026-11-25T12:00:30Z","region":"us-east-1","resources":["r"],"detail":{}}`},
			},
		},
		"universal: events of AWS": {
			scheduler.Target{ARN: sdkARN + "eventbridge:putEvents", Input: `{"Entries":[{"Source":"aws.ec2","DetailType":"b","Detail":"{}"}]}`},
			[]outline{{
				Target: sdkARN + "eventbridge:putEvents", Message: `{"Entries":[{"Source":"aws.ec2","DetailType":"b","Detail":"{}"}]}`,
				Unsendable: "entry 1: not authorized for the source",
			}},
		},
		"universal: an event of the year 10000": {
			scheduler.Target{ARN: sdkARN + "eventbridge:putEvents", Input: `{"Entries":[{"Source":"a","DetailType":"b","Detail":"{}","Time":"9999-12-31T23:59:59-01:00"}]}`},
			[]outline{{
				Target: sdkARN + "eventbridge:putEvents", Message: `{"Entries":[{"Source":"a","DetailType":"b","Detail":"{}","Time":"9999-12-31T23:59:59-01:00"}]}`,
				Unsendable: "entry 1: the year of its Time in UTC is not of four digits",
			}},
		},
		"universal: another": {
			scheduler.Target{ARN: sdkARN + "ec2:stopInstances", Input: `{"InstanceIds":["i"]}`},
			[]outline{{Target: sdkARN + "ec2:stopInstances", Message: `{"InstanceIds":["i"]}`}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []outline
			ids := map[string]bool{}
			for _, d := range sentBy(t, c.target) {
				var e struct{ ID string }
				if json.Unmarshal([]byte(d.Message), &e) == nil && e.ID != "" {
					d.Message = strings.Replace(d.Message, e.ID, "ID", 1)
				}
				if strings.Contains(c.target.ARN, "putEvents") {
					d.Original = "" // the whole input
				}
				ids[d.ID] = true
				got = append(got, outline{d.Target, d.Group, d.Subject, d.Message, d.Original, d.Unsendable})
				if d.Cause != named("s").ARN() || d.Retry.Max != 3 || d.LetterAttributes["TARGET_ARN"] != c.target.ARN || d.LetterAttributes["SCHEDULED_TIME"] != "2026-11-25T12:00:30Z" {
					t.Errorf("%+v", d)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(ids) != len(c.want) {
				t.Errorf("IDs %v", ids)
			}
		})
	}
}

func TestRefusedTargets(t *testing.T) {
	t.Parallel()
	event := &scheduler.EventParameters{DetailType: "d", Source: "s"}
	for _, c := range []struct {
		target scheduler.Target
		want   string
	}{
		{scheduler.Target{ARN: "q"}, "Provided Arn is not in correct format."},
		{scheduler.Target{ARN: sdkARN + "sqs"}, "Provided Arn is not in correct format."},
		{scheduler.Target{ARN: queueARN + ".fifo"}, "MessageGroupId is required for a FIFO queue."},
		{scheduler.Target{ARN: topicARN, MessageGroup: "g"}, "SqsParameters can be given only for an SQS queue."},
		{scheduler.Target{ARN: busARN}, "EventBridgeParameters are required for an event bus."},
		{scheduler.Target{ARN: queueARN, Event: event}, "EventBridgeParameters can be given only for an event bus."},
		{scheduler.Target{ARN: busARN, Event: event, Input: "[]"}, "Input must be a JSON object for an event bus."},
		{scheduler.Target{ARN: "arn:aws:lambda:us-east-1:123456789012:function:f", Input: "x"}, "Input must be well-formed JSON for this target."},
		{scheduler.Target{ARN: sdkARN + "sqs:sendMessage", Input: "x"}, "Input must be well-formed JSON for this target."},
	} {
		r := newRig(t, vfs.NewMem(), noon)
		d := defined("rate(1 hour)")
		d.Target = c.target
		if got := said(r.CreateSchedule(t.Context(), named("s"), d, "")); got != c.want+"\n" {
			t.Errorf("%+v: %s", c.target, got)
		}
	}
}
