package conformance_test

import (
	archive "archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	gocmp "github.com/google/go-cmp/cmp"

	"skywatch/server"
)

const (
	functionRole = "arn:aws:iam::" + account + ":role/run"
	functionARN  = "arn:aws:lambda:us-east-1:" + account + ":function:"
)

func newLambda(server string) *lambda.Client {
	return lambda.New(lambda.Options{Region: "us-east-1", BaseEndpoint: &server, Credentials: dummyKey, HTTPClient: patient{}, Retryer: aws.NopRetryer{}})
}

// zipped is an archive of one file, which may be run.
func zipped(t *testing.T, name, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := archive.NewWriter(&b)
	h := &archive.FileHeader{Name: name}
	h.SetMode(0o755)
	to, err := w.CreateHeader(h)
	if err == nil {
		_, err = io.WriteString(to, text)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// handler is a Python function that does what its event says.
const handler = `
import os, sys, time

def handler(event, context):
    print("asked for", event, file=sys.stderr)
    if "sleep" in event:
        time.sleep(event["sleep"])
    if event.get("fail"):
        raise ValueError("asked to fail")
    return {"event": event, "version": context.function_version, "arn": context.invoked_function_arn, "stage": os.environ.get("STAGE"),
            "client": context.client_context.custom if context.client_context else None, "secret": os.environ.get("AWS_SECRET_ACCESS_KEY")}
`

func python(t *testing.T, name string) *lambda.CreateFunctionInput {
	t.Helper()
	needs(t, "python3", "python3", "-c", "")
	return &lambda.CreateFunctionInput{
		FunctionName: &name, Runtime: types.RuntimePython312, Role: aws.String(functionRole), Handler: aws.String("app.handler"),
		Code:        &types.FunctionCode{ZipFile: zipped(t, "app.py", handler)},
		Environment: &types.Environment{Variables: map[string]string{"STAGE": "test"}}, Timeout: aws.Int32(10),
	}
}

// provided is a function that nobody invokes.
func provided(t *testing.T, name string) *lambda.CreateFunctionInput {
	t.Helper()
	return &lambda.CreateFunctionInput{
		FunctionName: &name, Runtime: types.RuntimeProvidedal2023, Role: aws.String(functionRole), Handler: aws.String("bootstrap"),
		Code: &types.FunctionCode{ZipFile: zipped(t, "bootstrap", "#!/bin/sh\n")},
	}
}

func made(t *testing.T, c *lambda.Client, in *lambda.CreateFunctionInput) *lambda.CreateFunctionOutput {
	t.Helper()
	out, err := c.CreateFunction(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestFunctions makes, reads, changes, lists and deletes functions, in the order
// in which Terraform does.
func TestFunctions(t *testing.T) {
	t.Parallel()
	ctx, c := t.Context(), newLambda(start(t))
	in := provided(t, "f")
	// Terraform sends all that it has a default for.
	in.Tags, in.PackageType, in.MemorySize, in.Timeout, in.Architectures = map[string]string{"env": "dev"}, types.PackageTypeZip, aws.Int32(128), aws.Int32(3), []types.Architecture{types.ArchitectureX8664}
	in.EphemeralStorage, in.TracingConfig = &types.EphemeralStorage{Size: aws.Int32(512)}, &types.TracingConfig{Mode: types.TracingModePassThrough}
	out := made(t, c, in)
	sum := sha256.Sum256(in.Code.ZipFile)
	if hash := base64.StdEncoding.EncodeToString(sum[:]); *out.CodeSha256 != hash || *out.FunctionArn != functionARN+"f" || out.CodeSize != int64(len(in.Code.ZipFile)) {
		t.Errorf("made %s", show(out))
	}
	_, err := c.CreateFunction(ctx, in)
	refused(t, "a second", err, "ResourceConflictException", "Function already exist: f")

	got, err := c.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: aws.String("f")})
	if err != nil {
		t.Fatal(err)
	}
	conf := got.Configuration
	if conf.State != types.StateActive || conf.LastUpdateStatus != types.LastUpdateStatusSuccessful || *conf.LoggingConfig.LogGroup != "/aws/lambda/f" ||
		conf.SnapStart.ApplyOn != types.SnapStartApplyOnNone || got.Tags["env"] != "dev" || *conf.RevisionId != *out.RevisionId {
		t.Errorf("got %s", show(got))
	}
	if _, err := c.GetFunctionCodeSigningConfig(ctx, &lambda.GetFunctionCodeSigningConfigInput{FunctionName: aws.String("f")}); err != nil {
		t.Error(err)
	}
	changed, err := c.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{
		FunctionName: aws.String(functionARN + "f"), Handler: aws.String("other"), Role: aws.String(""), MemorySize: aws.Int32(256), Description: aws.String("it works"),
		VpcConfig: &types.VpcConfig{}, KMSKeyArn: aws.String(""), ImageConfig: &types.ImageConfig{}, Layers: []string{}, SnapStart: &types.SnapStart{ApplyOn: types.SnapStartApplyOnNone},
		Environment: &types.Environment{Variables: map[string]string{"KEY": "value"}}, RevisionId: out.RevisionId,
	})
	if err != nil || *changed.MemorySize != 256 || *changed.Role != *out.Role || changed.Environment.Variables["KEY"] != "value" || *changed.RevisionId == *out.RevisionId {
		t.Errorf("%s %v", show(changed), err)
	}
	_, err = c.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: aws.String("f"), RevisionId: out.RevisionId})
	refused(t, "stale revision", err, "PreconditionFailedException", "The Revision Id provided: ")
	code := zipped(t, "bootstrap", "#!/bin/sh\nexit 1\n")
	coded, err := c.UpdateFunctionCode(ctx, &lambda.UpdateFunctionCodeInput{FunctionName: aws.String("f"), ZipFile: code, DryRun: true})
	if err != nil || *coded.CodeSha256 == *out.CodeSha256 {
		t.Errorf("%s %v", show(coded), err)
	}
	if kept, err := c.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("f")}); err != nil || *kept.CodeSha256 != *out.CodeSha256 || *kept.Description != "it works" {
		t.Errorf("after a dry run: %s %v", show(kept), err)
	}
	if coded, err = c.UpdateFunctionCode(ctx, &lambda.UpdateFunctionCodeInput{FunctionName: aws.String("f"), ZipFile: code, Publish: true}); err != nil || *coded.Version != "1" {
		t.Errorf("%s %v", show(coded), err)
	}
	made(t, c, provided(t, "g"))
	var names []string
	for pages := lambda.NewListFunctionsPaginator(c, &lambda.ListFunctionsInput{MaxItems: aws.Int32(1)}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range page.Functions {
			names = append(names, *f.FunctionName)
		}
	}
	if diff := gocmp.Diff([]string{"f", "g"}, names); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
	if _, err := c.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: aws.String("f")}); err != nil {
		t.Fatal(err)
	}
	_, err = c.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: aws.String("f")})
	refused(t, "deleted", err, "ResourceNotFoundException", "Function not found: "+functionARN+"f")
	refusedFunctions(t, c)
}

func refusedFunctions(t *testing.T, c *lambda.Client) {
	t.Helper()
	for _, r := range []struct {
		what, code, text string
		change           func(*lambda.CreateFunctionInput)
	}{
		{"runtime", "InvalidParameterValueException", "The runtime java21 is not available here. Available: provided", func(in *lambda.CreateFunctionInput) { in.Runtime = types.RuntimeJava21 }},
		{"image", "InvalidParameterValueException", "The parameter PackageType Image is not supported", func(in *lambda.CreateFunctionInput) { in.PackageType = types.PackageTypeImage }},
		{"bucket", "ValidationException", "The parameter Code.S3Bucket is not supported", func(in *lambda.CreateFunctionInput) { in.Code = &types.FunctionCode{S3Bucket: aws.String("bucket")} }},
		{"layers", "ValidationException", "The parameter Layers is not supported", func(in *lambda.CreateFunctionInput) {
			in.Layers = []string{"arn:aws:lambda:us-east-1:" + account + ":layer:l:1"}
		}},
		{"key", "InvalidParameterValueException", "The parameter KMSKeyArn is not supported", func(in *lambda.CreateFunctionInput) {
			in.KMSKeyArn = aws.String("arn:aws:kms:us-east-1:" + account + ":key/k")
		}},
		{"subnets", "ValidationException", "The parameter VpcConfig.SubnetIds is not supported", func(in *lambda.CreateFunctionInput) { in.VpcConfig = &types.VpcConfig{SubnetIds: []string{"s"}} }},
		{"archive", "InvalidParameterValueException", "Could not unzip uploaded file.", func(in *lambda.CreateFunctionInput) { in.Code.ZipFile = []byte("x") }},
		{"memory", "ValidationException", "1 validation error detected: Value '64' at 'memorySize'", func(in *lambda.CreateFunctionInput) { in.MemorySize = aws.Int32(64) }},
	} {
		in := provided(t, "refused")
		r.change(in)
		_, err := c.CreateFunction(t.Context(), in)
		refused(t, r.what, err, r.code, r.text)
	}
}

// TestInvoke invokes a function for a caller who waits.
func TestInvoke(t *testing.T) {
	t.Parallel()
	ctx, c := t.Context(), newLambda(start(t))
	made(t, c, python(t, "f"))
	out, err := c.Invoke(ctx, &lambda.InvokeInput{
		FunctionName: aws.String("f"), Payload: []byte(`{"a":[1]}`), LogType: types.LogTypeTail, ClientContext: aws.String(base64.StdEncoding.EncodeToString([]byte(`{"custom":{"k":"v"}}`))),
	})
	if err != nil || out.FunctionError != nil || *out.ExecutedVersion != "$LATEST" || out.StatusCode != http.StatusOK {
		t.Fatalf("%s %v", show(out), err)
	}
	want := `{"event": {"a": [1]}, "version": "$LATEST", "arn": "` + functionARN + `f", "stage": "test", "client": {"k": "v"}, "secret": null}`
	if diff := gocmp.Diff(parsed(t, want), parsed(t, string(out.Payload))); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	log, err := base64.StdEncoding.DecodeString(*out.LogResult)
	if err != nil || !strings.HasPrefix(string(log), "START RequestId: ") || !strings.Contains(string(log), "asked for {'a': [1]}") || !strings.Contains(string(log), "REPORT RequestId: ") {
		t.Errorf("log %q %v", log, err)
	}
	out, err = c.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("f"), Payload: []byte(`{"fail":true}`)})
	var failure struct{ ErrorMessage, ErrorType string }
	if err != nil || aws.ToString(out.FunctionError) != "Unhandled" || out.StatusCode != http.StatusOK || json.Unmarshal(out.Payload, &failure) != nil || failure.ErrorMessage != "asked to fail" || failure.ErrorType != "ValueError" {
		t.Errorf("failure: %s %+v %v", show(out), failure, err)
	}
	if out, err := c.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("f"), InvocationType: types.InvocationTypeDryRun}); err != nil || out.StatusCode != http.StatusNoContent {
		t.Errorf("dry run: %s %v", show(out), err)
	}
	_, err = c.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("f"), Payload: []byte(`{`)})
	refused(t, "not JSON", err, "InvalidRequestContentException", "Could not parse request body into json: ")
	_, err = c.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("f"), InvocationType: types.InvocationTypeEvent, Payload: []byte(`"` + strings.Repeat("x", 1<<20) + `"`)})
	refused(t, "too large", err, "RequestTooLargeException", "")
	_, err = c.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("f"), Payload: []byte(`"` + strings.Repeat("x", 7<<20) + `"`)})
	refused(t, "far too large", err, "RequestTooLargeException", "")
	_, err = c.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("f"), Qualifier: aws.String("live")})
	refused(t, "no alias", err, "ResourceNotFoundException", "Function not found: "+functionARN+"f:live")
	if _, err := c.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: aws.String("f"), Timeout: aws.Int32(1)}); err != nil {
		t.Fatal(err)
	}
	out, err = c.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("f"), Payload: []byte(`{"sleep":5}`)})
	if err != nil || aws.ToString(out.FunctionError) != "Unhandled" || !strings.Contains(string(out.Payload), "Task timed out after 1.00 seconds") {
		t.Errorf("time-out: %s %v", show(out), err)
	}
}

// TestFunctionsElsewhere: where there is an access key, functions are made only
// if the operator says so.
func TestFunctionsElsewhere(t *testing.T) {
	t.Parallel()
	for allowed, want := range map[bool]string{false: "This server runs no functions", true: ""} {
		cfg := server.DefaultConfig()
		cfg.Functions = allowed
		url := serveWith(t, cfg, filepath.Join(t.TempDir(), "data"), time.Now)
		key := makeKey(t, url)
		c := lambda.New(lambda.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider(key.AccessKeyID, key.SecretAccessKey, ""), HTTPClient: patient{}, Retryer: aws.NopRetryer{}})
		_, err := c.CreateFunction(t.Context(), provided(t, "f"))
		if want != "" {
			refused(t, "off", err, "InvalidParameterValueException", want)
		} else if err != nil {
			t.Error(err)
		}
	}
}
