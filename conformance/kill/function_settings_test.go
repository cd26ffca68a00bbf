package kill_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"
)

// webPackage is a function that answers HTTP.
func webPackage(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create("app.py")
	if err == nil {
		_, err = io.WriteString(f, "def handler(event, context):\n    return event['rawPath'] + '?' + event['rawQueryString']\n")
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestKillFunctionSettings: what one client has set of a function is what another
// one, in another language, finds and changes after the server was killed.
func TestKillFunctionSettings(t *testing.T) {
	t.Parallel()
	if err := exec.Command("python3", "-c", "import boto3").Run(); err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	} else if err != nil {
		t.Skip("boto3 is not here")
	}
	dir, code := filepath.Join(t.TempDir(), "data"), webPackage(t)
	srv, url := startServer(t, dir)
	link := setFunction(t, url, code)
	_ = srv.cmd.Process.Kill()
	_ = srv.cmd.Wait()
	srv, url = startServer(t, dir)
	defer func() {
		_ = srv.cmd.Process.Kill()
		_ = srv.cmd.Wait()
	}()
	program := exec.CommandContext(t.Context(), "python3", "../py/functions_seen.py", url, link)
	program.Stderr = t.Output()
	out, err := program.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	sum := sha256.Sum256(code)
	const arn = "arn:aws:lambda:us-east-1:000000000000:function:f"
	text := `{
		"url": ["NONE", "BUFFERED", {"AllowOrigins": ["https://page.example"], "AllowMethods": ["GET"], "MaxAge": 60}],
		"answered": [200, "/x?a=1", "https://page.example"], "urls": ["` + arn + `:live"],
		"new link": "` + hex.EncodeToString(sum[:]) + `", "old link": "` + hex.EncodeToString(sum[:]) + `",
		"mapping": [[{"Pattern": "{\"body\":[\"a\"]}"}], 3, {"MaximumConcurrency": 5}, ["ReportBatchItemFailures"], "Enabled"],
		"loops": "Allow", "provisioned": ["READY", 1], "listed": ["` + arn + `:1"],
		"changed": ["AWS_IAM", null], "refused": "ResourceConflictException",
		"gone": ["ResourceNotFoundException", "ProvisionedConcurrencyConfigNotFoundException", "Terminate", []]
	}`
	for from, to := range map[string]*any{string(out): &got, text: &want} {
		if err := json.Unmarshal([]byte(from), to); err != nil {
			t.Fatalf("%v: %s", err, from)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// setFunction makes function f with all that there is to set beside it, and
// returns the link to its package.
func setFunction(t *testing.T, url string, code []byte) string {
	t.Helper()
	ctx, key := t.Context(), credentials.NewStaticCredentialsProvider("k", "s", "")
	fn := lambda.New(lambda.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key})
	queues := sqs.New(sqs.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key})
	f := aws.String("f")
	must(t)(fn.CreateFunction(ctx, &lambda.CreateFunctionInput{
		FunctionName: f, Runtime: lambdatypes.RuntimePython312, Handler: aws.String("app.handler"), Timeout: aws.Int32(10), Publish: true,
		Role: aws.String("arn:aws:iam::000000000000:role/r"), Code: &lambdatypes.FunctionCode{ZipFile: code},
	}))
	must(t)(fn.CreateAlias(ctx, &lambda.CreateAliasInput{FunctionName: f, Name: aws.String("live"), FunctionVersion: aws.String("1")}))
	must(t)(fn.CreateFunctionUrlConfig(ctx, &lambda.CreateFunctionUrlConfigInput{
		FunctionName: f, Qualifier: aws.String("live"), AuthType: lambdatypes.FunctionUrlAuthTypeNone,
		Cors: &lambdatypes.Cors{AllowOrigins: []string{"https://page.example"}, AllowMethods: []string{"GET"}, MaxAge: aws.Int32(60)},
	}))
	must(t)(queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("in")}))
	must(t)(fn.CreateEventSourceMapping(ctx, &lambda.CreateEventSourceMappingInput{
		FunctionName: f, EventSourceArn: aws.String(queueARN("in")), MaximumBatchingWindowInSeconds: aws.Int32(3),
		FilterCriteria:        &lambdatypes.FilterCriteria{Filters: []lambdatypes.Filter{{Pattern: aws.String(`{"body":["a"]}`)}}},
		ScalingConfig:         &lambdatypes.ScalingConfig{MaximumConcurrency: aws.Int32(5)},
		FunctionResponseTypes: []lambdatypes.FunctionResponseType{lambdatypes.FunctionResponseTypeReportBatchItemFailures},
	}))
	must(t)(fn.PutFunctionRecursionConfig(ctx, &lambda.PutFunctionRecursionConfigInput{FunctionName: f, RecursiveLoop: lambdatypes.RecursiveLoopAllow}))
	must(t)(fn.PutProvisionedConcurrencyConfig(ctx, &lambda.PutProvisionedConcurrencyConfigInput{FunctionName: f, Qualifier: aws.String("1"), ProvisionedConcurrentExecutions: aws.Int32(1)}))
	got := must(t)(fn.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: f})).(*lambda.GetFunctionOutput)
	return *got.Code.Location
}
