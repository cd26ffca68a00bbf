package conformance_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	gocmp "github.com/google/go-cmp/cmp"
)

// TestAlarmToFunction: a function is an alarm's action, and gets AWS's event.
func TestAlarmToFunction(t *testing.T) {
	t.Parallel()
	url := start(t)
	ctx, c, r := t.Context(), newLambda(url), newRouter(url)
	made(t, c, python(t, "f"))
	results, queue := r.queue(t, "results")
	_, err := c.PutFunctionEventInvokeConfig(ctx, &lambda.PutFunctionEventInvokeConfigInput{
		FunctionName: aws.String("f"), DestinationConfig: &types.DestinationConfig{OnSuccess: &types.OnSuccess{Destination: &queue}},
	})
	if err != nil {
		t.Fatal(err)
	}
	in := minimal("busy", func(in *cloudwatch.PutMetricAlarmInput) { in.AlarmActions = []string{functionARN + "f"} })
	if _, err := r.cw.PutMetricAlarm(ctx, in); err != nil {
		t.Fatal(err)
	}
	if _, err := r.cw.SetAlarmState(ctx, &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("busy"), StateValue: cwtypes.StateValueAlarm, StateReason: aws.String("test")}); err != nil {
		t.Fatal(err)
	}
	var record struct {
		RequestPayload struct {
			Source, AlarmArn, AccountID, Region string
			AlarmData                           struct {
				AlarmName            string
				State, PreviousState struct{ Value, Reason string }
			}
		}
	}
	if err := json.Unmarshal([]byte(r.next(t, results)), &record); err != nil {
		t.Fatal(err)
	}
	if p := record.RequestPayload; p.Source != "aws.cloudwatch" || p.AlarmArn != alarmARN("us-east-1", "busy") || p.AccountID != account || p.Region != "us-east-1" ||
		p.AlarmData.AlarmName != "busy" || p.AlarmData.State.Value != "ALARM" || p.AlarmData.State.Reason != "test" || p.AlarmData.PreviousState.Value != "INSUFFICIENT_DATA" {
		t.Errorf("%+v", p)
	}
}

// TestMetricsOfFunctions reads what is counted of invocations.
func TestMetricsOfFunctions(t *testing.T) {
	t.Parallel()
	url := start(t)
	ctx, c, cw := t.Context(), newLambda(url), newRouter(url).cw
	made(t, c, python(t, "f"))
	if _, err := c.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("f"), Payload: []byte(`{"fail":true}`)}); err != nil {
		t.Fatal(err)
	}
	sum := func(name string) float64 {
		now := time.Now()
		out, err := cw.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{
			Namespace: aws.String("AWS/Lambda"), MetricName: &name, Dimensions: []cwtypes.Dimension{{Name: aws.String("FunctionName"), Value: aws.String("f")}},
			StartTime: aws.Time(now.Add(-time.Hour)), EndTime: aws.Time(now.Add(time.Hour)), Period: aws.Int32(3600), Statistics: []cwtypes.Statistic{cwtypes.StatisticSum},
		})
		if err != nil {
			t.Fatal(err)
		}
		total := 0.0
		for _, d := range out.Datapoints {
			total += *d.Sum
		}
		return total
	}
	for end := time.Now().Add(20 * time.Second); sum("Errors") != 1; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no error is counted")
		}
	}
	if n, took := sum("Invocations"), sum("Duration"); n != 1 || took <= 0 {
		t.Errorf("%v invocations, %v ms", n, took)
	}
}

// TestEventToFunction: an event of a rule is transformed, invokes a function,
// and what the function returns goes to a queue.
func TestEventToFunction(t *testing.T) {
	t.Parallel()
	url := start(t)
	ctx, c, r := t.Context(), newLambda(url), newRouter(url)
	made(t, c, python(t, "f"))
	results, queue := r.queue(t, "results")
	_, err := c.PutFunctionEventInvokeConfig(ctx, &lambda.PutFunctionEventInvokeConfigInput{
		FunctionName: aws.String("f"), MaximumRetryAttempts: aws.Int32(0),
		DestinationConfig: &types.DestinationConfig{OnSuccess: &types.OnSuccess{Destination: &queue}, OnFailure: &types.OnFailure{Destination: aws.String(busARN)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	r.rule(t, "default", "orders", `{"source":["shop"]}`, ebtypes.Target{
		Id: aws.String("f"), Arn: aws.String(functionARN + "f"),
		InputTransformer: &ebtypes.InputTransformer{InputPathsMap: map[string]string{"n": "$.detail.n"}, InputTemplate: aws.String(`{"fail":<n>,"order":"<n>"}`)},
	})
	r.rule(t, "default", "failures", `{"source":["lambda"]}`, ebtypes.Target{Id: aws.String("q"), Arn: &queue})
	put := func(n string) map[string]any {
		out, err := r.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []ebtypes.PutEventsRequestEntry{{Source: aws.String("shop"), DetailType: aws.String("Order"), Detail: aws.String(`{"n":` + n + `}`)}}})
		if err != nil || out.FailedEntryCount != 0 {
			t.Fatalf("%v %v", out, err)
		}
		return parsed(t, r.next(t, results)).(map[string]any)
	}
	got := put("0")
	if got["version"] != "1.0" || got["requestContext"].(map[string]any)["condition"] != "Success" ||
		gocmp.Diff(map[string]any{"fail": 0.0, "order": "0"}, got["requestPayload"]) != "" || got["responsePayload"].(map[string]any)["stage"] != "test" {
		t.Errorf("record %s", show(got))
	}
	got = put("1")
	detail, _ := got["detail"].(map[string]any)
	if got["detail-type"] != "Lambda Function Invocation Result - Failure" || detail["responsePayload"].(map[string]any)["errorMessage"] != "asked to fail" {
		t.Errorf("event of failure %s", show(got))
	}
}

// TestQueueToFunction: what is in a queue invokes a function, and what the
// function says it failed for comes again.
func TestQueueToFunction(t *testing.T) {
	t.Parallel()
	url := start(t)
	ctx, c, r := t.Context(), newLambda(url), newRouter(url)
	in := python(t, "f")
	in.Timeout = aws.Int32(1)
	in.Code.ZipFile = zipped(t, "app.py", `
def handler(event, context):
    print([r["body"] for r in event["Records"]])
    failed = [r["messageId"] for r in event["Records"] if r["body"] == "bad" and r["attributes"]["ApproximateReceiveCount"] == "1"]
    return {"batchItemFailures": [{"itemIdentifier": i} for i in failed]}
`)
	made(t, c, in)
	queueURL, queue := r.queue(t, "work")
	if _, err := r.sqs.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: &queueURL, Attributes: map[string]string{"VisibilityTimeout": "1"}}); err != nil {
		t.Fatal(err)
	}
	mapping, err := c.CreateEventSourceMapping(ctx, &lambda.CreateEventSourceMappingInput{
		EventSourceArn: &queue, FunctionName: aws.String("f"), FunctionResponseTypes: []types.FunctionResponseType{types.FunctionResponseTypeReportBatchItemFailures},
		Enabled: aws.Bool(false), Tags: map[string]string{"a": "b"},
	})
	if err != nil || *mapping.BatchSize != 10 || *mapping.State != "Disabled" || *mapping.FunctionArn != functionARN+"f" {
		t.Fatalf("%s %v", show(mapping), err)
	}
	_, err = c.CreateEventSourceMapping(ctx, &lambda.CreateEventSourceMappingInput{EventSourceArn: &queue, FunctionName: aws.String("f")})
	refused(t, "a second", err, "ResourceConflictException", "An event source mapping with SQS arn")
	_, err = c.CreateEventSourceMapping(ctx, &lambda.CreateEventSourceMappingInput{EventSourceArn: aws.String(queue + "x"), FunctionName: aws.String("f")})
	refused(t, "no queue", err, "InvalidParameterValueException", "Error occurred while ReceiveMessage.")
	for _, body := range []string{"good", "bad"} {
		if _, err := r.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &queueURL, MessageBody: &body}); err != nil {
			t.Fatal(err)
		}
	}
	if tags, err := c.ListTags(ctx, &lambda.ListTagsInput{Resource: mapping.EventSourceMappingArn}); err != nil || tags.Tags["a"] != "b" {
		t.Errorf("%s %v", show(tags), err)
	}
	if out, err := c.UpdateEventSourceMapping(ctx, &lambda.UpdateEventSourceMappingInput{UUID: mapping.UUID, Enabled: aws.Bool(true), BatchSize: aws.Int32(5)}); err != nil || *out.State != "Enabled" {
		t.Fatalf("%s %v", show(out), err)
	}
	left := func() string {
		out, err := r.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &queueURL, AttributeNames: []sqstypes.QueueAttributeName{"All"}})
		if err != nil {
			t.Fatal(err)
		}
		return out.Attributes["ApproximateNumberOfMessages"] + " " + out.Attributes["ApproximateNumberOfMessagesNotVisible"]
	}
	for end := time.Now().Add(20 * time.Second); left() != "0 0"; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("messages are left: %s", left())
		}
	}
	if list, err := c.ListEventSourceMappings(ctx, &lambda.ListEventSourceMappingsInput{FunctionName: aws.String("f")}); err != nil || len(list.EventSourceMappings) != 1 {
		t.Errorf("%s %v", show(list), err)
	}
	if _, err := c.DeleteEventSourceMapping(ctx, &lambda.DeleteEventSourceMappingInput{UUID: mapping.UUID}); err != nil {
		t.Error(err)
	}
	_, err = c.GetEventSourceMapping(ctx, &lambda.GetEventSourceMappingInput{UUID: mapping.UUID})
	refused(t, "deleted", err, "ResourceNotFoundException", "The resource you requested does not exist.")
}
