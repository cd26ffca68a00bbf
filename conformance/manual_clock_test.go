package conformance_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	gocmp "github.com/google/go-cmp/cmp"

	"skywatch/skywatchtest"
)

// monday is when the manual clocks of these tests begin.
var monday = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// still is a server whose time stands still, and its clients.
type still struct {
	*skywatchtest.Server
	metrics *cloudwatch.Client
	events  *eventbridge.Client
	topics  *sns.Client
	queues  *sqs.Client
}

func newStill(t testing.TB) *still {
	t.Helper()
	s := skywatchtest.Start(t, skywatchtest.At(monday))
	return &still{
		s, newCloudWatchIn(s.URL, s.Region),
		eventbridge.New(eventbridge.Options{Region: s.Region, BaseEndpoint: &s.URL, Credentials: dummyKey, HTTPClient: patient{}, Retryer: aws.NopRetryer{}}),
		sns.New(sns.Options{Region: s.Region, BaseEndpoint: &s.URL, Credentials: dummyKey, HTTPClient: patient{}, Retryer: aws.NopRetryer{}}),
		sqs.New(sqs.Options{Region: s.Region, BaseEndpoint: &s.URL, Credentials: dummyKey, HTTPClient: patient{}, Retryer: aws.NopRetryer{}}),
	}
}

// queue makes a queue and returns its URL and ARN.
func (s *still) queue(t *testing.T, name string, attributes map[string]string) (url, arn string) {
	t.Helper()
	return makeQueue(t, s.queues, name, attributes), "arn:aws:sqs:" + s.Region + ":" + s.AccountID + ":" + name
}

// bodies takes what is visible in a queue now.
func (s *still) bodies(t *testing.T, url string) (all []string) {
	t.Helper()
	out, err := s.queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range out.Messages {
		all = append(all, *m.Body)
	}
	return all
}

func (s *still) put(t testing.TB, values ...float64) {
	t.Helper()
	now := s.Now()
	if _, err := s.metrics.PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{
		Namespace: aws.String("App"), MetricData: []types.MetricDatum{{MetricName: aws.String("m"), Timestamp: &now, Values: values}},
	}); err != nil {
		t.Fatal(err)
	}
}

// An alarm goes to ALARM when its time has come and not before, and by then its
// message is in the queue behind its topic.
func TestManualClock(t *testing.T) {
	t.Parallel()
	s := newStill(t)
	ctx := t.Context()
	topic, err := s.topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("ops")})
	if err != nil {
		t.Fatal(err)
	}
	url, arn := s.queue(t, "pager", nil)
	if _, err := s.topics.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic.TopicArn, Protocol: aws.String("sqs"), Endpoint: &arn, Attributes: map[string]string{"RawMessageDelivery": "true"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.metrics.PutMetricAlarm(ctx, minimal("cpu", func(in *cloudwatch.PutMetricAlarmInput) {
		in.EvaluationPeriods, in.AlarmActions = aws.Int32(2), []string{*topic.TopicArn}
	})); err != nil {
		t.Fatal(err)
	}
	for minute := range 2 {
		s.put(t, 30)
		s.Advance(time.Minute)
		if state := alarmState(t, s.metrics, "cpu"); state != types.StateValueInsufficientData {
			t.Fatalf("after %d minutes: %s", minute+1, state)
		}
	}
	s.Advance(5 * time.Second) // what an evaluation leaves to late data
	if state := alarmState(t, s.metrics, "cpu"); state != types.StateValueAlarm {
		t.Fatalf("after two minutes and five seconds: %s", state)
	}
	got := s.bodies(t, url)
	var message struct{ AlarmName, NewStateValue, StateChangeTime string }
	if len(got) != 1 || json.Unmarshal([]byte(got[0]), &message) != nil || message.AlarmName != "cpu" || message.NewStateValue != "ALARM" || !strings.HasPrefix(message.StateChangeTime, "2026-01-05T00:02:05.000") {
		t.Errorf("in the queue: %q", got)
	}
}

func alarmState(t testing.TB, c *cloudwatch.Client, name string) types.StateValue {
	t.Helper()
	out, err := c.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{name}})
	if err != nil || len(out.MetricAlarms) != 1 {
		t.Fatalf("%s: %v %v", name, out, err)
	}
	return out.MetricAlarms[0].StateValue
}

// A rule's schedule, a queue's delay, its messages' visibility and their retention
// all go by the clock, and whatever was due on the way was done on the way.
func TestManualClockOfOthers(t *testing.T) {
	t.Parallel()
	s := newStill(t)
	ctx := t.Context()
	url, arn := s.queue(t, "ticks", map[string]string{"VisibilityTimeout": "3600", "MessageRetentionPeriod": "7200"})
	if _, err := s.events.PutRule(ctx, &eventbridge.PutRuleInput{Name: aws.String("tick"), ScheduleExpression: aws.String("cron(0/20 * * * ? *)")}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.events.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: aws.String("tick"), Targets: []eventtypes.Target{
		{Id: aws.String("q"), Arn: &arn, InputPath: aws.String("$.time")},
	}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("late"), DelaySeconds: 600}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		advance time.Duration
		want    string
	}{
		{0, ""},
		{599 * time.Second, ""},
		{time.Second, "late"},
		{50 * time.Minute, "00:20 00:40 01:00"},
		{9 * time.Minute, ""},
		{time.Minute, "late"}, // an hour after it was received
		{50 * time.Minute, "00:20 00:40 01:00 01:20 01:40 02:00"},
		{10 * time.Minute, ""}, // it would be visible again, but is too old
	} {
		s.Advance(c.advance)
		got := s.bodies(t, url)
		for i := range got {
			got[i] = strings.NewReplacer(`"2026-01-05T`, "", `:00Z"`, "").Replace(got[i])
		}
		slices.Sort(got)
		if all := strings.Join(got, " "); all != c.want {
			t.Errorf("after %s more: %q, want %q", c.advance, all, c.want)
		}
	}
}

// Who waits for a message waits by the machine's clock, or until one is there.
func TestManualClockAndLongPolls(t *testing.T) {
	t.Parallel()
	s := newStill(t)
	url, _ := s.queue(t, "empty", nil)
	out, err := s.queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 1})
	if err != nil || len(out.Messages) != 0 {
		t.Error(out, err)
	}
}

func TestManualClockRefusals(t *testing.T) {
	t.Parallel()
	s := newStill(t)
	const form = `The body is not JSON of the form {"Seconds": 60} or {"To": "2026-01-02T15:04:05Z"}.`
	for _, c := range []struct {
		body string
		code int
		want string
	}{
		{`{"Seconds": 0.25}`, 200, ""},
		{`{"To": "2026-01-05T01:00:00+01:00"}`, 400, "The clock does not go back: it stands at 2026-01-05T00:00:00.25Z."},
		{`{"To": "2026-01-05T02:00:00+01:00"}`, 200, ""},
		{`{"Seconds": -1}`, 400, "The clock does not go back: it stands at 2026-01-05T01:00:00Z."},
		{`{"Seconds": 31622401}`, 400, "The clock moves by a year at most: it stands at 2026-01-05T01:00:00Z."},
		{`{"Seconds": 1e300}`, 400, "The clock moves by a year at most: it stands at 2026-01-05T01:00:00Z."},
		{`{"To": "3000-01-01T00:00:00Z"}`, 400, "The clock moves by a year at most: it stands at 2026-01-05T01:00:00Z."},
		{`{}`, 400, form},
		{``, 400, form},
		{`{"Seconds": "60"}`, 400, form},
		{`{"Seconds": 60, "To": "2026-01-05T02:00:00Z"}`, 400, form},
		{`{"Second": 60}`, 400, form},
	} {
		code, got := postClock(t, s.URL, c.body)
		if code != c.code || got.Error != c.want {
			t.Errorf("%s: %d %+v, want %d %s", c.body, code, got, c.code, c.want)
		}
	}
	code, got := postClock(t, start(t), `{"Seconds": 60}`)
	if code != 409 || got.Error != "The server goes by the machine's clock. Start it with --clock manual." {
		t.Errorf("a real clock: %d %+v", code, got)
	}
}

type clockAnswer struct {
	Now    time.Time
	Manual bool
	Error  string
}

func postClock(t *testing.T, url, body string) (int, clockAnswer) {
	t.Helper()
	res, err := client.Post(url+"/skywatch/v1/clock/advance", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var got clockAnswer
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, got
}

// Signatures are of the real time, whatever the server's clock says.
func TestManualClockAndSignatures(t *testing.T) {
	t.Parallel()
	s := newStill(t)
	res, err := http.Post(s.URL+"/skywatch/v1/keys", "application/json", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var key struct{ AccessKeyID, SecretAccessKey string }
	if err := json.NewDecoder(res.Body).Decode(&key); err != nil || key.SecretAccessKey == "" {
		t.Fatal(key, err)
	}
	signed := cloudwatch.New(cloudwatch.Options{
		Region: s.Region, BaseEndpoint: &s.URL, HTTPClient: patient{}, Retryer: aws.NopRetryer{}, Credentials: credentials.NewStaticCredentialsProvider(key.AccessKeyID, key.SecretAccessKey, ""),
	})
	if _, err := signed.ListMetrics(t.Context(), &cloudwatch.ListMetricsInput{}); err != nil {
		t.Error(err)
	}
}

// A day of a hundred alarms with a datum each minute.
func BenchmarkDayOfAlarms(b *testing.B) {
	const alarms = 100
	for b.Loop() {
		b.StopTimer()
		s := newStill(b)
		for i := range alarms {
			if _, err := s.metrics.PutMetricAlarm(b.Context(), minimal(fmt.Sprint("a", i), func(in *cloudwatch.PutMetricAlarmInput) {
				in.Dimensions = dims("Host", fmt.Sprint(i))
			})); err != nil {
				b.Fatal(err)
			}
		}
		b.StartTimer()
		s.Advance(24 * time.Hour)
	}
}

// TestManualClockWithBoto3 holds what a Python program sees: a state after each
// minute, a message for each change, and nothing after a reset.
func TestManualClockWithBoto3(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	got := script(t, "python3", "py/manual_clock.py", skywatchtest.Start(t, skywatchtest.At(monday)).URL)
	want := parsed(t, `{
		"states": ["OK", "OK", "OK", "ALARM", "OK"],
		"messages": [["ALARM", "OK", "2026-01-05T00:04:05"], ["INSUFFICIENT_DATA", "OK", "2026-01-05T00:00:05"], ["OK", "ALARM", "2026-01-05T00:03:05"]],
		"a day later": ["OK", 3],
		"left": [[], [], [], [], []]
	}`)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
