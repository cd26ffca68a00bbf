package conformance_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqsschemas "github.com/aws/aws-sdk-go-v2/service/sqs/schemas"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"
)

// TestFifoQueues takes messages through a FIFO queue, its dead-letter queue and
// back, in both protocols that SQS has.
func TestFifoQueues(t *testing.T) {
	t.Parallel()
	server := start(t)
	for name, codec := range map[string]smithyhttp.ClientProtocol{"json": awsjson.New10(sqsschemas.AmazonSQS), "query": awsquery.New(sqsschemas.AmazonSQS)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newPost(server, "us-east-1", codec).sqs
			dead := makeQueue(t, c, name+"-dead.fifo", map[string]string{"FifoQueue": "true"})
			deadARN := "arn:aws:sqs:us-east-1:" + account + ":" + name + "-dead.fifo"
			queue := makeQueue(t, c, name+".fifo", map[string]string{
				"FifoQueue": "true", "ContentBasedDeduplication": "true", "VisibilityTimeout": "0",
				"RedrivePolicy": `{"deadLetterTargetArn":"` + deadARN + `","maxReceiveCount":1}`,
			})
			ids := sendAll(t, c, queue)
			if got := receiveAll(t, c, queue); len(got) != 2 || got[0].Attributes["SequenceNumber"] != ids[0] || got[1].Attributes["SequenceNumber"] != ids[1] {
				t.Errorf("received %s, sent %v", show(got), ids)
			}
			if got := receiveAll(t, c, queue); len(got) != 0 {
				t.Errorf("received %s too often", show(got))
			}
			sources, err := c.ListDeadLetterSourceQueues(t.Context(), &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: &dead})
			if err != nil || !slices.Equal(sources.QueueUrls, []string{queue}) {
				t.Errorf("sources %s, %v", show(sources), err)
			}
			moveBack(t, c, deadARN, 2)
			if got := receiveAll(t, c, queue); len(got) != 2 || *got[0].Body != "one" || got[0].Attributes["MessageGroupId"] != "g" {
				t.Errorf("received %s after the move", show(got))
			}
			_, err = c.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &queue, MessageBody: aws.String("x")})
			var e smithy.APIError
			if !errors.As(err, &e) || !slices.Contains([]string{"MissingParameter", "MissingRequiredParameterException"}, e.ErrorCode()) {
				t.Errorf("without a group: %v", err)
			}
		})
	}
}

func makeQueue(t *testing.T, c *sqs.Client, name string, attributes map[string]string) string {
	t.Helper()
	out, err := c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	if err != nil {
		t.Fatal(err)
	}
	return *out.QueueUrl
}

// sendAll sends three messages, the last a repetition, and returns their
// sequence numbers.
func sendAll(t *testing.T, c *sqs.Client, queue string) (numbers []string) {
	t.Helper()
	for _, body := range []string{"one", "two", "one"} {
		out, err := c.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &queue, MessageBody: &body, MessageGroupId: aws.String("g")})
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, *out.SequenceNumber)
	}
	if numbers[2] != numbers[0] {
		t.Errorf("sequence numbers %v", numbers)
	}
	return numbers
}

func receiveAll(t *testing.T, c *sqs.Client, queue string) []types.Message {
	t.Helper()
	out, err := c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &queue, MaxNumberOfMessages: 10,
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Messages
}

// moveBack moves a dead-letter queue's messages to where they came from.
func moveBack(t *testing.T, c *sqs.Client, dead string, want int64) {
	t.Helper()
	if _, err := c.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: &dead}); err != nil {
		t.Fatal(err)
	}
	eventually(t, 15*time.Second, "the messages are not moved", func() bool {
		out, err := c.ListMessageMoveTasks(t.Context(), &sqs.ListMessageMoveTasksInput{SourceArn: &dead})
		if err != nil || len(out.Results) != 1 {
			t.Fatalf("tasks %s, %v", show(out), err)
		}
		r := out.Results[0]
		return *r.Status == "COMPLETED" && r.ApproximateNumberOfMessagesMoved == want
	})
}
