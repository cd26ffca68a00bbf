package conformance_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	sqsschemas "github.com/aws/aws-sdk-go-v2/service/sqs/schemas"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
)

// TestTopicToFunction publishes to a function, which returns what it was
// invoked with.
func TestTopicToFunction(t *testing.T) {
	t.Parallel()
	url := start(t)
	ctx, c, r := t.Context(), newLambda(url), newRouter(url)
	p := newPost(url, "us-east-1", awsjson.New10(sqsschemas.AmazonSQS))
	made(t, c, python(t, "f"))
	results, queue := r.queue(t, "results")
	if _, err := c.PutFunctionEventInvokeConfig(ctx, &lambda.PutFunctionEventInvokeConfigInput{
		FunctionName: aws.String("f"), DestinationConfig: &types.DestinationConfig{OnSuccess: &types.OnSuccess{Destination: &queue}},
	}); err != nil {
		t.Fatal(err)
	}
	topic, err := p.sns.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("t")})
	if err != nil {
		t.Fatal(err)
	}
	sub, err := p.sns.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic.TopicArn, Protocol: aws.String("lambda"), Endpoint: aws.String(functionARN + "f")})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := p.sns.Publish(ctx, &sns.PublishInput{TopicArn: topic.TopicArn, Message: aws.String("hello"), Subject: aws.String("s")})
	if err != nil {
		t.Fatal(err)
	}
	answer, _ := parsed(t, r.next(t, results)).(map[string]any)["responsePayload"].(map[string]any)
	event, _ := answer["event"].(map[string]any)
	records, _ := event["Records"].([]any)
	if len(records) != 1 {
		t.Fatalf("answer %s", show(answer))
	}
	record := records[0].(map[string]any)
	message := record["Sns"].(map[string]any)
	if record["EventSource"] != "aws:sns" || record["EventSubscriptionArn"] != *sub.SubscriptionArn || message["Message"] != "hello" ||
		message["Subject"] != "s" || message["MessageId"] != *sent.MessageId || message["Type"] != "Notification" {
		t.Errorf("record %s", show(record))
	}
}
