package conformance_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// TestProvisionedConcurrency: environments are started before the first call.
func TestProvisionedConcurrency(t *testing.T) {
	t.Parallel()
	ctx, c := t.Context(), newLambda(start(t))
	in := python(t, "f")
	in.Publish = true
	in.Code.ZipFile = zipped(t, "app.py", "import os\n\ndef handler(event, context):\n    return os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']\n")
	made(t, c, in)
	f := aws.String("f")
	if _, err := c.CreateAlias(ctx, &lambda.CreateAliasInput{FunctionName: f, Name: aws.String("live"), FunctionVersion: aws.String("1")}); err != nil {
		t.Fatal(err)
	}
	_, err := c.GetProvisionedConcurrencyConfig(ctx, &lambda.GetProvisionedConcurrencyConfigInput{FunctionName: f, Qualifier: aws.String("live")})
	refused(t, "none yet", err, "ProvisionedConcurrencyConfigNotFoundException", "No Provisioned Concurrency Config found for this function")
	put := func(qualifier string, n int32) (*lambda.PutProvisionedConcurrencyConfigOutput, error) {
		return c.PutProvisionedConcurrencyConfig(ctx, &lambda.PutProvisionedConcurrencyConfigInput{FunctionName: f, Qualifier: &qualifier, ProvisionedConcurrentExecutions: &n})
	}
	_, err = put("$LATEST", 1)
	refused(t, "unpublished", err, "InvalidParameterValueException", "Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
	_, err = put("live", 100_000)
	refused(t, "too many", err, "InvalidParameterValueException", "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [1].")
	if out, err := put("live", 1); err != nil || out.Status != types.ProvisionedConcurrencyStatusEnumInProgress || *out.RequestedProvisionedConcurrentExecutions != 1 {
		t.Fatalf("%s %v", show(out), err)
	}
	_, err = put("1", 1)
	refused(t, "twice", err, "InvalidParameterValueException", "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version")
	eventually(t, 20*time.Second, "it is not ready", func() bool {
		out, err := c.GetProvisionedConcurrencyConfig(ctx, &lambda.GetProvisionedConcurrencyConfigInput{FunctionName: f, Qualifier: aws.String("live")})
		return err == nil && out.Status == types.ProvisionedConcurrencyStatusEnumReady && *out.AllocatedProvisionedConcurrentExecutions == 1 && *out.AvailableProvisionedConcurrentExecutions == 1
	})
	for qualifier, want := range map[string]string{"live": `"provisioned-concurrency"`, "$LATEST": `"on-demand"`} {
		out, err := c.Invoke(ctx, &lambda.InvokeInput{FunctionName: f, Qualifier: &qualifier, LogType: types.LogTypeTail})
		if err != nil || string(out.Payload) != want {
			t.Errorf("%s: %s %v", qualifier, show(out), err)
		}
	}
	list, err := c.ListProvisionedConcurrencyConfigs(ctx, &lambda.ListProvisionedConcurrencyConfigsInput{FunctionName: f})
	if err != nil || len(list.ProvisionedConcurrencyConfigs) != 1 || *list.ProvisionedConcurrencyConfigs[0].FunctionArn != functionARN+"f:live" {
		t.Errorf("%s %v", show(list), err)
	}
	if _, err := c.DeleteProvisionedConcurrencyConfig(ctx, &lambda.DeleteProvisionedConcurrencyConfigInput{FunctionName: f, Qualifier: aws.String("live")}); err != nil {
		t.Error(err)
	}
	if list, err := c.ListProvisionedConcurrencyConfigs(ctx, &lambda.ListProvisionedConcurrencyConfigsInput{FunctionName: f}); err != nil || len(list.ProvisionedConcurrencyConfigs) != 0 {
		t.Errorf("%s %v", show(list), err)
	}
}

// TestFunctionCircle: a function that writes to the queue from which it is
// invoked, with boto3 as it is, runs 16 times; the message stays in the queue.
func TestFunctionCircle(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	url := start(t)
	ctx, c, r := t.Context(), newLambda(url), newRouter(url)
	queueURL, queue := r.queue(t, "again")
	in := python(t, "f")
	in.Timeout = aws.Int32(30)
	in.Code.ZipFile = zipped(t, "app.py", `
import os, boto3

sqs = boto3.client("sqs", endpoint_url=os.environ["SERVER"], region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s")

def handler(event, context):
    sqs.send_message(QueueUrl=os.environ["QUEUE"], MessageBody="again")
`)
	in.Environment.Variables = map[string]string{"SERVER": url, "QUEUE": queueURL}
	made(t, c, in)
	if out, err := c.GetFunctionRecursionConfig(ctx, &lambda.GetFunctionRecursionConfigInput{FunctionName: aws.String("f")}); err != nil || out.RecursiveLoop != types.RecursiveLoopTerminate {
		t.Errorf("%s %v", show(out), err)
	}
	if _, err := c.CreateEventSourceMapping(ctx, &lambda.CreateEventSourceMappingInput{EventSourceArn: &queue, FunctionName: aws.String("f")}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &queueURL, MessageBody: aws.String("first")}); err != nil {
		t.Fatal(err)
	}
	counted := func(name string) (total float64) {
		out, err := r.cw.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{
			Namespace: aws.String("AWS/Lambda"), MetricName: &name, Dimensions: []cwtypes.Dimension{{Name: aws.String("FunctionName"), Value: aws.String("f")}},
			StartTime: aws.Time(time.Now().Add(-time.Hour)), EndTime: aws.Time(time.Now().Add(time.Hour)), Period: aws.Int32(3600), Statistics: []cwtypes.Statistic{cwtypes.StatisticSum},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range out.Datapoints {
			total += *d.Sum
		}
		return total
	}
	eventually(t, 40*time.Second, "the circle is not cut", func() bool { return counted("RecursiveInvocationsDropped") > 0 })
	if n := counted("Invocations"); n != 16 {
		t.Errorf("%v invocations", n)
	}
	if out, err := r.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &queueURL, AttributeNames: []sqstypes.QueueAttributeName{"All"}}); err != nil || out.Attributes["ApproximateNumberOfMessagesNotVisible"] != "1" {
		t.Errorf("%s %v", show(out), err)
	}
	if out, err := c.PutFunctionRecursionConfig(ctx, &lambda.PutFunctionRecursionConfigInput{FunctionName: aws.String("f"), RecursiveLoop: types.RecursiveLoopAllow}); err != nil || out.RecursiveLoop != types.RecursiveLoopAllow {
		t.Errorf("%s %v", show(out), err)
	}
	if out, err := c.GetFunctionRecursionConfig(ctx, &lambda.GetFunctionRecursionConfigInput{FunctionName: aws.String("f")}); err != nil || out.RecursiveLoop != types.RecursiveLoopAllow {
		t.Errorf("%s %v", show(out), err)
	}
}
