package kill_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// echo returns its event, and takes so long that kills fall into its calls.
const echo = `
import time

def handler(event, context):
    time.sleep(0.02)
    return event
`

func echoPackage(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create("app.py")
	if err == nil {
		_, err = io.WriteString(f, echo)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestKillFunctions: what was answered with 202 before the server was killed is
// run by the next one, and its result comes to the destination.
func TestKillFunctions(t *testing.T) {
	t.Parallel()
	if err := exec.Command("python3", "-c", "").Run(); err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	} else if err != nil {
		t.Skip("python3 is not here")
	}
	n := 1
	if os.Getenv("SKYWATCH_KILL_ROUNDS") != "" {
		n = rounds(t)
	}
	dir, key := filepath.Join(t.TempDir(), "data"), credentials.NewStaticCredentialsProvider("k", "s", "")
	accepted, came := map[string]bool{}, map[string]bool{}
	for round := range n {
		srv, url := startServer(t, dir)
		fn := lambda.New(lambda.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key, Retryer: aws.NopRetryer{}})
		queues := sqs.New(sqs.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key})
		queue := must(t)(queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("results")})).(*sqs.CreateQueueOutput)
		if round == 0 {
			must(t)(fn.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
				FunctionName: aws.String("echo"), Runtime: lambdatypes.RuntimePython312, Handler: aws.String("app.handler"), Timeout: aws.Int32(10),
				Role: aws.String("arn:aws:iam::000000000000:role/r"), Code: &lambdatypes.FunctionCode{ZipFile: echoPackage(t)},
			}))
			must(t)(fn.PutFunctionEventInvokeConfig(t.Context(), &lambda.PutFunctionEventInvokeConfigInput{
				FunctionName: aws.String("echo"), DestinationConfig: &lambdatypes.DestinationConfig{OnSuccess: &lambdatypes.OnSuccess{Destination: aws.String(queueARN("results"))}},
			}))
		}
		for name := range invokeUntilKilled(t, fn, srv, round) {
			accepted[name] = true
		}
		srv, url = startServer(t, dir)
		queues = sqs.New(sqs.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key})
		within(t, "not all results have come", func() bool {
			results(t, queues, *queue.QueueUrl, came)
			for name := range accepted {
				if !came[name] {
					return false
				}
			}
			return true
		})
		_ = srv.cmd.Process.Kill()
		_ = srv.cmd.Wait()
	}
	if len(accepted) == 0 {
		t.Error("nothing was accepted: the test shows nothing")
	}
	t.Logf("%d invocations were accepted", len(accepted))
}

// invokeUntilKilled has several clients invoke, and kills the server meanwhile;
// it returns what was answered with 202.
func invokeUntilKilled(t *testing.T, fn *lambda.Client, srv *process, round int) map[string]bool {
	t.Helper()
	var mu sync.Mutex
	accepted := map[string]bool{}
	var clients sync.WaitGroup
	for w := range 4 {
		clients.Go(func() {
			for i := range 40 {
				name := fmt.Sprintf("%d-%d-%d", round, w, i)
				out, err := fn.Invoke(t.Context(), &lambda.InvokeInput{
					FunctionName: aws.String("echo"), InvocationType: lambdatypes.InvocationTypeEvent, Payload: fmt.Appendf(nil, "%q", name),
				})
				if err != nil {
					return // the server is gone
				}
				mu.Lock()
				accepted[name] = out.StatusCode == 202
				mu.Unlock()
			}
		})
	}
	time.Sleep(150*time.Millisecond + time.Duration(round%10)*37*time.Millisecond)
	_ = srv.cmd.Process.Kill()
	clients.Wait()
	_ = srv.cmd.Wait()
	return accepted
}

// results notes the payloads whose records are in the queue.
func results(t *testing.T, queues *sqs.Client, url string, came map[string]bool) {
	t.Helper()
	out := must(t)(queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1})).(*sqs.ReceiveMessageOutput)
	for _, m := range out.Messages {
		var record struct{ RequestPayload, ResponsePayload string }
		if err := json.Unmarshal([]byte(*m.Body), &record); err != nil || record.RequestPayload != record.ResponsePayload {
			t.Errorf("record %s: %v", *m.Body, err)
		}
		came[record.RequestPayload] = true
		must(t)(queues.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle}))
	}
}
