package notice_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"skywatch/targets/notice"
)

var at = time.Date(2026, 11, 22, 12, 0, 0, 0, time.FixedZone("", 3600))

func TestRead(t *testing.T) {
	t.Parallel()
	const (
		topic = "arn:aws:sns:us-east-1:123456789012:alerts"
		alarm = `{"AlarmName":"cpu","AlarmDescription":null,"NewStateValue":"OK","NewStateReason":"r","StateChangeTime":"2026-11-22T12:30:10.123+0000","Region":"R","AlarmArn":"arn:a","OldStateValue":"ALARM","Trigger":{"MetricName":"m","Namespace":"n","Statistic":"AVERAGE","Dimensions":[],"Period":60,"EvaluationPeriods":2,"ComparisonOperator":"LessThanOrEqualToThreshold","Threshold":1.50}}`
	)
	for _, c := range []struct {
		name string
		m    notice.Message
		want notice.Notice // but for Body, Fields, Message, Alarm and Event
	}{
		{"text", notice.Message{ID: "i", Cause: topic, Subject: "s\r\nx", Body: "b"}, notice.Notice{
			Kind: notice.OfText, Title: "s  x", Text: "b", Severity: notice.Notable, Source: topic, Key: "i", Time: "2026-11-22T11:00:00.000Z", Subject: "s\r\nx",
		}},
		{"no subject", notice.Message{ID: "i", Cause: topic, Body: "b"}, notice.Notice{
			Kind: notice.OfText, Title: "Notification from alerts", Text: "b", Severity: notice.Notable, Source: topic, Key: "i", Time: "2026-11-22T11:00:00.000Z",
		}},
		{"nothing", notice.Message{}, notice.Notice{
			Kind: notice.OfText, Title: "Notification from Skywatch", Severity: notice.Notable, Time: "2026-11-22T11:00:00.000Z",
		}},
		{"envelope", notice.Message{ID: "i", Body: `{"Type":"Notification","MessageId":"m","TopicArn":"` + topic + `","Subject":"s","Message":"b","Timestamp":"2026-11-22T12:00:00.123Z"}`}, notice.Notice{
			Kind: notice.OfText, Title: "s", Text: "b", Severity: notice.Notable, Source: topic, Key: "m", Time: "2026-11-22T12:00:00.123Z", Subject: "s", Topic: topic,
		}},
		{"alarm", notice.Message{ID: "i", Cause: "arn:a", Subject: "shortened", Body: alarm}, notice.Notice{
			Kind: notice.OfAlarm, Title: `OK: "cpu" in R`, Text: "r", Severity: notice.Notable, Source: "arn:a", Key: "arn:a", Time: "2026-11-22T12:30:10.123Z", Subject: "shortened",
		}},
		{"alarm in an envelope", notice.Message{ID: "i", Body: `{"Type":"Notification","TopicArn":"` + topic + `","Message":` + quoted(alarm) + `}`}, notice.Notice{
			Kind: notice.OfAlarm, Title: `OK: "cpu" in R`, Text: "r", Severity: notice.Notable, Source: "arn:a", Key: "arn:a", Time: "2026-11-22T12:30:10.123Z", Topic: topic,
		}},
		{"no state of an alarm", notice.Message{ID: "i", Cause: topic, Body: strings.Replace(alarm, `"OK"`, `"GONE"`, 1)}, notice.Notice{
			Kind: notice.OfText, Title: "Notification from alerts", Text: strings.Replace(alarm, `"OK"`, `"GONE"`, 1), Severity: notice.Notable, Source: topic, Key: "i", Time: "2026-11-22T11:00:00.000Z",
		}},
		{"event", notice.Message{ID: "i", Body: `{"id":"e","source":"shop","detail-type":"order","time":"2026-11-22T12:00:01Z","detail":{"total":1.50}}`}, notice.Notice{
			Kind: notice.OfEvent, Title: "order from shop", Text: "{\n  \"total\": 1.50\n}", Severity: notice.Notable, Source: "shop", Key: "e", Time: "2026-11-22T12:00:01.000Z",
		}},
	} {
		c.m.At = at
		got := notice.Read(c.m)
		c.want.ID = c.m.ID
		c.want.Body, c.want.Fields, c.want.Message, c.want.Alarm, c.want.Event = got.Body, got.Fields, got.Message, got.Alarm, got.Event
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", c.name, diff)
		}
		if got.Kind == notice.OfAlarm && got.Alarm.Condition() != "at most 1.50, 2 of 2 periods of 60 s" {
			t.Errorf("%s: condition %q", c.name, got.Alarm.Condition())
		}
	}
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// Whatever is delivered has a title of one line, and a time.
func FuzzRead(f *testing.F) {
	f.Add("arn:aws:sns:r:1:t", "s", `{"Type":"Notification","TopicArn":"x:","Message":"{}"}`)
	f.Add("", "\u2028", `{"detail-type":"CloudWatch Alarm State Change","source":"aws.cloudwatch","id":"i","resources":[""],"detail":{"alarmName":"\n","state":{"value":"OK"}}}`)
	f.Fuzz(func(t *testing.T, cause, subject, body string) {
		n := notice.Read(notice.Message{ID: "i", Cause: cause, Subject: subject, Body: body, At: at})
		if n.Title == "" || strings.ContainsFunc(n.Title, unicode.IsControl) || n.Instant().IsZero() {
			t.Errorf("%+v", n)
		}
		if n.Kind == notice.OfAlarm && (n.Alarm.State == "" || n.Alarm.Name == "") {
			t.Errorf("an alarm without a name or a state: %+v", n.Alarm)
		}
	})
}
