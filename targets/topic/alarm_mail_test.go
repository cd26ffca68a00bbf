package topic_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/targets"
	"skywatch/targets/topic"
)

const alarmARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:"

// alarmMessage is what an alarm publishes (cloudwatch.md 14.2).
func alarmMessage(name, reason string) string {
	b, _ := json.Marshal(map[string]any{
		"AlarmName": name, "AlarmDescription": "who: <ops>\nwhen: always", "AWSAccountId": "123456789012", "NewStateValue": "ALARM", "NewStateReason": reason,
		"StateChangeTime": "2026-11-22T12:30:10.123+0000", "Region": "US East (N. Virginia)", "OldStateValue": "OK", "AlarmArn": alarmARN + name,
		"Trigger": map[string]any{
			"MetricName": "Latency", "Namespace": "App", "StatisticType": "Statistic", "Statistic": "AVERAGE", "Unit": nil,
			"Dimensions": []map[string]string{{"value": "a", "name": "Host"}}, "Period": 60, "EvaluationPeriods": 3, "DatapointsToAlarm": 2,
			"ComparisonOperator": "GreaterThanThreshold", "Threshold": json.Number("200.0"), "TreatMissingData": "breaching",
		},
	})
	return string(b)
}

// An alarm's mail is one for people, in both forms, and markup in its names stays
// text.
func TestAlarmMail(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	relay := r.withMail(nil)
	n := r.topic("alerts")
	sub, err := r.topics.Subscribe(t.Context(), n, "email", "a@b.example", nil, base)
	r.must(err)
	<-relay.Mails
	r.ended("")
	_, err = r.topics.Confirm(t.Context(), n, sub.Token, false, false)
	r.must(err)

	const name = `<script>alert("x")</script>`
	r.must(r.db.Update(t.Context(), func(tx *catalog.Tx) error {
		return r.outbox.Enqueue(tx, targets.Delivery{
			ID: "alarm-1", Tenant: tenant, Cause: alarmARN + name, Target: n.ARN(), Kind: "test",
			Subject: `ALARM: "<script>" in US East (N. Virginia)`, Message: alarmMessage(name, "1 datapoint [250.0] > the threshold <200>"),
		})
	}))
	got := <-relay.Mails
	r.ended("")
	r.ended("")
	if got.Subject != `ALARM: "<script>" in US East (N. Virginia)` {
		t.Errorf("subject %q", got.Subject)
	}
	want := `Your alarm "<script>alert("x")</script>" in the region US East (N. Virginia) went from OK to ALARM on Sunday 22 November 2026, 12:30:10 UTC:

1 datapoint [250.0] > the threshold <200>

Alarm
- Name:         <script>alert("x")</script>
- Description:  who: <ops>
when: always
- State change: OK -> ALARM
- Time:         Sunday 22 November 2026, 12:30:10 UTC
- Account:      123456789012
- ARN:          ` + alarmARN + name + `

Threshold
- In ALARM when: greater than 200.0, 2 of 3 periods of 60 s
- Missing data:  breaching

Metric
- Namespace:  App
- Name:       Latency
- Dimensions: Host = a
- Statistic:  AVERAGE
- Period:     60 seconds


--
If you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:
` + base + `/?Action=Unsubscribe&SubscriptionArn=` + sub.ARN() + "\n"
	if got.Text != want {
		t.Errorf("text\n%s\nwant\n%s", got.Text, want)
	}
	if strings.Contains(got.HTML, "<script") || !strings.Contains(got.HTML, "#b3261e") || !strings.Contains(got.HTML, "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;") ||
		!strings.Contains(got.HTML, "the threshold &lt;200&gt;") || !strings.Contains(got.HTML, ">Unsubscribe</a>") {
		t.Errorf("HTML %s", got.HTML)
	}
	if h := got.Header.Get("List-Unsubscribe"); !strings.Contains(h, "Action=Unsubscribe&SubscriptionArn=") {
		t.Errorf("List-Unsubscribe %q", h)
	}
	// Without a subject the alarm's own line is it, wherever the name comes from.
	r.publish(n, topic.Message{Body: alarmMessage("prüfung\r\nBcc: v@b.example", "r")})
	if got := <-relay.Mails; got.Subject != `ALARM: "prüfung  Bcc: v@b.example" in US East (N. Virginia)` || got.Header.Get("Bcc") != "" {
		t.Errorf("subject %q, header %v", got.Subject, got.Header)
	}
	r.ended("")
	// What only looks like an alarm is sent as it is.
	r.publish(n, topic.Message{Body: `{"AlarmName":"x","NewStateValue":7}`})
	if got := <-relay.Mails; got.Subject != "Notification from alerts" || !strings.HasPrefix(got.Text, `{"AlarmName":"x","NewStateValue":7}`+"\n\n--\n") {
		t.Errorf("mail %+v", got)
	}
	r.ended("")
}
