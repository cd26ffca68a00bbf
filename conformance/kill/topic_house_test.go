package kill_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"skywatch/conformance/steady"
)

// subscriber is a place where messages arrive.
type subscriber struct {
	wants func(note) bool
	once  bool
}

// topicHouse is the server through all its lives, and what was seen of it.
type topicHouse struct {
	dir, url    string
	hook        string // the URL of a receiver that lives longer than the server
	topic, fifo string // ARNs
	subscribers map[string]subscriber

	topics *sns.Client
	queues *sqs.Client

	mu                sync.Mutex
	accepted, unknown []note
	came              map[string]map[string]int // by place and message
	last              map[string]int            // number of the last message of a FIFO group
	keys              map[string]string         // message ids of the http endpoint, by message
	wrong             []string
}

func (h *topicHouse) start(t *testing.T) *lifeOf {
	t.Helper()
	p, url := startServer(t, h.dir)
	h.url = url
	key := credentials.NewStaticCredentialsProvider("test", "test", "")
	h.topics = sns.New(sns.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key, HTTPClient: steady.Client(), Retryer: aws.NopRetryer{}})
	h.queues = sqs.New(sqs.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key, HTTPClient: steady.Client(), Retryer: aws.NopRetryer{}})
	return &lifeOf{process: p}
}

// listen makes the receiver: one endpoint that fails some first calls, and one
// that refuses all.
func (h *topicHouse) listen(t *testing.T) {
	t.Helper()
	h.keys, h.last = map[string]string{}, map[string]int{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		switch {
		case err != nil: // the caller was killed
		case r.Header.Get("X-Amz-Sns-Message-Type") == "SubscriptionConfirmation":
			h.confirm(body)
		case r.URL.Path == "/gone":
			w.WriteHeader(http.StatusGone)
		case !h.take(string(body), r.Header.Get("X-Amz-Sns-Message-Id")):
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(s.Close)
	h.hook = s.URL
}

func (h *topicHouse) confirm(body []byte) {
	var m struct{ SubscribeURL string }
	err := json.Unmarshal(body, &m)
	if err == nil {
		var resp *http.Response
		if resp, err = http.Get(m.SubscribeURL); err == nil {
			err = resp.Body.Close()
		}
	}
	if err != nil {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.wrong = append(h.wrong, "confirm: "+err.Error())
	}
}

// take notes a call; the first one of a message in eight fails.
func (h *topicHouse) take(body, key string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	before, again := h.keys[body]
	if again && before != key {
		h.wrong = append(h.wrong, body+" came under "+before+" and under "+key)
	}
	h.keys[body] = key
	if !again && key[0]%8 == 0 { // a hexadecimal digit
		return false
	}
	h.note("hook", body)
	return true
}

func (h *topicHouse) note(place, body string) {
	if h.came[place] == nil {
		h.came[place] = map[string]int{}
	}
	h.came[place][body]++
}

// furnish makes the topics and their subscribers.
func (h *topicHouse) furnish(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	for _, q := range []string{"all", "even", "dead", "results", "order.fifo"} {
		attributes := map[string]string{}
		if strings.HasSuffix(q, ".fifo") {
			attributes["FifoQueue"] = "true"
		}
		must(t)(h.queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &q, Attributes: attributes}))
	}
	h.topic = *must(t)(h.topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("news")})).(*sns.CreateTopicOutput).TopicArn
	h.fifo = *must(t)(h.topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("order.fifo"), Attributes: map[string]string{"FifoTopic": "true"}})).(*sns.CreateTopicOutput).TopicArn
	subscribe := func(topic, protocol, endpoint, filter string, more map[string]string) {
		attributes := map[string]string{"FilterPolicy": filter}
		for name, v := range more {
			attributes[name] = v
		}
		must(t)(h.topics.Subscribe(ctx, &sns.SubscribeInput{TopicArn: &topic, Protocol: &protocol, Endpoint: &endpoint, Attributes: attributes}))
	}
	const quick = `{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":1,"numRetries":20,"numNoDelayRetries":10}}`
	raw := map[string]string{"RawMessageDelivery": "true"}
	subscribe(h.topic, "sqs", queueARN("all"), "", raw)
	subscribe(h.topic, "sqs", queueARN("even"), `{"odd":[{"anything-but":"odd"}]}`, raw)
	subscribe(h.fifo, "sqs", queueARN("order.fifo"), "", raw)
	subscribe(h.topic, "http", h.hook+"/ok", "", map[string]string{"RawMessageDelivery": "true", "DeliveryPolicy": quick})
	subscribe(h.topic, "http", h.hook+"/gone", `{"odd":["odd"]}`, map[string]string{
		"RawMessageDelivery": "true", "DeliveryPolicy": quick, "RedrivePolicy": `{"deadLetterTargetArn":"` + queueARN("dead") + `"}`,
	})
	h.subscribers = map[string]subscriber{
		"all":        {func(m note) bool { return !m.Fifo }, true},
		"even":       {func(m note) bool { return !m.Fifo && m.Odd == "even" }, true},
		"dead":       {func(m note) bool { return !m.Fifo && m.Odd == "odd" }, true},
		"hook":       {func(m note) bool { return !m.Fifo }, false},
		"order.fifo": {func(m note) bool { return m.Fifo }, true},
	}
	if exec.Command("python3", "-c", "").Run() == nil { // TestKillFunctions says so where it is not
		h.run(t)
		subscribe(h.topic, "lambda", "arn:aws:lambda:us-east-1:000000000000:function:echo", `{"run":["yes"]}`, nil)
		h.subscribers["results"] = subscriber{func(m note) bool { return !m.Fifo && m.Run == "yes" }, false}
	}
	within(t, "the subscriptions are not confirmed", func() bool {
		a := must(t)(h.topics.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: &h.topic})).(*sns.GetTopicAttributesOutput)
		return a.Attributes["SubscriptionsPending"] == "0"
	})
}

// run makes the function, whose results go to a queue.
func (h *topicHouse) run(t *testing.T) {
	t.Helper()
	fn := lambda.New(lambda.Options{Region: "us-east-1", BaseEndpoint: &h.url, Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""), HTTPClient: steady.Client()})
	must(t)(fn.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: aws.String("echo"), Runtime: lambdatypes.RuntimePython312, Handler: aws.String("app.handler"), Timeout: aws.Int32(10),
		Role: aws.String("arn:aws:iam::000000000000:role/r"), Code: &lambdatypes.FunctionCode{ZipFile: echoPackage(t)},
	}))
	must(t)(fn.PutFunctionEventInvokeConfig(t.Context(), &lambda.PutFunctionEventInvokeConfigInput{
		FunctionName: aws.String("echo"), DestinationConfig: &lambdatypes.DestinationConfig{OnSuccess: &lambdatypes.OnSuccess{Destination: aws.String(queueARN("results"))}},
	}))
}

// settle returns when nothing waits for its delivery, and all has been taken out
// of the queues.
func (h *topicHouse) settle(t *testing.T) {
	t.Helper()
	within(t, "deliveries wait", func() bool { return len(deliveries(t, h.url, "status=waiting&limit=1")) == 0 })
	for place := range h.subscribers {
		if place != "hook" {
			for h.takeAll(t, place) > 0 {
			}
		}
	}
}

// takeAll takes some messages out of a queue and returns how many.
func (h *topicHouse) takeAll(t *testing.T, queue string) int {
	t.Helper()
	url := aws.String(h.url + "/000000000000/" + queue)
	out := must(t)(h.queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 10})).(*sqs.ReceiveMessageOutput)
	if len(out.Messages) == 0 {
		return 0
	}
	gone := &sqs.DeleteMessageBatchInput{QueueUrl: url}
	h.mu.Lock()
	for i, m := range out.Messages {
		h.arrived(queue, *m.Body)
		gone.Entries = append(gone.Entries, sqstypes.DeleteMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), ReceiptHandle: m.ReceiptHandle})
	}
	h.mu.Unlock()
	must(t)(h.queues.DeleteMessageBatch(t.Context(), gone))
	return len(out.Messages)
}

// arrived notes a message of a queue.
func (h *topicHouse) arrived(queue, body string) {
	if queue == "results" { // what the function returned is the topic's event
		var record struct {
			ResponsePayload struct {
				Records []struct{ Sns struct{ Message string } }
			}
		}
		if err := json.Unmarshal([]byte(body), &record); err != nil || len(record.ResponsePayload.Records) != 1 {
			h.wrong = append(h.wrong, fmt.Sprintf("result %s: %v", body, err))
			return
		}
		body = record.ResponsePayload.Records[0].Sns.Message
	}
	h.note(queue, body)
	if queue != "order.fifo" {
		return
	}
	var group, n int
	if _, err := fmt.Sscanf(body, `{"name":"%d-%d"}`, &group, &n); err != nil {
		h.wrong = append(h.wrong, body+": "+err.Error())
	}
	if last, ok := h.last[fmt.Sprint(group)]; ok && n <= last {
		h.wrong = append(h.wrong, fmt.Sprintf("%s came after %d", body, last))
	}
	h.last[fmt.Sprint(group)] = n
}
