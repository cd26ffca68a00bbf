package api

import (
	"runtime"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

const queueARN = "arn:aws:sqs:us-east-1:123456789012:"

func TestRedrive(t *testing.T) {
	t.Parallel()
	a := newMessagingAPI(t)
	dead := a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("dead")}).(*sqs.CreateQueueOutput).QueueUrl
	policy := map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + queueARN + `dead","maxReceiveCount":1}`, "VisibilityTimeout": "0"}
	url := a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("q1"), Attributes: policy}).(*sqs.CreateQueueOutput).QueueUrl
	a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("q2"), Attributes: policy})
	sent := a.must("SendMessage", &sqs.SendMessageInput{QueueUrl: url, MessageBody: new("m"), MessageAttributes: map[string]types.MessageAttributeValue{
		"a": {DataType: new("String"), StringValue: new("v")},
	}}).(*sqs.SendMessageOutput)
	for _, want := range []int{1, 0} {
		if got := a.must("ReceiveMessage", &sqs.ReceiveMessageInput{QueueUrl: url}).(*sqs.ReceiveMessageOutput); len(got.Messages) != want {
			t.Fatalf("received %+v", got.Messages)
		}
	}
	got := a.must("ReceiveMessage", &sqs.ReceiveMessageInput{
		QueueUrl: dead, MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{"DeadLetterQueueSourceArn"},
	}).(*sqs.ReceiveMessageOutput)
	if m := got.Messages; len(m) != 1 || *m[0].MessageId != *sent.MessageId || *m[0].MD5OfMessageAttributes != *sent.MD5OfMessageAttributes ||
		m[0].Attributes["DeadLetterQueueSourceArn"] != queueARN+"q1" {
		t.Errorf("received %+v", m)
	}
	first := a.must("ListDeadLetterSourceQueues", &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: dead, MaxResults: new(int32(1))}).(*sqs.ListDeadLetterSourceQueuesOutput)
	second := a.must("ListDeadLetterSourceQueues", &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: dead, MaxResults: new(int32(1)), NextToken: first.NextToken}).(*sqs.ListDeadLetterSourceQueuesOutput)
	if len(first.QueueUrls) != 1 || first.QueueUrls[0] != queueBase+"q1" || len(second.QueueUrls) != 1 || second.QueueUrls[0] != queueBase+"q2" || second.NextToken != nil {
		t.Errorf("sources %v, %v", first.QueueUrls, second.QueueUrls)
	}
	policy["RedrivePolicy"] = `{"deadLetterTargetArn":"` + queueARN + `none","maxReceiveCount":1}`
	a.fails(queueing, "InvalidParameterValue InvalidParameterValueException Bad Request: Value "+policy["RedrivePolicy"]+" for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.",
		"SetQueueAttributes", &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: policy})
	a.fails(queueing, "AWS.SimpleQueueService.NonExistentQueue QueueDoesNotExist Bad Request: The specified queue does not exist.",
		"ListDeadLetterSourceQueues", &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: new(queueBase + "none")})
}

func TestMessageMoveTasks(t *testing.T) {
	t.Parallel()
	a := newMessagingAPI(t)
	dead := a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("dead")}).(*sqs.CreateQueueOutput).QueueUrl
	source := new(queueARN + "dead")
	start := &sqs.StartMessageMoveTaskInput{SourceArn: source, DestinationArn: new(queueARN + "to"), MaxNumberOfMessagesPerSecond: new(int32(500))}
	const bad = "InvalidParameterValue InvalidParameterValueException Bad Request: "
	a.fails(queueing, bad+"Source queue must be configured as a Dead Letter Queue.", "StartMessageMoveTask", start)
	a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("q"), Attributes: map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + *source + `","maxReceiveCount":1}`}})
	a.fails(queueing, "ResourceNotFoundException ResourceNotFoundException Not Found: The resource that you specified for the DestinationArn parameter doesn't exist.", "StartMessageMoveTask", start)
	to := a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("to")}).(*sqs.CreateQueueOutput).QueueUrl
	for _, body := range []string{"1", "2", "3"} {
		a.must("SendMessage", &sqs.SendMessageInput{QueueUrl: dead, MessageBody: &body})
	}
	handle := a.must("StartMessageMoveTask", start).(*sqs.StartMessageMoveTaskOutput).TaskHandle
	for range 3 { // as each becomes visible
		a.must("ReceiveMessage", &sqs.ReceiveMessageInput{QueueUrl: to, WaitTimeSeconds: 20})
	}
	var last types.ListMessageMoveTasksResultEntry
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		last = a.must("ListMessageMoveTasks", &sqs.ListMessageMoveTasksInput{SourceArn: source}).(*sqs.ListMessageMoveTasksOutput).Results[0]
		if *last.Status == "COMPLETED" {
			break
		}
		runtime.Gosched()
	}
	if *last.Status != "COMPLETED" || last.ApproximateNumberOfMessagesMoved != 3 || *last.ApproximateNumberOfMessagesToMove != 3 || last.TaskHandle != nil || *last.MaxNumberOfMessagesPerSecond != 500 {
		t.Errorf("task %+v", last)
	}
	a.fails(queueing, "ResourceNotFoundException ResourceNotFoundException Not Found: Task does not exist or is not running.", "CancelMessageMoveTask", &sqs.CancelMessageMoveTaskInput{TaskHandle: handle})
	a.fails(queueing, bad+"Value for parameter TaskHandle is invalid.", "CancelMessageMoveTask", &sqs.CancelMessageMoveTaskInput{TaskHandle: new("x")})
}
