package api

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func TestFifo(t *testing.T) {
	t.Parallel()
	a := newMessagingAPI(t)
	url := a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("q.fifo"), Attributes: map[string]string{"FifoQueue": "true"}}).(*sqs.CreateQueueOutput).QueueUrl
	first := a.must("SendMessage", &sqs.SendMessageInput{QueueUrl: url, MessageBody: new("m"), MessageGroupId: new("g"), MessageDeduplicationId: new("1")}).(*sqs.SendMessageOutput)
	batch := a.must("SendMessageBatch", &sqs.SendMessageBatchInput{QueueUrl: url, Entries: []types.SendMessageBatchRequestEntry{
		{Id: new("again"), MessageBody: new("m"), MessageGroupId: new("g"), MessageDeduplicationId: new("1")},
		{Id: new("no"), MessageBody: new("m"), MessageDeduplicationId: new("2")},
	}}).(*sqs.SendMessageBatchOutput)
	if ok := batch.Successful; len(ok) != 1 || *ok[0].MessageId != *first.MessageId || *ok[0].SequenceNumber != *first.SequenceNumber || len(*ok[0].SequenceNumber) != 20 {
		t.Errorf("sent %+v after %+v", ok, first)
	}
	if bad := batch.Failed; len(bad) != 1 || *bad[0].Code != "MissingParameter" || *bad[0].Message != "The request must contain the parameter MessageGroupId." {
		t.Errorf("failed %+v", bad)
	}
	got := a.must("ReceiveMessage", &sqs.ReceiveMessageInput{
		QueueUrl: url, MaxNumberOfMessages: 10,
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"},
	}).(*sqs.ReceiveMessageOutput).Messages
	if len(got) != 1 {
		t.Fatalf("received %+v", got)
	}
	for name, want := range map[string]string{"MessageGroupId": "g", "MessageDeduplicationId": "1", "SequenceNumber": *first.SequenceNumber} {
		if got[0].Attributes[name] != want {
			t.Errorf("%s is %q", name, got[0].Attributes[name])
		}
	}
	a.fails(queueing, "InvalidParameterValue InvalidParameterValueException Bad Request: The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
		"SendMessage", &sqs.SendMessageInput{QueueUrl: url, MessageBody: new("m"), MessageGroupId: new("g")})
	again := func() string {
		got := a.must("ReceiveMessage", &sqs.ReceiveMessageInput{QueueUrl: url, ReceiveRequestAttemptId: new("a")}).(*sqs.ReceiveMessageOutput)
		if len(got.Messages) != 1 {
			t.Fatalf("received %+v", got.Messages)
		}
		return *got.Messages[0].ReceiptHandle
	}
	a.must("SendMessage", &sqs.SendMessageInput{QueueUrl: url, MessageBody: new("m"), MessageGroupId: new("h"), MessageDeduplicationId: new("again")})
	if one, two := again(), again(); one != two {
		t.Errorf("an attempt made again has the receipt %s, before %s", two, one)
	}
}

// An entry's zero that was sent is a zero, and not the queue's delay.
func TestZeroDelayOfABatch(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Entries.1.DelaySeconds", "SendMessageBatchRequestEntry.2.DelaySeconds"} {
		a := newMessagingAPI(t)
		url := a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("q"), Attributes: map[string]string{"DelaySeconds": "900"}}).(*sqs.CreateQueueOutput).QueueUrl
		a.call.sent = func(member string) bool { return member == name }
		a.must("SendMessageBatch", &sqs.SendMessageBatchInput{QueueUrl: url, Entries: []types.SendMessageBatchRequestEntry{
			{Id: new("late"), MessageBody: new("late")}, {Id: new("now"), MessageBody: new("now")},
		}})
		out := a.must("ReceiveMessage", &sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 10}).(*sqs.ReceiveMessageOutput)
		if len(out.Messages) != 1 || *out.Messages[0].Body != "now" {
			t.Errorf("%s: received %+v", name, out.Messages)
		}
	}
}

func TestFairQueue(t *testing.T) {
	t.Parallel()
	a := newMessagingAPI(t)
	url := a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("q")}).(*sqs.CreateQueueOutput).QueueUrl
	sent := a.must("SendMessage", &sqs.SendMessageInput{QueueUrl: url, MessageBody: new("m"), MessageGroupId: new("tenant-1")}).(*sqs.SendMessageOutput)
	got := a.must("ReceiveMessage", &sqs.ReceiveMessageInput{QueueUrl: url, MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"}}).(*sqs.ReceiveMessageOutput)
	if len(got.Messages) != 1 || got.Messages[0].Attributes["MessageGroupId"] != "tenant-1" || sent.SequenceNumber != nil {
		t.Errorf("received %+v, sent %+v", got.Messages, sent)
	}
	if _, ok := got.Messages[0].Attributes["SequenceNumber"]; ok {
		t.Error("a standard queue counts its messages")
	}
}
