package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/api/wire"
	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/targets"
	"skywatch/targets/queue"
	"skywatch/targets/topic"
	"skywatch/targets/webhook"
)

// messagingAPI calls the operations of SNS and SQS as the dispatcher does after
// decoding, with the engine of deliveries behind them.
type messagingAPI struct {
	t    *testing.T
	ops  map[string]offered
	call Call
}

func newMessagingAPI(t *testing.T) *messagingAPI {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	signer, err := topic.OpenSigner(filepath.Join(t.TempDir(), "topic.pem"))
	if err != nil {
		t.Fatal(err)
	}
	outbox := targets.NewOutbox(nil)
	queues := queue.New(queue.Options{Catalog: db})
	client := webhook.New(webhook.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	topics := topic.New(topic.Options{Catalog: db, Outbox: outbox, HTTP: client, Signer: signer})
	engine := targets.New(targets.Options{Catalog: db, Outbox: outbox, Targets: map[targets.Kind]targets.Target{
		targets.Topic: targets.Inside(topics.Deliver), targets.Queue: targets.Direct(queues.Deliver),
		targets.Subscription: targets.Outside(topics.Send),
	}})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- engine.Run(ctx) }()
	go func() { done <- queues.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		client.Close()
		_ = db.Close()
	})
	a := &messagingAPI{t: t, ops: map[string]offered{}, call: Call{
		Tenant: metric.Tenant{Account: "123456789012", Region: "us-east-1"}, AccessKeyID: "AKIA", BaseURL: "http://127.0.0.1:4582",
	}}
	for of, list := range map[string][]offered{"sns.": snsOperations(topics), "sqs.": sqsOperations(queues)} {
		for _, o := range list {
			if _, twice := a.ops[of+o.name]; twice {
				t.Fatalf("%s is offered twice", o.name)
			}
			a.ops[of+o.name] = o
		}
	}
	return a
}

func (a *messagingAPI) try(name string, in any) (any, error) {
	a.t.Helper()
	of, _, _ := strings.Cut(fmt.Sprintf("%T", in), ".") // *sns or *sqs
	o, ok := a.ops[of[1:]+"."+name]
	if !ok {
		a.t.Fatalf("no operation %s", name)
	}
	if err := (&Operation{fields: o.fields}).check(in); err != nil {
		return nil, err
	}
	return o.handle(a.t.Context(), &a.call, in)
}

func (a *messagingAPI) must(name string, in any) any {
	a.t.Helper()
	out, err := a.try(name, in)
	if err != nil {
		a.t.Fatalf("%s: %v", name, err)
	}
	return out
}

// fails checks the Query code, the error shape and the status of a failure.
func (a *messagingAPI) fails(s *wire.Service, want, name string, in any) {
	a.t.Helper()
	_, err := a.try(name, in)
	if err == nil {
		a.t.Errorf("%s of %+v succeeded, want %s", name, in, want)
		return
	}
	e := wireError(s, err)
	got := e.Code + " " + e.Type[strings.Index(e.Type, "#")+1:] + " " + http.StatusText(e.Status) + ": " + e.Message
	if got != want {
		a.t.Errorf("%s:\n got %s\nwant %s", name, got, want)
	}
}

const queueBase = "http://127.0.0.1:4582/123456789012/"

func TestQueues(t *testing.T) {
	t.Parallel()
	a := newMessagingAPI(t)
	created := a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("q"), Attributes: map[string]string{"VisibilityTimeout": "60"}, Tags: map[string]string{"k": "v"}}).(*sqs.CreateQueueOutput)
	if *created.QueueUrl != queueBase+"q" {
		t.Errorf("URL %s", *created.QueueUrl)
	}
	// Any host will do, and a path before the account.
	for _, url := range []string{queueBase + "q", "https://sqs.us-east-1.amazonaws.com/123456789012/q", "http://other/base/123456789012/q"} {
		got := a.must("GetQueueAttributes", &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{"VisibilityTimeout", "QueueArn"}}).(*sqs.GetQueueAttributesOutput)
		if len(got.Attributes) != 2 || got.Attributes["VisibilityTimeout"] != "60" || got.Attributes["QueueArn"] != "arn:aws:sqs:us-east-1:123456789012:q" {
			t.Errorf("%s: attributes %v", url, got.Attributes)
		}
	}
	a.must("SetQueueAttributes", &sqs.SetQueueAttributesInput{QueueUrl: created.QueueUrl, Attributes: map[string]string{"DelaySeconds": "1"}})
	if got := a.must("GetQueueUrl", &sqs.GetQueueUrlInput{QueueName: new("q")}).(*sqs.GetQueueUrlOutput); *got.QueueUrl != *created.QueueUrl {
		t.Errorf("URL %s", *got.QueueUrl)
	}
	a.must("TagQueue", &sqs.TagQueueInput{QueueUrl: created.QueueUrl, Tags: map[string]string{"a": "b"}})
	a.must("UntagQueue", &sqs.UntagQueueInput{QueueUrl: created.QueueUrl, TagKeys: []string{"k"}})
	if got := a.must("ListQueueTags", &sqs.ListQueueTagsInput{QueueUrl: created.QueueUrl}).(*sqs.ListQueueTagsOutput); len(got.Tags) != 1 || got.Tags["a"] != "b" {
		t.Errorf("tags %v", got.Tags)
	}
	for _, name := range []string{"r1", "r2"} {
		a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: &name})
	}
	first := a.must("ListQueues", &sqs.ListQueuesInput{QueueNamePrefix: new("r"), MaxResults: new(int32(1))}).(*sqs.ListQueuesOutput)
	second := a.must("ListQueues", &sqs.ListQueuesInput{QueueNamePrefix: new("r"), MaxResults: new(int32(1)), NextToken: first.NextToken}).(*sqs.ListQueuesOutput)
	if got := append(first.QueueUrls, second.QueueUrls...); !slices.Equal(got, []string{queueBase + "r1", queueBase + "r2"}) || second.NextToken != nil {
		t.Errorf("listed %v, then %v", got, second.NextToken)
	}

	gone := "AWS.SimpleQueueService.NonExistentQueue QueueDoesNotExist Bad Request: The specified queue does not exist."
	a.fails(queueing, gone, "GetQueueUrl", &sqs.GetQueueUrlInput{QueueName: new("none")})
	a.fails(queueing, gone, "GetQueueUrl", &sqs.GetQueueUrlInput{QueueName: new("q"), QueueOwnerAWSAccountId: new("999999999999")})
	a.fails(queueing, gone, "DeleteQueue", &sqs.DeleteQueueInput{QueueUrl: new(queueBase + "none")})
	a.fails(queueing, "AccessDenied AccessDeniedException Forbidden: Access to the resource http://x/999999999999/q is denied.", "DeleteQueue", &sqs.DeleteQueueInput{QueueUrl: new("http://x/999999999999/q")})
	a.fails(queueing, "InvalidAddress InvalidAddress Not Found: The address q is not valid for this endpoint.", "DeleteQueue", &sqs.DeleteQueueInput{QueueUrl: new("q")})
	a.fails(queueing, "MissingParameter MissingRequiredParameterException Bad Request: The request must contain the parameter QueueUrl.", "DeleteQueue", &sqs.DeleteQueueInput{})
	a.fails(queueing, "QueueAlreadyExists QueueNameExists Bad Request: A queue already exists with the same name and a different value for attribute VisibilityTimeout",
		"CreateQueue", &sqs.CreateQueueInput{QueueName: new("q"), Attributes: map[string]string{"VisibilityTimeout": "61"}})
	a.fails(queueing, "InvalidAttributeName InvalidAttributeName Bad Request: Unknown Attribute Colour.", "SetQueueAttributes", &sqs.SetQueueAttributesInput{QueueUrl: created.QueueUrl, Attributes: map[string]string{"Colour": "red"}})
	a.fails(queueing, "InvalidAttributeValue InvalidAttributeValue Bad Request: Invalid value for the parameter DelaySeconds.", "SetQueueAttributes", &sqs.SetQueueAttributesInput{QueueUrl: created.QueueUrl, Attributes: map[string]string{"DelaySeconds": "901"}})
	a.fails(queueing, "AWS.SimpleQueueService.UnsupportedOperation UnsupportedOperation Bad Request: The queue attribute KmsMasterKeyId is not supported by this version of Skywatch.",
		"SetQueueAttributes", &sqs.SetQueueAttributesInput{QueueUrl: created.QueueUrl, Attributes: map[string]string{"KmsMasterKeyId": "k"}})
	a.fails(queueing, "InvalidParameterValue InvalidParameterValueException Bad Request: Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
		"CreateQueue", &sqs.CreateQueueInput{QueueName: new("a.b")})
	a.must("DeleteQueue", &sqs.DeleteQueueInput{QueueUrl: created.QueueUrl})
}

func TestMessages(t *testing.T) {
	t.Parallel()
	a := newMessagingAPI(t)
	url := a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("q")}).(*sqs.CreateQueueOutput).QueueUrl
	sent := a.must("SendMessage", &sqs.SendMessageInput{
		QueueUrl: url, MessageBody: new("hello"),
		MessageAttributes: map[string]types.MessageAttributeValue{
			"a":    {DataType: new("String"), StringValue: new("b")},
			"n.x":  {DataType: new("Number"), StringValue: new("1")},
			"blob": {DataType: new("Binary"), BinaryValue: []byte{1}},
		},
		MessageSystemAttributes: map[string]types.MessageSystemAttributeValue{"AWSTraceHeader": {DataType: new("String"), StringValue: new("Root=1")}},
	}).(*sqs.SendMessageOutput)
	if *sent.MD5OfMessageBody != "5d41402abc4b2a76b9719d911017c592" || sent.MD5OfMessageAttributes == nil || sent.MD5OfMessageSystemAttributes == nil {
		t.Errorf("sent %+v", sent)
	}
	receive := func(in sqs.ReceiveMessageInput) *types.Message {
		t.Helper()
		in.QueueUrl = url
		out := a.must("ReceiveMessage", &in).(*sqs.ReceiveMessageOutput)
		if len(out.Messages) == 0 {
			return nil
		}
		return &out.Messages[0]
	}
	m := receive(sqs.ReceiveMessageInput{MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"}, MessageAttributeNames: []string{"All"}, WaitTimeSeconds: 1})
	if m == nil || *m.MessageId != *sent.MessageId || *m.Body != "hello" || len(m.MessageAttributes) != 3 || *m.MD5OfMessageAttributes != *sent.MD5OfMessageAttributes {
		t.Fatalf("received %+v", m)
	}
	for name, want := range map[string]string{"SenderId": "123456789012", "ApproximateReceiveCount": "1", "AWSTraceHeader": "Root=1"} {
		if m.Attributes[name] != want {
			t.Errorf("%s is %q", name, m.Attributes[name])
		}
	}
	if len(m.Attributes) != 5 {
		t.Errorf("attributes %v", m.Attributes)
	}
	show := func() {
		a.must("ChangeMessageVisibility", &sqs.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle})
	}
	if again := receive(sqs.ReceiveMessageInput{}); again != nil {
		t.Error("the message is not hidden")
	}
	show()
	m = receive(sqs.ReceiveMessageInput{})
	if m == nil || m.Attributes != nil || m.MessageAttributes != nil || m.MD5OfMessageAttributes != nil {
		t.Fatalf("what was not asked for is there: %+v", m)
	}
	show()
	//lint:ignore SA1019 as older clients do
	m = receive(sqs.ReceiveMessageInput{AttributeNames: []types.QueueAttributeName{"SentTimestamp"}, MessageAttributeNames: []string{"n.*"}})
	if m == nil || len(m.Attributes) != 1 || len(m.MessageAttributes) != 1 || *m.MessageAttributes["n.x"].StringValue != "1" || *m.MD5OfMessageAttributes == *sent.MD5OfMessageAttributes {
		t.Fatalf("received %+v", m)
	}
	a.must("DeleteMessage", &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle})
	a.must("PurgeQueue", &sqs.PurgeQueueInput{QueueUrl: url})

	a.fails(queueing, "AWS.SimpleQueueService.PurgeQueueInProgress PurgeQueueInProgress Forbidden: Only one PurgeQueue operation on q is allowed every 60 seconds.", "PurgeQueue", &sqs.PurgeQueueInput{QueueUrl: url})
	a.fails(queueing, "ReceiptHandleIsInvalid ReceiptHandleIsInvalid Not Found: The input receipt handle \"x\" is not a valid receipt handle.", "DeleteMessage", &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: new("x")})
	a.fails(queueing, "InvalidAttributeName InvalidAttributeName Bad Request: Unknown Attribute Colour.", "ReceiveMessage",
		//lint:ignore SA1019 as older clients do
		&sqs.ReceiveMessageInput{QueueUrl: url, AttributeNames: []types.QueueAttributeName{"Colour"}})
	a.fails(queueing, "InvalidParameterValue InvalidParameterValueException Bad Request: Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.", "ReceiveMessage",
		&sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 11})
	a.fails(queueing, "InvalidMessageContents InvalidMessageContents Bad Request: Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF", "SendMessage",
		&sqs.SendMessageInput{QueueUrl: url, MessageBody: new("\x01")})
	a.fails(queueing, "AWS.SimpleQueueService.UnsupportedOperation UnsupportedOperation Bad Request: Message attribute list values in SendMessage operation are not supported (attribute 'a').", "SendMessage",
		&sqs.SendMessageInput{QueueUrl: url, MessageBody: new("x"), MessageAttributes: map[string]types.MessageAttributeValue{"a": {DataType: new("String"), StringListValues: []string{"x"}}}})
	a.fails(queueing, "InvalidParameterValue InvalidParameterValueException Bad Request: Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.", "SendMessage",
		&sqs.SendMessageInput{QueueUrl: url, MessageBody: new("x"), MessageDeduplicationId: new("d")})
}

func TestMessageBatches(t *testing.T) {
	t.Parallel()
	a := newMessagingAPI(t)
	url := a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("q")}).(*sqs.CreateQueueOutput).QueueUrl
	sent := a.must("SendMessageBatch", &sqs.SendMessageBatchInput{QueueUrl: url, Entries: []types.SendMessageBatchRequestEntry{
		{Id: new("a"), MessageBody: new("one")}, {Id: new("b")},
	}}).(*sqs.SendMessageBatchOutput)
	if len(sent.Successful) != 1 || *sent.Successful[0].Id != "a" || len(sent.Failed) != 1 || *sent.Failed[0].Code != "MissingParameter" || !sent.Failed[0].SenderFault {
		t.Fatalf("sent %+v", sent)
	}
	m := a.must("ReceiveMessage", &sqs.ReceiveMessageInput{QueueUrl: url}).(*sqs.ReceiveMessageOutput).Messages[0]
	hidden := a.must("ChangeMessageVisibilityBatch", &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: url, Entries: []types.ChangeMessageVisibilityBatchRequestEntry{
		{Id: new("a"), ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 5}, {Id: new("b"), ReceiptHandle: new("x")},
	}}).(*sqs.ChangeMessageVisibilityBatchOutput)
	if len(hidden.Successful) != 1 || len(hidden.Failed) != 1 || *hidden.Failed[0].Code != "ReceiptHandleIsInvalid" {
		t.Errorf("hidden %+v", hidden)
	}
	deleted := a.must("DeleteMessageBatch", &sqs.DeleteMessageBatchInput{QueueUrl: url, Entries: []types.DeleteMessageBatchRequestEntry{
		{Id: new("a"), ReceiptHandle: m.ReceiptHandle}, {Id: new("b"), ReceiptHandle: new("x")},
	}}).(*sqs.DeleteMessageBatchOutput)
	if len(deleted.Successful) != 1 || len(deleted.Failed) != 1 {
		t.Errorf("deleted %+v", deleted)
	}
	eleven := slices.Repeat([]types.DeleteMessageBatchRequestEntry{{Id: new("a"), ReceiptHandle: new("x")}}, 11)
	for _, c := range []struct {
		entries []types.DeleteMessageBatchRequestEntry
		want    string
	}{
		{nil, "AWS.SimpleQueueService.EmptyBatchRequest EmptyBatchRequest Bad Request: There should be at least one DeleteMessageBatchRequestEntry in the request."},
		{eleven, "AWS.SimpleQueueService.TooManyEntriesInBatchRequest TooManyEntriesInBatchRequest Bad Request: Maximum number of entries per request are 10. You have sent 11."},
		{eleven[:2], "AWS.SimpleQueueService.BatchEntryIdsNotDistinct BatchEntryIdsNotDistinct Bad Request: Id a repeated."},
		{[]types.DeleteMessageBatchRequestEntry{{}}, "AWS.SimpleQueueService.InvalidBatchEntryId InvalidBatchEntryId Bad Request: A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long."},
	} {
		a.fails(queueing, c.want, "DeleteMessageBatch", &sqs.DeleteMessageBatchInput{QueueUrl: url, Entries: c.entries})
	}
}

func TestTopics(t *testing.T) {
	t.Parallel()
	a := newMessagingAPI(t)
	arn := a.must("CreateTopic", &sns.CreateTopicInput{Name: new("t"), Attributes: map[string]string{"DisplayName": "D"}, Tags: []snstypes.Tag{{Key: new("k"), Value: new("v")}}}).(*sns.CreateTopicOutput).TopicArn
	if *arn != "arn:aws:sns:us-east-1:123456789012:t" {
		t.Errorf("ARN %s", *arn)
	}
	a.must("CreateTopic", &sns.CreateTopicInput{Name: new("t")})
	a.must("SetTopicAttributes", &sns.SetTopicAttributesInput{TopicArn: arn, AttributeName: new("SignatureVersion"), AttributeValue: new("2")})
	got := a.must("GetTopicAttributes", &sns.GetTopicAttributesInput{TopicArn: arn}).(*sns.GetTopicAttributesOutput).Attributes
	for name, want := range map[string]string{
		"TopicArn": *arn, "Owner": "123456789012", "DisplayName": "D", "SignatureVersion": "2",
		"SubscriptionsConfirmed": "0", "SubscriptionsPending": "0", "SubscriptionsDeleted": "0",
		"EffectiveDeliveryPolicy": `{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,` +
			`"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,` +
			`"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}`,
	} {
		if got[name] != want {
			t.Errorf("%s is %s", name, got[name])
		}
	}
	a.must("TagResource", &sns.TagResourceInput{ResourceArn: arn, Tags: []snstypes.Tag{{Key: new("a"), Value: new("b")}}})
	a.must("UntagResource", &sns.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"k"}})
	if tags := a.must("ListTagsForResource", &sns.ListTagsForResourceInput{ResourceArn: arn}).(*sns.ListTagsForResourceOutput).Tags; len(tags) != 1 || *tags[0].Key != "a" {
		t.Errorf("tags %v", tags)
	}
	for i := range 120 {
		a.must("CreateTopic", &sns.CreateTopicInput{Name: new("many" + string(rune('a'+i/26)) + string(rune('a'+i%26)))})
	}
	first := a.must("ListTopics", &sns.ListTopicsInput{}).(*sns.ListTopicsOutput)
	second := a.must("ListTopics", &sns.ListTopicsInput{NextToken: first.NextToken}).(*sns.ListTopicsOutput)
	if len(first.Topics) != 100 || len(second.Topics) != 21 || second.NextToken != nil {
		t.Errorf("pages of %d and %d", len(first.Topics), len(second.Topics))
	}

	const bad = "InvalidParameter InvalidParameterException Bad Request: "
	a.fails(messaging, bad+"Invalid parameter: Topic Name", "CreateTopic", &sns.CreateTopicInput{Name: new("a b")})
	a.fails(messaging, bad+"Invalid parameter: Topic Name", "CreateTopic", &sns.CreateTopicInput{Name: new("t.fifo")})
	a.fails(messaging, bad+"The topic attribute KmsMasterKeyId is not supported by this version of Skywatch.", "CreateTopic", &sns.CreateTopicInput{Name: new("x"), Attributes: map[string]string{"KmsMasterKeyId": "k"}})
	a.fails(messaging, bad+"Invalid parameter: AttributeName", "SetTopicAttributes", &sns.SetTopicAttributesInput{TopicArn: arn, AttributeName: new("Colour")})
	a.fails(messaging, bad+"Invalid parameter: Attributes Reason: Topic already exists with different attributes", "CreateTopic", &sns.CreateTopicInput{Name: new("t"), Attributes: map[string]string{"DisplayName": "E"}})
	twice := []snstypes.Tag{{Key: new("a"), Value: new("1")}, {Key: new("a"), Value: new("2")}}
	a.fails(messaging, bad+"Invalid parameter: Duplicated keys are not allowed.", "TagResource", &sns.TagResourceInput{ResourceArn: arn, Tags: twice})
	a.fails(messaging, bad+"Invalid parameter: Duplicated keys are not allowed.", "CreateTopic", &sns.CreateTopicInput{Name: new("twice"), Tags: twice})
	a.fails(messaging, bad+"Invalid parameter: Tags Reason: Topic already exists with different tags", "CreateTopic", &sns.CreateTopicInput{Name: new("t"), Tags: []snstypes.Tag{{Key: new("x"), Value: new("y")}}})
	a.fails(messaging, bad+"Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1", "GetTopicAttributes", &sns.GetTopicAttributesInput{TopicArn: new("t")})
	a.fails(messaging, bad+"Invalid parameter: TopicArn Reason: no value for required parameter", "GetTopicAttributes", &sns.GetTopicAttributesInput{})
	a.fails(messaging, bad+"Invalid parameter: TopicArn", "GetTopicAttributes", &sns.GetTopicAttributesInput{TopicArn: new("arn:aws:sns:eu-west-1:123456789012:t")})
	a.fails(messaging, "AuthorizationError AuthorizationErrorException Forbidden: User is not authorized to perform this operation on arn:aws:sns:us-east-1:999999999999:t",
		"GetTopicAttributes", &sns.GetTopicAttributesInput{TopicArn: new("arn:aws:sns:us-east-1:999999999999:t")})
	a.must("DeleteTopic", &sns.DeleteTopicInput{TopicArn: arn})
	a.must("DeleteTopic", &sns.DeleteTopicInput{TopicArn: arn})
	a.fails(messaging, "NotFound NotFoundException Not Found: Topic does not exist", "GetTopicAttributes", &sns.GetTopicAttributesInput{TopicArn: arn})
	a.fails(messaging, "ResourceNotFound ResourceNotFoundException Not Found: Resource does not exist", "ListTagsForResource", &sns.ListTagsForResourceInput{ResourceArn: arn})
}

func TestSubscriptions(t *testing.T) {
	t.Parallel()
	a := newMessagingAPI(t)
	bodies := make(chan string, 10)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		bodies <- string(b)
	}))
	t.Cleanup(s.Close)
	arn := a.must("CreateTopic", &sns.CreateTopicInput{Name: new("t")}).(*sns.CreateTopicOutput).TopicArn
	subscribe := func(protocol, endpoint string) *sns.SubscribeInput {
		return &sns.SubscribeInput{TopicArn: arn, Protocol: &protocol, Endpoint: &endpoint}
	}
	if got := a.must("Subscribe", subscribe("http", s.URL)).(*sns.SubscribeOutput); *got.SubscriptionArn != "pending confirmation" {
		t.Errorf("subscribed %s", *got.SubscriptionArn)
	}
	token := between(t, <-bodies, `"Token" : "`)
	pending := a.must("ListSubscriptions", &sns.ListSubscriptionsInput{}).(*sns.ListSubscriptionsOutput).Subscriptions
	if len(pending) != 1 || *pending[0].SubscriptionArn != "PendingConfirmation" || *pending[0].Endpoint != s.URL {
		t.Errorf("pending %+v", pending)
	}
	signed := a.call
	a.call.AccessKeyID, a.call.Tenant = "", metric.Tenant{Account: "000000000000", Region: "us-east-1"} // the link in the message, from anywhere
	a.fails(messaging, "InvalidParameter InvalidParameterException Bad Request: Invalid parameter: Token", "ConfirmSubscription", &sns.ConfirmSubscriptionInput{TopicArn: arn, Token: new("x")})
	sub := a.must("ConfirmSubscription", &sns.ConfirmSubscriptionInput{TopicArn: arn, Token: &token}).(*sns.ConfirmSubscriptionOutput).SubscriptionArn
	a.call = signed

	a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("q")})
	a.must("Subscribe", subscribe("sqs", "arn:aws:sqs:us-east-1:123456789012:q"))
	published := a.must("Publish", &sns.PublishInput{TopicArn: arn, Message: new("m"), Subject: new("s"), MessageAttributes: map[string]snstypes.MessageAttributeValue{
		"a": {DataType: new("String"), StringValue: new("v")},
	}}).(*sns.PublishOutput)
	if id := between(t, <-bodies, `"MessageId" : "`); id != *published.MessageId {
		t.Errorf("message %s, published %s", id, *published.MessageId)
	}
	if got := a.must("ReceiveMessage", &sqs.ReceiveMessageInput{QueueUrl: new(queueBase + "q")}).(*sqs.ReceiveMessageOutput); len(got.Messages) != 1 {
		t.Error("the queue got nothing")
	}
	a.must("SetSubscriptionAttributes", &sns.SetSubscriptionAttributesInput{SubscriptionArn: sub, AttributeName: new("RawMessageDelivery"), AttributeValue: new("true")})
	attributes := a.must("GetSubscriptionAttributes", &sns.GetSubscriptionAttributesInput{SubscriptionArn: sub}).(*sns.GetSubscriptionAttributesOutput).Attributes
	for name, want := range map[string]string{
		"SubscriptionArn": *sub, "TopicArn": *arn, "Owner": "123456789012", "Protocol": "http", "Endpoint": s.URL, "RawMessageDelivery": "true",
		"PendingConfirmation": "false", "ConfirmationWasAuthenticated": "false",
	} {
		if attributes[name] != want {
			t.Errorf("%s is %s", name, attributes[name])
		}
	}
	if got := a.must("ListSubscriptionsByTopic", &sns.ListSubscriptionsByTopicInput{TopicArn: arn}).(*sns.ListSubscriptionsByTopicOutput); len(got.Subscriptions) != 2 {
		t.Errorf("subscriptions %+v", got.Subscriptions)
	}
	a.must("Unsubscribe", &sns.UnsubscribeInput{SubscriptionArn: sub})
	between(t, <-bodies, `"Type" : "UnsubscribeConfirmation`)
	a.fails(messaging, "NotFound NotFoundException Not Found: Subscription does not exist", "GetSubscriptionAttributes", &sns.GetSubscriptionAttributesInput{SubscriptionArn: sub})

	const bad = "InvalidParameter InvalidParameterException Bad Request: "
	for _, c := range []struct{ protocol, endpoint, want string }{
		{"http", "https://x", "Invalid parameter: Endpoint must match the specified protocol"},
		{"gopher", "x", "Invalid parameter: Amazon SNS does not support this protocol string: gopher"},
		{"email", "a@b.example", "email delivery is not configured"},
		{"sms", "+1", "The protocol sms is not supported by this version of Skywatch."},
		{"lambda", "x", "Invalid parameter: Lambda endpoint ARN"},
		{"lambda", "arn:aws:lambda:us-east-1:123456789012:function:f", "The protocol lambda is not supported by this version of Skywatch."},
		{"sqs", "q", "Invalid parameter: SQS endpoint ARN"},
		{"sqs", "arn:aws:sqs:us-east-1:123456789012:q.fifo", "Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics"},
		{"sqs", "arn:aws:sqs:us-east-1:999999999999:q", "A subscription of another account's queue is not supported by this version of Skywatch."},
	} {
		a.fails(messaging, bad+c.want, "Subscribe", subscribe(c.protocol, c.endpoint))
	}
	filter := subscribe("http", s.URL)
	filter.Attributes = map[string]string{"SubscriptionRoleArn": "arn:aws:iam::123456789012:role/r"}
	a.fails(messaging, bad+"The subscription attribute SubscriptionRoleArn is not supported by this version of Skywatch.", "Subscribe", filter)
	filter.Attributes = map[string]string{"FilterPolicy": `{"a":{"b":["c"]}}`}
	a.fails(messaging, bad+"Invalid parameter: Attributes Reason: FilterPolicy: Filter policy scope MessageAttributes does not support nested filter policy", "Subscribe", filter)
	for _, c := range []struct {
		in   sns.PublishInput
		want string
	}{
		{sns.PublishInput{}, bad + "Invalid parameter: Empty message"},
		{sns.PublishInput{Message: new(strings.Repeat("x", 262_145))}, bad + "Invalid parameter: Message too long"},
		{sns.PublishInput{Message: new("m"), Subject: new(strings.Repeat("x", 101))}, bad + "Invalid parameter: Subject"},
		{sns.PublishInput{Message: new("m"), Subject: new("a\nb")}, bad + "Invalid parameter: Subject"},
		{sns.PublishInput{Message: new("m"), Subject: new("ü")}, bad + "Invalid parameter: Subject"},
		{sns.PublishInput{Message: new("m"), MessageStructure: new("json")}, bad + "Invalid parameter: Message Structure - JSON message body failed to parse"},
		{sns.PublishInput{Message: new(`{"http":"x"}`), MessageStructure: new("json")}, bad + "Invalid parameter: Message Structure - No default entry in JSON message body"},
		{
			sns.PublishInput{Message: new("m"), MessageAttributes: map[string]snstypes.MessageAttributeValue{"a": {DataType: new("Colour"), StringValue: new("v")}}},
			"ParameterValueInvalid InvalidParameterValueException Bad Request: The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
		},
	} {
		c.in.TopicArn = arn
		a.fails(messaging, c.want, "Publish", &c.in)
	}
	a.fails(messaging, bad+"Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter", "Publish", &sns.PublishInput{Message: new("m")})
}

// between returns what follows a mark in s, up to the next quote.
func between(t *testing.T, s, mark string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, mark)
	if !ok {
		t.Fatalf("%s has no %s", s, mark)
	}
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

// A caller who waits in a long poll is let go when the request ends.
func TestLongPollOfARequest(t *testing.T) {
	t.Parallel()
	a := newMessagingAPI(t)
	url := a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("q")}).(*sqs.CreateQueueOutput).QueueUrl
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	begin := time.Now()
	out, err := a.ops["sqs.ReceiveMessage"].handle(ctx, &a.call, &sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 20})
	if err != nil || len(out.(*sqs.ReceiveMessageOutput).Messages) > 0 || time.Since(begin) > 10*time.Second {
		t.Errorf("the poll ended with %+v, %v after %v", out, err, time.Since(begin))
	}
}

// A zero that was sent is a zero, and not the queue's own setting.
func TestZerosOfARequest(t *testing.T) {
	t.Parallel()
	a := newMessagingAPI(t)
	url := a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("q"), Attributes: map[string]string{
		"DelaySeconds": "900", "ReceiveMessageWaitTimeSeconds": "20", "VisibilityTimeout": "900",
	}}).(*sqs.CreateQueueOutput).QueueUrl
	a.call.sent = func(member string) bool { return member != "MaxNumberOfMessages" }
	a.must("SendMessage", &sqs.SendMessageInput{QueueUrl: url, MessageBody: new("x")})
	for range 2 {
		if out := a.must("ReceiveMessage", &sqs.ReceiveMessageInput{QueueUrl: url}).(*sqs.ReceiveMessageOutput); len(out.Messages) != 1 {
			t.Fatalf("received %+v", out)
		}
	}
	a.must("PurgeQueue", &sqs.PurgeQueueInput{QueueUrl: url})
	begin := time.Now()
	a.must("ReceiveMessage", &sqs.ReceiveMessageInput{QueueUrl: url})
	if waited := time.Since(begin); waited > 10*time.Second {
		t.Errorf("waited %v", waited)
	}
	a.call.sent = func(string) bool { return true }
	a.fails(queueing, "InvalidParameterValue InvalidParameterValueException Bad Request: Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
		"ReceiveMessage", &sqs.ReceiveMessageInput{QueueUrl: url})
}
