package kill_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"skywatch/conformance/steady"
)

// clockSuffix makes of a data directory the file with the time at which a manual
// clock of the server begins, where it is to have one.
const clockSuffix = ".clock"

// The alarms of the house, by how their states come to be. The last of those that
// are set by hand suppresses, and the one before it is muted.
var (
	handAlarms      = []string{"hand-0", "hand-1", "muted", "suppressor"}
	compositeAlarms = map[string]string{
		"any":   "ALARM(hand-0) OR (ALARM(busy) AND NOT ALARM(sum))",
		"quiet": "ALARM(hand-1) OR ALARM(hosts)",
		"both":  "AT_LEAST(2, NOT OK, (hand-0, any, busy))",
	}
	// told tell of each of their changes; the others may have theirs held.
	told = []string{"hand-0", "hand-1", "suppressor", "busy", "sum", "any"}
	// run run a function as well.
	run = []string{"hand-0", "any"}
)

// alarmHouse is the server through all its lives, and what was seen of it.
type alarmHouse struct {
	dir, url string
	python   bool
	topic    string

	metrics *cloudwatch.Client
	topics  *sns.Client
	queues  *sqs.Client
	events  *eventbridge.Client

	mu   sync.Mutex
	now  time.Time      // the time that the clock was last moved to, or was asked to
	sets map[string]set // by reason: what was set by hand

	state     map[string]string // of alarms and contributors, as the history has them
	heard     map[string]string // the state that was told last
	news      []news            // of this round
	published map[telling]int   // by the bus in this round
	byKey     map[string]string // bodies
	wrong     []string
}

// set is a state that was set by hand.
type set struct {
	alarm, state string
	known        bool // it was answered
}

// news is what came from an alarm, by the topic or by the function.
type news struct {
	key, by, alarm, contributor, state string
	at                                 time.Time
	late                               bool // after a mute window
}

func (h *alarmHouse) start(t *testing.T) *lifeOf {
	t.Helper()
	if err := os.WriteFile(h.dir+clockSuffix, []byte(h.now.Format(time.RFC3339Nano)), 0o600); err != nil {
		t.Fatal(err)
	}
	p, url := startServer(t, h.dir)
	h.url = url
	key, web := credentials.NewStaticCredentialsProvider("test", "test", ""), steady.Client()
	h.metrics = cloudwatch.New(cloudwatch.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key, HTTPClient: web, Retryer: aws.NopRetryer{}})
	h.topics = sns.New(sns.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key, HTTPClient: web, Retryer: aws.NopRetryer{}})
	h.queues = sqs.New(sqs.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key, HTTPClient: web, Retryer: aws.NopRetryer{}})
	h.events = eventbridge.New(eventbridge.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key, HTTPClient: web, Retryer: aws.NopRetryer{}})
	return &lifeOf{process: p}
}

// furnish makes the alarms, and where they are heard.
func (h *alarmHouse) furnish(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	for _, q := range []string{"news", "results", "bus"} {
		must(t)(h.queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &q}))
	}
	h.topic = *must(t)(h.topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("pager")})).(*sns.CreateTopicOutput).TopicArn
	must(t)(h.topics.Subscribe(ctx, &sns.SubscribeInput{TopicArn: &h.topic, Protocol: aws.String("sqs"), Endpoint: aws.String(queueARN("news"))}))
	must(t)(h.events.PutRule(ctx, &eventbridge.PutRuleInput{Name: aws.String("alarms"), EventPattern: aws.String(`{"source":["aws.cloudwatch"],"detail-type":[{"suffix":"State Change"}]}`)}))
	must(t)(h.events.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: aws.String("alarms"), Targets: []eventtypes.Target{{Id: aws.String("q"), Arn: aws.String(queueARN("bus"))}}}))
	if h.python = exec.Command("python3", "-c", "").Run() == nil; h.python { // TestKillFunctions says so where it is not
		fn := lambda.New(lambda.Options{Region: "us-east-1", BaseEndpoint: &h.url, Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""), HTTPClient: steady.Client()})
		must(t)(fn.CreateFunction(ctx, &lambda.CreateFunctionInput{
			FunctionName: aws.String("echo"), Runtime: lambdatypes.RuntimePython312, Handler: aws.String("app.handler"), Timeout: aws.Int32(10),
			Role: aws.String("arn:aws:iam::000000000000:role/r"), Code: &lambdatypes.FunctionCode{ZipFile: echoPackage(t)},
		}))
		must(t)(fn.PutFunctionEventInvokeConfig(ctx, &lambda.PutFunctionEventInvokeConfigInput{
			FunctionName: aws.String("echo"), DestinationConfig: &lambdatypes.DestinationConfig{OnSuccess: &lambdatypes.OnSuccess{Destination: aws.String(queueARN("results"))}},
		}))
	}
	for _, name := range handAlarms {
		h.alarm(t, name, func(in *cloudwatch.PutMetricAlarmInput) {
			in.MetricName, in.Period = aws.String("None"), aws.Int32(86400)
		})
	}
	h.alarm(t, "busy", nil)
	h.alarm(t, "sum", func(in *cloudwatch.PutMetricAlarmInput) {
		in.Namespace, in.MetricName, in.Statistic, in.Period = nil, nil, "", nil
		in.Metrics = []types.MetricDataQuery{
			{Id: aws.String("e"), Expression: aws.String("a+b")}, query("a", "Load"), query("b", "More"),
		}
	})
	h.alarm(t, "hosts", func(in *cloudwatch.PutMetricAlarmInput) {
		in.Namespace, in.MetricName, in.Statistic, in.Period, in.InsufficientDataActions = nil, nil, "", nil, nil
		in.Metrics = []types.MetricDataQuery{{Id: aws.String("q"), Period: aws.Int32(60), Expression: aws.String(`SELECT SUM(Load) FROM SCHEMA(Hosts, Host) GROUP BY Host ORDER BY SUM() DESC`)}}
	})
	for _, name := range []string{"any", "quiet", "both"} {
		actions := h.actions(name)
		in := &cloudwatch.PutCompositeAlarmInput{AlarmName: &name, AlarmRule: aws.String(compositeAlarms[name]), AlarmActions: actions, OKActions: actions, InsufficientDataActions: actions}
		if name != "any" {
			in.ActionsSuppressor, in.ActionsSuppressorWaitPeriod, in.ActionsSuppressorExtensionPeriod = aws.String("suppressor"), aws.Int32(30), aws.Int32(45)
		}
		must(t)(h.metrics.PutCompositeAlarm(ctx, in))
	}
	must(t)(h.metrics.PutAlarmMuteRule(ctx, &cloudwatch.PutAlarmMuteRuleInput{
		Name: aws.String("often"), MuteTargets: &types.MuteTargets{AlarmNames: []string{"muted", "both", "hosts"}},
		Rule: &types.Rule{Schedule: &types.Schedule{Expression: aws.String("cron(0,4,8,12,16,20,24,28,32,36,40,44,48,52,56 * * * *)"), Duration: aws.String("PT2M")}},
	}))
}

func (h *alarmHouse) actions(name string) []string {
	for _, r := range run {
		if h.python && r == name {
			return []string{h.topic, "arn:aws:lambda:us-east-1:000000000000:function:echo"}
		}
	}
	return []string{h.topic}
}

func (h *alarmHouse) alarm(t *testing.T, name string, change func(*cloudwatch.PutMetricAlarmInput)) {
	t.Helper()
	actions := h.actions(name)
	in := &cloudwatch.PutMetricAlarmInput{
		AlarmName: &name, Namespace: aws.String("App"), MetricName: aws.String("Load"), Statistic: types.StatisticSum, Period: aws.Int32(60), EvaluationPeriods: aws.Int32(1),
		Threshold: aws.Float64(50), ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold, TreatMissingData: aws.String("ignore"),
		AlarmActions: actions, OKActions: actions, InsufficientDataActions: actions,
	}
	if change != nil {
		change(in)
	}
	must(t)(h.metrics.PutMetricAlarm(t.Context(), in))
}

func query(id, name string) types.MetricDataQuery {
	return types.MetricDataQuery{Id: &id, ReturnData: aws.Bool(false), MetricStat: &types.MetricStat{
		Metric: &types.Metric{Namespace: aws.String("App"), MetricName: &name}, Period: aws.Int32(60), Stat: aws.String("Sum"),
	}}
}

// advance moves the clock; it reports whether the server has answered.
func (h *alarmHouse) advance(to time.Time) bool {
	h.mu.Lock()
	h.now = to
	h.mu.Unlock()
	resp, err := http.Post(h.url+"/skywatch/v1/clock/advance", "application/json", bytes.NewReader(fmt.Appendf(nil, `{"To":%q}`, to.Format(time.RFC3339Nano))))
	if err != nil {
		return false
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		h.mu.Lock()
		h.wrong = append(h.wrong, "advance: "+string(body))
		h.mu.Unlock()
	}
	return err == nil
}

// drain takes all that has come.
func (h *alarmHouse) drain(t *testing.T) {
	t.Helper()
	h.news, h.published = nil, map[telling]int{}
	for queue, take := range map[string]func(string) error{"news": h.message, "results": h.result, "bus": h.event} {
		url := aws.String(h.url + "/000000000000/" + queue)
		for {
			out := must(t)(h.queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 10})).(*sqs.ReceiveMessageOutput)
			if len(out.Messages) == 0 {
				break
			}
			gone := &sqs.DeleteMessageBatchInput{QueueUrl: url}
			for i, m := range out.Messages {
				if err := take(*m.Body); err != nil {
					t.Fatalf("%s: %s: %v", queue, *m.Body, err)
				}
				gone.Entries = append(gone.Entries, sqstypes.DeleteMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), ReceiptHandle: m.ReceiptHandle})
			}
			must(t)(h.queues.DeleteMessageBatch(t.Context(), gone))
		}
	}
}

// note takes down something that came under a key: what is repeated under the same
// key must be the same.
func (h *alarmHouse) note(n news, body string) {
	switch before, again := h.byKey[n.key]; {
	case !again:
		h.byKey[n.key] = body
		h.news = append(h.news, n)
	case before != body:
		h.wrong = append(h.wrong, fmt.Sprintf("under %s came %s and %s", n.key, before, body))
	}
}

// message is what the topic has put into its queue.
func (h *alarmHouse) message(body string) error {
	var envelope struct{ MessageId, Message string } //nolint:revive // AWS's spelling
	var m struct {
		AlarmName, NewStateValue, StateChangeTime, AlarmContributorId string //nolint:revive // AWS's spelling
		ActionExecutedAfterMuteWindow                                 bool
	}
	err := json.Unmarshal([]byte(body), &envelope)
	if err == nil {
		err = json.Unmarshal([]byte(envelope.Message), &m)
	}
	if err != nil {
		return err
	}
	at, err := time.Parse(stampForm, m.StateChangeTime)
	h.note(news{envelope.MessageId, "topic", m.AlarmName, m.AlarmContributorId, m.NewStateValue, at, m.ActionExecutedAfterMuteWindow}, envelope.Message)
	return err
}

// stampForm is how alarms spell times.
const stampForm = "2006-01-02T15:04:05.000-0700"

// result is what the function has returned: what it was given.
func (h *alarmHouse) result(body string) error {
	var r struct {
		RequestContext  struct{ RequestID string }
		ResponsePayload json.RawMessage
	}
	var e struct {
		AlarmData struct {
			AlarmName string
			State     struct{ Value, Timestamp string }
		}
	}
	err := json.Unmarshal([]byte(body), &r)
	if err == nil {
		err = json.Unmarshal(r.ResponsePayload, &e)
	}
	if err != nil {
		return err
	}
	at, err := time.Parse(stampForm, e.AlarmData.State.Timestamp)
	h.note(news{r.RequestContext.RequestID, "function", e.AlarmData.AlarmName, "", e.AlarmData.State.Value, at, false}, string(r.ResponsePayload))
	return err
}

// event is what the bus was told.
func (h *alarmHouse) event(body string) error {
	var e struct {
		ID     string
		Detail struct {
			AlarmName        string
			AlarmContributor struct{ ID string }
			State            struct{ Value, Timestamp string }
			PreviousState    struct{ Value string }
		}
	}
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		return err
	}
	at, err := time.Parse(stampForm, e.Detail.State.Timestamp)
	if strings.EqualFold(e.Detail.State.Value, e.Detail.PreviousState.Value) {
		return err // the release of a suppression
	}
	if h.byKey[e.ID] != "" {
		h.wrong = append(h.wrong, "event "+e.ID+" came twice")
	}
	h.byKey[e.ID] = body
	h.published[telling{e.Detail.AlarmName, e.Detail.AlarmContributor.ID, e.Detail.State.Value, at.UnixMilli()}]++
	return err
}
