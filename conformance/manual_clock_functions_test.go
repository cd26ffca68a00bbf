package conformance_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// queueing is a function that sends what is in its messages on to another queue,
// after a real pause, and fails at first where a message asks for that.
const queueing = `
import json, os, time, urllib.parse, urllib.request

def handler(event, context):
    time.sleep(0.2)
    for r in event["Records"]:
        if r["body"].startswith("fail") and r["attributes"]["ApproximateReceiveCount"] == "1":
            raise ValueError("asked to fail")
        body = json.dumps({"QueueUrl": os.environ["TO"], "MessageBody": "%d %s" % (len(event["Records"]), r["body"])})
        urllib.request.urlopen(urllib.request.Request(os.environ["TO"], body.encode(), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessage",
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260105/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0"})).read()
`

// An advance answers when functions behind queues have worked on what was in
// these at each time of the way: messages with a delay, batches that wait for
// more, and what appears again after a failure.
func TestManualClockAndMappings(t *testing.T) {
	t.Parallel()
	s := newStill(t)
	ctx, c := t.Context(), newLambda(s.URL)
	done, _ := s.queue(t, "done", map[string]string{"VisibilityTimeout": "3600"})
	in := python(t, "f")
	in.Code.ZipFile, in.Environment = zipped(t, "app.py", queueing), &types.Environment{Variables: map[string]string{"TO": done}}
	made(t, c, in)
	at, arn := s.queue(t, "jobs", map[string]string{"VisibilityTimeout": "60"})
	windowed, windowedARN := s.queue(t, "windowed", map[string]string{"VisibilityTimeout": "60"})
	for source, window := range map[string]int32{arn: 0, windowedARN: 30} {
		if _, err := c.CreateEventSourceMapping(ctx, &lambda.CreateEventSourceMappingInput{EventSourceArn: &source, FunctionName: aws.String("f"), MaximumBatchingWindowInSeconds: &window}); err != nil {
			t.Fatal(err)
		}
	}
	send := func(url, body string, delay int32) {
		if _, err := s.queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body, DelaySeconds: delay}); err != nil {
			t.Fatal(err)
		}
	}
	send(at, "now", 0)
	send(at, "fail", 0)
	send(at, "late", 300)
	send(windowed, "a", 0)
	for _, c := range []struct {
		advance time.Duration
		want    string
	}{
		{0, "1 now"},
		{10 * time.Second, ""},
		{19 * time.Second, ""},
		{time.Second, "1 a"},
		{29 * time.Second, ""},
		{time.Second, "1 fail"},
		{239 * time.Second, ""},
		{time.Second, "1 late"},
	} {
		s.Advance(c.advance)
		if got := strings.Join(s.bodies(t, done), ", "); got != c.want {
			t.Errorf("after %s more: %q, want %q", c.advance, got, c.want)
		}
	}
}
