package main

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/rogpeppe/go-internal/testscript"
)

func eventsOf(ts *testscript.TestScript) *eventbridge.Client {
	return eventbridge.New(eventbridge.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(ts.Getenv("AWS_ENDPOINT_URL")), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
}

func publish(ts *testscript.TestScript, neg bool, args []string) {
	refuseNeg(ts, neg)
	if len(args) != 3 {
		ts.Fatalf("usage: publish SOURCE DETAIL-TYPE DETAIL")
	}
	out, err := eventsOf(ts).PutEvents(context.Background(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		Source: &args[0], DetailType: &args[1], Detail: &args[2],
	}}})
	ts.Check(err)
	if out.FailedEntryCount != 0 {
		ts.Fatalf("refused: %s", *out.Entries[0].ErrorMessage)
	}
}

func putRule(ts *testscript.TestScript, neg bool, args []string) {
	refuseNeg(ts, neg)
	if len(args) != 2 {
		ts.Fatalf("usage: rule NAME PATTERN")
	}
	_, err := eventsOf(ts).PutRule(context.Background(), &eventbridge.PutRuleInput{Name: &args[0], EventPattern: &args[1]})
	ts.Check(err)
}

func restart(ts *testscript.TestScript, neg bool, _ []string) {
	refuseNeg(ts, neg)
	address := strings.TrimPrefix(ts.Getenv("AWS_ENDPOINT_URL"), "http://")
	terminate(ts, false, nil)
	serve(ts, false, []string{"--listen", address})
}

func await(ts *testscript.TestScript, neg bool, args []string) {
	refuseNeg(ts, neg)
	if len(args) != 2 {
		ts.Fatalf("usage: await METRIC VALUE")
	}
	want := "\n" + strings.Join(args, " ") + "\n"
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		resp, err := http.Get(ts.Getenv("AWS_ENDPOINT_URL") + "/metrics")
		ts.Check(err)
		text, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		ts.Check(err)
		if strings.Contains(string(text), want) {
			return
		}
	}
	ts.Fatalf("%s is not %s", args[0], args[1])
}
