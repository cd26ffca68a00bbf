package template_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"skywatch/targets/destination/template"
	"skywatch/targets/notice"
)

var at = time.Date(2026, 11, 22, 12, 30, 10, 123e6, time.UTC)

// key is of the form of an integration key.
var key = strings.Repeat("k1", 16)

// alarm is the message of an alarm that changed its state (cloudwatch.md 14.2).
func alarm(name, state, reason string) notice.Message {
	b, err := json.Marshal(map[string]any{
		"AlarmName": name, "AlarmDescription": "who is on call: <@ops>", "AWSAccountId": "123456789012", "NewStateValue": state, "NewStateReason": reason,
		"StateChangeTime": "2026-11-22T12:30:10.123+0000", "Region": "US East (N. Virginia)", "OldStateValue": "OK",
		"AlarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:" + name,
		"Trigger": map[string]any{
			"MetricName": "Latency", "Namespace": "App", "StatisticType": "Statistic", "Statistic": "AVERAGE", "Unit": nil,
			"Dimensions": []map[string]string{{"value": "a", "name": "Host"}}, "Period": 60, "EvaluationPeriods": 3, "DatapointsToAlarm": 2,
			"ComparisonOperator": "GreaterThanThreshold", "Threshold": json.Number("200.0"), "TreatMissingData": "",
		},
	})
	if err != nil {
		panic(err)
	}
	return notice.Message{ID: "d-1", Cause: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:" + name, Subject: "subject", Body: string(b), At: at}
}

// alarmEvent is the same as an event (cloudwatch.md 14.4).
func alarmEvent(name, state, reason string) notice.Message {
	b, err := json.Marshal(map[string]any{
		"version": "0", "id": "e-1", "detail-type": "CloudWatch Alarm State Change", "source": "aws.cloudwatch", "account": "123456789012",
		"time": "2026-11-22T12:30:10Z", "region": "us-east-1", "resources": []string{"arn:aws:cloudwatch:us-east-1:123456789012:alarm:" + name},
		"detail": map[string]any{
			"alarmName": name, "state": map[string]string{"value": state, "reason": reason, "timestamp": "2026-11-22T12:30:10.123+0000"},
			"previousState": map[string]string{"value": "OK", "reason": "r", "timestamp": "2026-11-22T12:00:10.123+0000"},
			"configuration": map[string]any{"metrics": []any{map[string]any{"id": "m", "returnData": true, "metricStat": map[string]any{
				"metric": map[string]any{"namespace": "App", "name": "Latency", "dimensions": map[string]string{"Host": "a"}}, "period": 60, "stat": "Average",
			}}}},
		},
	})
	if err != nil {
		panic(err)
	}
	return notice.Message{ID: "d-2", Cause: "arn:aws:events:us-east-1:123456789012:rule/r", Body: string(b), At: at}
}

var order = notice.Message{
	ID: "d-3", Cause: "arn:aws:events:us-east-1:123456789012:rule/r", At: at,
	Body: `{"version":"0","id":"e-2","detail-type":"order","source":"shop","account":"123456789012","time":"2026-11-22T12:30:10Z","region":"us-east-1","resources":[],"detail":{"id":"o-1","total":12.50}}`,
}

var words = notice.Message{ID: "d-4", Cause: "arn:aws:sns:us-east-1:123456789012:alerts", Subject: "own", Body: "line 1\nline 2", At: at}

// inTopic is a message in the envelope of a topic.
func inTopic(m notice.Message) notice.Message {
	b, err := json.Marshal(map[string]string{
		"Type": "Notification", "MessageId": "m-1", "TopicArn": "arn:aws:sns:us-east-1:123456789012:alerts", "Subject": m.Subject, "Message": m.Body,
		"Timestamp": "2026-11-22T12:30:10.123Z",
	})
	if err != nil {
		panic(err)
	}
	m.Body, m.Subject = string(b), ""
	return m
}

// render makes the body of a template for a message.
func render(t *testing.T, s template.Spec, m notice.Message) string {
	t.Helper()
	if err := template.Check(s); err != nil {
		t.Fatal(err)
	}
	made, err := template.Compile(s)
	if err != nil {
		t.Fatal(err)
	}
	n := notice.Read(m)
	body, err := made.Render(&n)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// object is a JSON object of a body, checked member by member: what is not taken
// out before done is something that the documents do not know.
type object struct {
	t    testing.TB
	at   string
	left map[string]any
}

// read parses a body.
func read(t testing.TB, body string) *object {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(body)))
	d.UseNumber()
	var m map[string]any
	if err := d.Decode(&m); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return &object{t, "$", m}
}

// text takes a string of 1 to most characters out.
func (o *object) text(name string, most int) string {
	o.t.Helper()
	s, ok := o.left[name].(string)
	if delete(o.left, name); !ok || s == "" || len([]rune(s)) > most {
		o.t.Errorf("%s.%s is no text of 1 to %d characters: %q", o.at, name, most, s)
	}
	return s
}

// maybe is text for what may be absent.
func (o *object) maybe(name string, most int) string {
	o.t.Helper()
	if _, ok := o.left[name]; !ok {
		return ""
	}
	return o.text(name, most)
}

// oneOf takes one of some words out.
func (o *object) oneOf(name string, words ...string) string {
	o.t.Helper()
	s := o.text(name, 100)
	for _, w := range words {
		if s == w {
			return s
		}
	}
	o.t.Errorf("%s.%s is %q, none of %v", o.at, name, s, words)
	return s
}

// object takes an object out.
func (o *object) object(name string) *object {
	o.t.Helper()
	m, ok := o.left[name].(map[string]any)
	if delete(o.left, name); !ok {
		o.t.Fatalf("%s.%s is no object", o.at, name)
	}
	return &object{o.t, o.at + "." + name, m}
}

// list takes a list of least to most objects out.
func (o *object) list(name string, least, most int) (all []*object) {
	o.t.Helper()
	l, ok := o.left[name].([]any)
	if delete(o.left, name); !ok || len(l) < least || len(l) > most {
		o.t.Fatalf("%s.%s is no list of %d to %d", o.at, name, least, most)
	}
	for _, v := range l {
		m, ok := v.(map[string]any)
		if !ok {
			o.t.Fatalf("%s.%s holds %v", o.at, name, v)
		}
		all = append(all, &object{o.t, o.at + "." + name + "[]", m})
	}
	return all
}

// flag takes a boolean out, if there is one.
func (o *object) flag(name string) {
	o.t.Helper()
	v, there := o.left[name]
	if _, ok := v.(bool); there && !ok {
		o.t.Errorf("%s.%s is no boolean", o.at, name)
	}
	delete(o.left, name)
}

// done says that there is nothing else.
func (o *object) done() {
	o.t.Helper()
	for name, v := range o.left {
		o.t.Errorf("%s.%s is not documented: %v", o.at, name, v)
	}
}
