package conformance_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	gocmp "github.com/google/go-cmp/cmp"
)

// TestQueueTargets sends events to a FIFO queue and to a fair one; both have
// them when PutEvents answers.
func TestQueueTargets(t *testing.T) {
	t.Parallel()
	r := newRouter(start(t))
	fifo := makeQueue(t, r.sqs, "orders.fifo", map[string]string{"FifoQueue": "true", "ContentBasedDeduplication": "true"})
	fair, arn := r.queue(t, "orders")
	if _, err := r.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("r"), EventPattern: aws.String(`{"source":["shop"]}`)}); err != nil {
		t.Fatal(err)
	}
	group := &types.SqsParameters{MessageGroupId: aws.String("tenant-7")}
	_, err := r.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("r"), Targets: []types.Target{
		{Id: aws.String("fifo"), Arn: aws.String(arn + ".fifo"), SqsParameters: group, InputPath: aws.String("$.detail.n")},
		{Id: aws.String("fair"), Arn: &arn, SqsParameters: group},
	}})
	if err != nil {
		t.Fatal(err)
	}
	refused(t, "a FIFO queue without a group", func() error {
		_, err := r.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("r"), Targets: []types.Target{{Id: aws.String("x"), Arn: aws.String(arn + ".fifo")}}})
		return err
	}(), "ValidationException", "Parameter(s) SqsParameters must be specified for target: x.")
	var entries []types.PutEventsRequestEntry
	for _, n := range []string{"1", "2", "1", "3"} {
		entries = append(entries, types.PutEventsRequestEntry{Source: aws.String("shop"), DetailType: aws.String("order"), Detail: aws.String(`{"n":` + n + `}`)})
	}
	if out, err := r.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: entries}); err != nil || out.FailedEntryCount != 0 {
		t.Fatalf("put %s, %v", show(out), err)
	}
	var bodies []string
	for _, m := range receiveAll(t, r.sqs, fifo) {
		bodies = append(bodies, *m.Body)
		if m.Attributes["MessageGroupId"] != "tenant-7" || m.Attributes["SequenceNumber"] == "" {
			t.Errorf("FIFO message %s", show(m))
		}
	}
	if !slices.Equal(bodies, []string{"1", "2", "3"}) { // one with the body of another within five minutes is none
		t.Errorf("in the FIFO queue %v", bodies)
	}
	if all := receiveAll(t, r.sqs, fair); len(all) != 4 || all[0].Attributes["MessageGroupId"] != "tenant-7" {
		t.Errorf("in the fair queue %s", show(all))
	}
}

// TestTraceHeader puts a traced event; the queue has its trace, also behind
// another bus.
func TestTraceHeader(t *testing.T) {
	t.Parallel()
	r := newRouter(start(t))
	url, arn := r.queue(t, "traced")
	far, err := r.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String("far")})
	if err != nil {
		t.Fatal(err)
	}
	r.rule(t, "default", "on", `{"source":["shop"]}`, types.Target{Id: aws.String("bus"), Arn: far.EventBusArn}, types.Target{Id: aws.String("q"), Arn: &arn})
	r.rule(t, "far", "on", `{"source":["shop"]}`, types.Target{Id: aws.String("q"), Arn: &arn})
	const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
	out, err := r.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		Source: aws.String("shop"), DetailType: aws.String("order"), Detail: aws.String(`{}`), TraceHeader: aws.String(trace),
	}}})
	if err != nil || out.FailedEntryCount != 0 {
		t.Fatalf("put %s, %v", show(out), err)
	}
	for range 2 {
		got, err := r.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
			QueueUrl: &url, WaitTimeSeconds: 10, MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{"AWSTraceHeader"},
		})
		if err != nil || len(got.Messages) != 1 || got.Messages[0].Attributes["AWSTraceHeader"] != trace {
			t.Fatalf("received %s, %v", show(got), err)
		}
	}
}

// TestQueuePermissions gives and takes permissions with the command line.
func TestQueuePermissions(t *testing.T) {
	t.Parallel()
	a := newCLI(t, start(t))
	sqs := "--endpoint-url " + a.server + " sqs "
	queue, _ := a.seen(t, sqs+"create-queue --queue-name q --query QueueUrl").(string)
	a.seen(t, sqs+"add-permission --label partner --aws-account-ids 111122223333 --actions SendMessage --queue-url "+queue)
	policy := a.seen(t, sqs+"get-queue-attributes --attribute-names Policy --query Attributes.Policy --queue-url "+queue)
	arn := "arn:aws:sqs:us-east-1:" + account + ":q"
	want := `{"Id": "` + arn + `/SQSDefaultPolicy", "Version": "2008-10-17", "Statement": [{"Sid": "partner", "Effect": "Allow",
		"Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "SQS:SendMessage", "Resource": "` + arn + `"}]}`
	if text, ok := policy.(string); !ok || gocmp.Diff(parsed(t, want), parsed(t, text)) != "" {
		t.Errorf("policy %v", policy)
	}
	a.seen(t, sqs+"remove-permission --label partner --queue-url "+queue)
	if got := a.seen(t, sqs+"get-queue-attributes --attribute-names Policy --query Attributes --queue-url "+queue); got != nil {
		t.Errorf("attributes without it %v", got)
	}
}

// TestQueuesWithBoto3 holds what a Python program sees of fair queues, receive
// attempts and permissions.
func TestQueuesWithBoto3(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	got := script(t, "python3", "py/queues.py", start(t))
	want := parsed(t, `{
		"fair": ["tenant-7", null],
		"same receipt": true,
		"permission": ["SQS:SendMessage", "SQS:GetQueueUrl"],
		"refusals": {
			"label": ["InvalidParameterValue", "Value partner for parameter Label is invalid. Reason: Already exists."],
			"owner": ["InvalidParameterValue", "Value SQS:PurgeQueue for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action."],
			"standard": ["InvalidParameterValue", "Value a for parameter ReceiveRequestAttemptId is invalid. Reason: The request include parameter that is not valid for this queue type."]
		}
	}`)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
}
