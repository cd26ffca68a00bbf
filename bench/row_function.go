package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// benchFunction is a function that does nothing, so that what is measured is
// its start and its call.
type benchFunction struct {
	name    string
	runtime types.Runtime
	needs   string // program that has to be there
	file    string
	text    string
}

func benchFunctions() []benchFunction {
	return []benchFunction{
		{"python", types.RuntimePython312, "python3", "app.py", "def handler(event, context):\n    return event\n"},
		{"shell bootstrap", types.RuntimeProvidedal2023, "curl", "bootstrap", `#!/bin/sh
api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation
while id=$(curl -s -D - -o /dev/null "$api/next" | sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: *\([^[:space:]]*\).*/\1/p'); do
	curl -s -o /dev/null "$api/$id/response" -d '{}'
done
`},
	}
}

// measureFunctions calls functions whose environment runs already, and ones
// whose environment is started for the call: a change of the configuration
// ends what ran before.
func measureFunctions(ctx context.Context, b *bench) ([]figure, error) {
	srv, err := b.start(b.dir + "/functions") // without a key: functions are on
	if err != nil {
		return nil, err
	}
	defer srv.kill()
	c := lambda.New(lambda.Options{Region: region, BaseEndpoint: &srv.url, Credentials: credentials.NewStaticCredentialsProvider("bench", "bench", "")})
	var figures []figure
	for _, f := range benchFunctions() {
		if _, err := exec.LookPath(f.needs); err != nil {
			continue
		}
		warm, cold, err := b.startAndCall(ctx, srv, c, f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		figures = append(figures, warm, cold)
	}
	return figures, nil
}

func (b *bench) startAndCall(ctx context.Context, srv *server, c *lambda.Client, f benchFunction) (warm, cold figure, err error) {
	b.progress("functions: %s", f.name)
	if err := f.create(ctx, c); err != nil {
		return warm, cold, err
	}
	if err := f.invoke(ctx, c); err != nil {
		return warm, cold, err
	}
	warm, err = b.calls(srv, "function, "+f.name+", warm call", b.scaled(1000), func(int) error { return nil }, func() error { return f.invoke(ctx, c) })
	if err != nil {
		return warm, cold, err
	}
	cold, err = b.calls(srv, "function, "+f.name+", cold start and call", max(b.scaled(50), 2), func(i int) error { return f.change(ctx, c, i) }, func() error { return f.invoke(ctx, c) })
	return warm, cold, err
}

// calls measures n calls one after the other, each after something that is not
// part of its time on the wall. The CPU is the server's.
func (b *bench) calls(srv *server, what string, n int, before func(i int) error, call func() error) (figure, error) {
	took := make([]time.Duration, n)
	var cpu time.Duration
	for i := range n {
		if err := before(i); err != nil {
			return figure{}, err
		}
		from, err := srv.cpu()
		if err != nil {
			return figure{}, err
		}
		begin := time.Now()
		if err := call(); err != nil {
			return figure{}, err
		}
		took[i] = time.Since(begin)
		to, err := srv.cpu()
		if err != nil {
			return figure{}, err
		}
		cpu += to - from
	}
	slices.Sort(took)
	each, p50, p99 := milliseconds(cpu)/float64(n), milliseconds(median(took)), milliseconds(took[min(n-1, n*99/100)])
	return figure{
		What: what, Ours: fmt.Sprintf("CPU %s ms; p50 %s, p99 %s ms", number(each), number(p50), number(p99)),
		Values: map[string]float64{"cpu_ms": each, "p50_ms": p50, "p99_ms": p99},
		Note:   fmt.Sprintf("%d calls, one after the other; CPU of the server alone", n),
	}, nil
}

func (f benchFunction) create(ctx context.Context, c *lambda.Client) error {
	var code bytes.Buffer
	w := zip.NewWriter(&code)
	h := &zip.FileHeader{Name: f.file}
	h.SetMode(0o755)
	to, err := w.CreateHeader(h)
	if err != nil {
		return err
	}
	if _, err := to.Write([]byte(f.text)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_, err = c.CreateFunction(ctx, &lambda.CreateFunctionInput{
		FunctionName: f.id(), Runtime: f.runtime, Handler: aws.String("app.handler"), Role: aws.String("arn:aws:iam::" + account + ":role/bench"),
		Code: &types.FunctionCode{ZipFile: code.Bytes()}, Timeout: aws.Int32(30),
	})
	if err != nil {
		return err
	}
	return f.ready(ctx, c)
}

func (f benchFunction) id() *string { return aws.String(f.file[:3]) }

// ready waits until the function takes calls.
func (f benchFunction) ready(ctx context.Context, c *lambda.Client) error {
	return poll(ctx, func() (bool, error) {
		got, err := c.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: f.id()})
		return err == nil && got.State == types.StateActive && got.LastUpdateStatus == types.LastUpdateStatusSuccessful, err
	})
}

// change gives the function another configuration: the next call starts it.
func (f benchFunction) change(ctx context.Context, c *lambda.Client, i int) error {
	in := &lambda.UpdateFunctionConfigurationInput{FunctionName: f.id(), Environment: &types.Environment{Variables: map[string]string{"ROUND": fmt.Sprint(i)}}}
	if _, err := c.UpdateFunctionConfiguration(ctx, in); err != nil {
		return err
	}
	return f.ready(ctx, c)
}

func (f benchFunction) invoke(ctx context.Context, c *lambda.Client) error {
	out, err := c.Invoke(ctx, &lambda.InvokeInput{FunctionName: f.id(), Payload: []byte(`{"n":1}`)})
	if err == nil && out.FunctionError != nil {
		err = fmt.Errorf("%s: %s", *out.FunctionError, out.Payload)
	}
	return err
}
