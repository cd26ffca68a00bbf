package conformance_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqsschemas "github.com/aws/aws-sdk-go-v2/service/sqs/schemas"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"
)

// post is the clients of topics and queues of one region.
type post struct {
	sns *sns.Client
	sqs *sqs.Client
}

func newPost(server, region string, queueCodec smithyhttp.ClientProtocol) post {
	return post{
		sns: sns.New(sns.Options{Region: region, BaseEndpoint: &server, Credentials: dummyKey, HTTPClient: patient{}, Retryer: aws.NopRetryer{}}),
		sqs: sqs.New(sqs.Options{Region: region, BaseEndpoint: &server, Credentials: dummyKey, HTTPClient: patient{}, Retryer: aws.NopRetryer{}},
			func(o *sqs.Options) { o.Protocol = queueCodec }),
	}
}

// topicWith makes a topic with a confirmed webhook and a queue as subscribers
// and returns its ARN and the queue's URL.
func (p post) topicWith(t *testing.T, name string, hook *webhook) (topic, queue string) {
	t.Helper()
	made, err := p.sns.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: &name})
	if err != nil {
		t.Fatal(err)
	}
	topic = *made.TopicArn
	q, err := p.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String(name + "-queue")})
	if err != nil {
		t.Fatal(err)
	}
	queue = *q.QueueUrl
	attributes, err := p.sqs.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &queue, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn}})
	if err != nil {
		t.Fatal(err)
	}
	for protocol, endpoint := range map[string]string{"sqs": attributes.Attributes["QueueArn"], "http": hook.url} {
		if _, err := p.sns.Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: &topic, Protocol: &protocol, Endpoint: &endpoint}); err != nil {
			t.Fatalf("subscribe %s: %v", protocol, err)
		}
	}
	eventually(t, 15*time.Second, "the webhook's subscription is not confirmed", func() bool {
		subs, err := p.sns.ListSubscriptionsByTopic(t.Context(), &sns.ListSubscriptionsByTopicInput{TopicArn: &topic})
		if err != nil {
			t.Fatal(err)
		}
		confirmed := 0
		for _, s := range subs.Subscriptions {
			if *s.SubscriptionArn != "PendingConfirmation" {
				confirmed++
			}
		}
		return confirmed == 2
	})
	return topic, queue
}

// receive waits for one message of a queue and deletes it.
func (p post) receive(t *testing.T, queue string) envelope {
	t.Helper()
	out, err := p.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &queue, WaitTimeSeconds: 20})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Messages) != 1 {
		t.Fatalf("queue: %d messages", len(out.Messages))
	}
	if _, err := p.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &queue, ReceiptHandle: out.Messages[0].ReceiptHandle}); err != nil {
		t.Fatal(err)
	}
	var e envelope
	if err := json.Unmarshal([]byte(*out.Messages[0].Body), &e); err != nil {
		t.Fatalf("queue: body %q: %v", *out.Messages[0].Body, err)
	}
	return e
}

// TestTopicsAndQueues publishes to a webhook and to a queue, which is read in
// both protocols that SQS has.
func TestTopicsAndQueues(t *testing.T) {
	t.Parallel()
	server := start(t)
	for name, codec := range map[string]smithyhttp.ClientProtocol{"json": awsjson.New10(sqsschemas.AmazonSQS), "query": awsquery.New(sqsschemas.AmazonSQS)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, hook := newPost(server, "us-east-1", codec), newWebhook(t)
			topic, queue := p.topicWith(t, "news-"+name, hook)
			sent, err := p.sns.Publish(t.Context(), &sns.PublishInput{TopicArn: &topic, Subject: aws.String("s"), Message: aws.String(`line "one"` + "\nline zwei: ü")})
			if err != nil {
				t.Fatal(err)
			}
			for where, e := range map[string]envelope{"webhook": hook.next(t, 10*time.Second), "queue": p.receive(t, queue)} {
				if e.Type != "Notification" || e.MessageID != *sent.MessageId || e.TopicArn != topic || e.Subject != "s" || e.Message != `line "one"`+"\nline zwei: ü" {
					t.Errorf("%s: %+v", where, e)
				}
				if e.SignatureVersion == "" || e.Signature == "" || e.SigningCertURL == "" || e.UnsubscribeURL == "" {
					t.Errorf("%s: not signed: %+v", where, e)
				}
			}
			direct(t, p, queue)
		})
	}
}

// direct sends to a queue and reads it back.
func direct(t *testing.T, p post, queue string) {
	t.Helper()
	if _, err := p.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: &queue, MessageBody: aws.String("hello"),
		MessageAttributes: map[string]types.MessageAttributeValue{"kind": {DataType: aws.String("String"), StringValue: aws.String("greeting")}},
	}); err != nil {
		t.Fatal(err)
	}
	out, err := p.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &queue, MessageAttributeNames: []string{"All"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Messages) != 1 || *out.Messages[0].Body != "hello" || *out.Messages[0].MessageAttributes["kind"].StringValue != "greeting" {
		t.Errorf("received %s", show(out))
	}
	if _, err := p.sqs.DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: &queue}); err != nil {
		t.Fatal(err)
	}
	_, err = p.sqs.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("nobody")})
	if none := new(types.QueueDoesNotExist); !errors.As(err, &none) {
		t.Errorf("unknown queue: %v", err)
	}
}
