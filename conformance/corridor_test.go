package conformance_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	sqsschemas "github.com/aws/aws-sdk-go-v2/service/sqs/schemas"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
)

// TestCorridor goes the whole way in real time: a datum over the threshold of a
// ten-second alarm reaches a webhook and a queue. All dialects wait together.
func TestCorridor(t *testing.T) {
	t.Parallel()
	server := start(t)
	var legs []*leg
	for _, d := range dialects() {
		legs = append(legs, newLeg(t, newCaller(server, d)))
	}
	for _, l := range legs {
		t.Run(l.name, l.check)
	}
}

// leg is the corridor of one dialect, a datum already on its way.
type leg struct {
	*caller
	post         post
	hook         *webhook
	topic, queue string
}

func newLeg(t *testing.T, c *caller) *leg {
	t.Helper()
	l := &leg{caller: c, post: newPost(c.url, c.region, awsjson.New10(sqsschemas.AmazonSQS)), hook: newWebhook(t)}
	l.topic, l.queue = l.post.topicWith(t, "alarms", l.hook)
	c.must(t, minimal("cpu", func(in *cloudwatch.PutMetricAlarmInput) {
		in.Period, in.Statistic, in.AlarmActions = aws.Int32(10), types.StatisticMaximum, []string{l.topic}
		in.Dimensions, in.Unit = dims("Host", "a"), types.StandardUnitPercent
		in.AlarmDescription = aws.String("too hot")
	}))
	c.must(t, put(types.MetricDatum{
		MetricName: aws.String("m"), Dimensions: dims("Host", "a"), Unit: types.StandardUnitPercent,
		Value: aws.Float64(21.5), StorageResolution: aws.Int32(1),
	}))
	return l
}

func (l *leg) check(t *testing.T) {
	byHook := l.hook.next(t, 40*time.Second)
	checkNotification(t, l.caller, l.topic, byHook)
	if byQueue := l.post.receive(t, l.queue); byQueue.Message != byHook.Message || byQueue.Subject != byHook.Subject {
		t.Errorf("the queue got another message:\n%+v\n%+v", byQueue, byHook)
	}
	a := describe(t, l.caller, &cloudwatch.DescribeAlarmsInput{}).MetricAlarms[0]
	if a.StateValue == types.StateValueAlarm {
		checkReason(t, *a.StateReason)
	}
	eventually(t, 5*time.Second, "no Action in the history", func() bool {
		out := l.must(t, &cloudwatch.DescribeAlarmHistoryInput{HistoryItemType: types.HistoryItemTypeAction}).(*cloudwatch.DescribeAlarmHistoryOutput)
		return len(out.AlarmHistoryItems) > 0 && *out.AlarmHistoryItems[0].HistorySummary == "Successfully executed action "+l.topic
	})
}

var reasonPattern = regexp.MustCompile(`^Threshold Crossed: 1 datapoint \[21\.5 \(\d\d/\d\d/\d\d \d\d:\d\d:\d0\)\] was greater than the threshold \(21\.0\)\.$`)

func checkReason(t *testing.T, reason string) {
	t.Helper()
	if !reasonPattern.MatchString(reason) {
		t.Errorf("reason %q", reason)
	}
}

// checkNotification holds the message of an alarm member by member, in the
// recorded order (cloudwatch.md 14.2).
func checkNotification(t *testing.T, c *caller, topic string, e envelope) {
	t.Helper()
	region := map[string]string{
		"us-east-2": "US East (Ohio)", "eu-west-1": "EU (Ireland)", "ap-southeast-2": "Asia Pacific (Sydney)",
		"us-west-2": "US West (Oregon)", "eu-central-1": "EU (Frankfurt)",
	}[c.region]
	if want := `ALARM: "cpu" in ` + region; e.Type != "Notification" || e.TopicArn != topic || e.Subject != want {
		t.Errorf("%s of %s, subject %q; want %q", e.Type, e.TopicArn, e.Subject, want)
	}
	var m struct {
		AlarmConfigurationUpdatedTimestamp, StateChangeTime, NewStateReason string
	}
	if err := json.Unmarshal([]byte(e.Message), &m); err != nil {
		t.Fatalf("message %q: %v", e.Message, err)
	}
	checkReason(t, m.NewStateReason)
	for _, at := range []string{m.AlarmConfigurationUpdatedTimestamp, m.StateChangeTime} {
		if when, err := time.Parse("2006-01-02T15:04:05.000-0700", at); err != nil || time.Since(when).Abs() > time.Minute || !strings.HasSuffix(at, "+0000") {
			t.Errorf("time %q: %v", at, err)
		}
	}
	want := fmt.Sprintf(`{"AlarmName":"cpu","AlarmDescription":"too hot","AWSAccountId":"%s","AlarmConfigurationUpdatedTimestamp":"%s",`+
		`"NewStateValue":"ALARM","NewStateReason":"%s","StateChangeTime":"%s","Region":"%s","AlarmArn":"%s",`+
		`"OldStateValue":"INSUFFICIENT_DATA","ActionExecutedAfterMuteWindow":false,"OKActions":[],"AlarmActions":["%s"],"InsufficientDataActions":[],`+
		`"Trigger":{"MetricName":"m","Namespace":"App","StatisticType":"Statistic","Statistic":"MAXIMUM","Unit":"Percent",`+
		`"Dimensions":[{"value":"a","name":"Host"}],"Period":10,"EvaluationPeriods":1,`+
		`"ComparisonOperator":"GreaterThanThreshold","Threshold":21.0,"TreatMissingData":"","EvaluateLowSampleCountPercentile":""}}`,
		account, m.AlarmConfigurationUpdatedTimestamp, m.NewStateReason, m.StateChangeTime, region, alarmARN(c.region, "cpu"), topic)
	if e.Message != want {
		t.Errorf("message\n     %s\nwant %s", e.Message, want)
	}
}
