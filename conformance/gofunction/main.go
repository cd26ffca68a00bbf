// Command gofunction is a function written with AWS's library for Go, as its
// users write them; tests build it as the bootstrap of a function.
package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct{ Do, Text string }

func handle(ctx context.Context, e event) (any, error) {
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

func main() { lambda.Start(handle) }
