// Command gofunction is a function written with AWS's library for Go, as its
// users write them; tests build it as the bootstrap of a function.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct{ Do, Text string }

func handle(ctx context.Context, raw json.RawMessage) (any, error) {
	var asked events.LambdaFunctionURLRequest
	if err := json.Unmarshal(raw, &asked); err == nil && asked.RequestContext.APIID != "" {
		return answer(asked)
	}
	var e event
	if err := json.Unmarshal(raw, &e); err != nil {
		return nil, err
	}
	lc, _ := lambdacontext.FromContext(ctx)
	switch e.Do {
	case "fail":
		return nil, errors.New(e.Text)
	case "panic":
		panic(e.Text)
	case "stream":
		return io.MultiReader(strings.NewReader(e.Text), strings.NewReader("...")), nil
	}
	return map[string]string{"text": e.Text, "id": lc.AwsRequestID, "arn": lc.InvokedFunctionArn, "name": lambdacontext.FunctionName}, nil
}

// answer is what is sent to who asked at a function URL.
func answer(asked events.LambdaFunctionURLRequest) (events.LambdaFunctionURLResponse, error) {
	return events.LambdaFunctionURLResponse{
		StatusCode: http.StatusAccepted, Headers: map[string]string{"Content-Type": "text/plain"},
		Body: asked.RequestContext.HTTP.Method + " " + asked.RawPath + " " + asked.QueryStringParameters["x"] + " " + asked.Body,
	}, nil
}

func main() { lambda.Start(handle) }
