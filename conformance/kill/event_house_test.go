package kill_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"skywatch/conformance/steady"
)

// eventQueues get every event: by a rule's target, by one of another rule in
// order, and over another bus. The first is emptied while events are put.
var eventQueues = []string{"direct", "order.fifo", "side"}

const plannedQueue = "planned"

// lifeOf is one life of the server.
type lifeOf struct {
	*process
	once sync.Once
}

func (l *lifeOf) kill() { _ = l.cmd.Process.Kill() }

func (l *lifeOf) wait() { l.once.Do(func() { _ = l.cmd.Wait() }) }

// eventHouse is the server through all its lives, and what was seen of it.
type eventHouse struct {
	dir    string
	url    string
	ledger *ledger
	hooks  *hooks

	events    *eventbridge.Client
	queues    *sqs.Client
	schedules *scheduler.Client

	// seen holds the IDs of messages by queue and by what they call themselves.
	mu      sync.Mutex
	seen    map[string]map[string]map[string]bool
	deleted map[string]bool // IDs of messages whose deletion was acknowledged
	plans   map[string]bool
	failed  []string
}

func (h *eventHouse) start(t *testing.T) *lifeOf {
	t.Helper()
	p, url := startServer(t, h.dir)
	h.connect(url)
	return &lifeOf{process: p}
}

// connect makes the clients of a server.
func (h *eventHouse) connect(url string) {
	h.url = url
	key := credentials.NewStaticCredentialsProvider("test", "test", "")
	web := steady.Client()
	h.events = eventbridge.New(eventbridge.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key, HTTPClient: web, Retryer: aws.NopRetryer{}})
	h.queues = sqs.New(sqs.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key, HTTPClient: web, Retryer: aws.NopRetryer{}})
	h.schedules = scheduler.New(scheduler.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key, HTTPClient: web, Retryer: aws.NopRetryer{}})
}

func putInput(entries []types.PutEventsRequestEntry) *eventbridge.PutEventsInput {
	return &eventbridge.PutEventsInput{Entries: entries}
}

// furnish makes the queues, the bus, the topic, the API destination, and the
// rules.
func (h *eventHouse) furnish(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	for _, name := range append([]string{plannedQueue, replayQueue}, eventQueues...) {
		attributes := map[string]string{}
		if strings.HasSuffix(name, ".fifo") {
			attributes["FifoQueue"], attributes["ContentBasedDeduplication"] = "true", "true"
		}
		if name == eventQueues[0] { // what its consumer dies with is to be seen again soon
			attributes["VisibilityTimeout"] = "1"
		}
		must(t)(h.queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes}))
	}
	side := must(t)(h.events.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: aws.String("side")})).(*eventbridge.CreateEventBusOutput)
	h.archive(t)
	h.rule(t, "side", "all", types.Target{Id: aws.String("q"), Arn: aws.String(queueARN(eventQueues[2]))})
	h.rule(t, "default", "all",
		types.Target{Id: aws.String("q"), Arn: aws.String(queueARN(eventQueues[0]))},
		types.Target{Id: aws.String("fifo"), Arn: aws.String(queueARN(eventQueues[1])), SqsParameters: &types.SqsParameters{MessageGroupId: aws.String("g")}},
		types.Target{Id: aws.String("bus"), Arn: side.EventBusArn},
		types.Target{Id: aws.String("topic"), Arn: aws.String(h.topic(t))},
		types.Target{Id: aws.String("call"), Arn: aws.String(h.destination(t))})
}

// must fails a test for the error of a call.
func must(t *testing.T) func(out any, err error) any {
	return func(out any, err error) any {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

func queueARN(name string) string { return "arn:aws:sqs:us-east-1:000000000000:" + name }

func (h *eventHouse) rule(t *testing.T, bus, name string, to ...types.Target) {
	t.Helper()
	must(t)(h.events.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: &name, EventBusName: &bus, EventPattern: aws.String(`{"source":["kill"],"replay-name":[{"exists":` + strconv.FormatBool(name == replayRule) + `}]}`)}))
	out := must(t)(h.events.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: &name, EventBusName: &bus, Targets: to})).(*eventbridge.PutTargetsOutput)
	if out.FailedEntryCount > 0 {
		t.Fatalf("%+v", out.FailedEntries)
	}
}

// topic is one with an http subscriber, which tries again at once.
func (h *eventHouse) topic(t *testing.T) string {
	t.Helper()
	topics := sns.New(sns.Options{Region: "us-east-1", BaseEndpoint: &h.url, Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""), HTTPClient: steady.Client()})
	topic := must(t)(topics.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("kill")})).(*sns.CreateTopicOutput)
	must(t)(topics.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: topic.TopicArn, Protocol: aws.String("http"), Endpoint: aws.String(h.hooks.url + hookPaths[0]), Attributes: map[string]string{
			"RawMessageDelivery": "true",
			"DeliveryPolicy":     `{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":1,"numRetries":20,"numNoDelayRetries":10}}`,
		},
	}))
	within(t, "the subscription is not confirmed", func() bool {
		a := must(t)(topics.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: topic.TopicArn})).(*sns.GetTopicAttributesOutput)
		return a.Attributes["SubscriptionsConfirmed"] == "1"
	})
	return *topic.TopicArn
}

func (h *eventHouse) destination(t *testing.T) string {
	t.Helper()
	c := must(t)(h.events.CreateConnection(t.Context(), &eventbridge.CreateConnectionInput{
		Name: aws.String("kill"), AuthorizationType: types.ConnectionAuthorizationTypeApiKey,
		AuthParameters: &types.CreateConnectionAuthRequestParameters{ApiKeyAuthParameters: &types.CreateConnectionApiKeyAuthRequestParameters{
			ApiKeyName: aws.String("X-Key"), ApiKeyValue: aws.String("secret"),
		}},
	})).(*eventbridge.CreateConnectionOutput)
	d := must(t)(h.events.CreateApiDestination(t.Context(), &eventbridge.CreateApiDestinationInput{
		Name: aws.String("kill"), ConnectionArn: c.ConnectionArn, HttpMethod: types.ApiDestinationHttpMethodPost,
		InvocationEndpoint: aws.String(h.hooks.url + hookPaths[1]), InvocationRateLimitPerSecond: aws.Int32(10_000),
	})).(*eventbridge.CreateApiDestinationOutput)
	return *d.ApiDestinationArn
}

// schedule plans a message to the queue of planned times.
func (h *eventHouse) schedule(t *testing.T, name string, at time.Time) {
	t.Helper()
	must(t)(h.schedules.CreateSchedule(t.Context(), &scheduler.CreateScheduleInput{
		Name: &name, ScheduleExpression: aws.String("at(" + at.UTC().Format("2006-01-02T15:04:05") + ")"),
		FlexibleTimeWindow: &schedulertypes.FlexibleTimeWindow{Mode: schedulertypes.FlexibleTimeWindowModeOff},
		Target: &schedulertypes.Target{
			Arn: aws.String(queueARN(plannedQueue)), RoleArn: aws.String("arn:aws:iam::000000000000:role/r"), Input: aws.String(`{"detail":{"name":"` + name + `"}}`),
		},
	}))
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.plans == nil {
		h.plans = map[string]bool{}
	}
	h.plans[name] = true
}

// consume takes messages from the first queue until the server is gone.
func (h *eventHouse) consume() {
	for {
		if _, err := h.take(context.Background(), eventQueues[0]); err != nil {
			return
		}
	}
}

// take receives messages of a queue, notes and deletes them. It returns how
// many there were.
func (h *eventHouse) take(ctx context.Context, queue string) (int, error) {
	url := aws.String(h.url + "/000000000000/" + queue)
	out, err := h.queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 10})
	if err != nil || len(out.Messages) == 0 {
		return 0, err
	}
	in := &sqs.DeleteMessageBatchInput{QueueUrl: url}
	for i, m := range out.Messages {
		h.note(queue, *m.MessageId, *m.Body)
		in.Entries = append(in.Entries, sqstypes.DeleteMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), ReceiptHandle: m.ReceiptHandle})
	}
	gone, err := h.queues.DeleteMessageBatch(ctx, in)
	if err != nil {
		return 0, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(gone.Failed) > 0 {
		h.failed = append(h.failed, fmt.Sprintf("%s: deletion failed: %s", queue, *gone.Failed[0].Message))
	}
	for _, m := range out.Messages {
		h.deleted[queue+*m.MessageId] = true
	}
	return len(out.Messages), nil
}

// nameOf reads what an event or a planned time calls itself.
func nameOf(body []byte) (id, name string, err error) {
	var e struct {
		ID     string
		Detail struct{ Name string }
	}
	err = json.Unmarshal(body, &e)
	return e.ID, e.Detail.Name, err
}

func (h *eventHouse) note(queue, message, body string) {
	id, name, err := nameOf([]byte(body))
	accepted := h.ledger.idOf(name)
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case err != nil || name == "":
		h.failed = append(h.failed, fmt.Sprintf("%s: %s: %v", queue, body, err))
	case h.deleted[queue+message]:
		h.failed = append(h.failed, fmt.Sprintf("%s: %s is back although its deletion was acknowledged", queue, name))
	case accepted != "" && accepted != id:
		h.failed = append(h.failed, fmt.Sprintf("%s: %s has the ID %s, and was accepted with %s", queue, name, id, accepted))
	}
	if h.seen[queue] == nil {
		h.seen[queue] = map[string]map[string]bool{}
	}
	if h.seen[queue][name] == nil {
		h.seen[queue][name] = map[string]bool{}
	}
	h.seen[queue][name][message] = true
}

// idOf is the ID with which an event was accepted, as far as is known.
func (l *ledger) idOf(name string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.accepted[name]
}

// settle returns when nothing waits for its delivery, all queues are empty, and
// every planned time has come.
func (h *eventHouse) settle(t *testing.T) {
	t.Helper()
	within(t, "deliveries wait", func() bool { return len(h.deliveries(t, "status=waiting&limit=1")) == 0 })
	for _, queue := range eventQueues {
		within(t, queue+" is not empty", func() bool { return h.drained(t, queue) })
	}
	within(t, "planned times are missing", func() bool {
		must(t)(h.take(t.Context(), plannedQueue))
		return len(h.seen[plannedQueue]) >= len(h.plans)
	})
	h.attempts(t)
	for _, f := range h.failed {
		t.Error(f)
	}
}

// drained takes what there is and reports whether nothing is left.
func (h *eventHouse) drained(t *testing.T, queue string) bool {
	t.Helper()
	for {
		n := must(t)(h.take(t.Context(), queue)).(int)
		if n == 0 {
			break
		}
	}
	a := must(t)(h.queues.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(h.url + "/000000000000/" + queue), AttributeNames: []sqstypes.QueueAttributeName{"All"},
	})).(*sqs.GetQueueAttributesOutput)
	return a.Attributes["ApproximateNumberOfMessages"] == "0" && a.Attributes["ApproximateNumberOfMessagesNotVisible"] == "0"
}

// sent is a delivery as the log shows it.
type sent struct {
	ID, Target, Status string
	Attempts           int
	LastAttempts       []struct{ Number int }
}

// deliveries is a page of the log.
func (h *eventHouse) deliveries(t *testing.T, query string) []sent {
	t.Helper()
	return deliveries(t, h.url, query)
}

func deliveries(t *testing.T, url, query string) []sent {
	t.Helper()
	resp := must(t)(http.Get(url + "/skywatch/v1/deliveries?" + query)).(*http.Response)
	defer func() { _ = resp.Body.Close() }()
	body := must(t)(io.ReadAll(resp.Body)).([]byte)
	var page struct{ Deliveries []sent }
	if err := json.Unmarshal(body, &page); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return page.Deliveries
}

// attempts holds the log of calls against what was received: an attempt counts
// from before it is made, and none is counted again after a crash.
func (h *eventHouse) attempts(t *testing.T) {
	t.Helper()
	checked := 0
	for _, d := range h.deliveries(t, "status=delivered&limit=1000") {
		calls := h.hooks.calls(d.ID)
		if calls == 0 {
			continue // not a call
		}
		checked++
		if d.Attempts < calls {
			t.Errorf("delivery %s: %d attempts, and %d calls", d.ID, d.Attempts, calls)
		}
		for i, a := range d.LastAttempts {
			if want := d.Attempts - len(d.LastAttempts) + 1 + i; a.Number != want {
				t.Errorf("delivery %s: attempt %d is numbered %d", d.ID, want, a.Number)
			}
		}
	}
	if checked == 0 {
		t.Error("no call is in the log of deliveries")
	}
}

// within asks until the answer is yes.
func within(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(); {
		if time.Now().After(end) {
			t.Fatal("after a minute: " + what)
		}
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}
