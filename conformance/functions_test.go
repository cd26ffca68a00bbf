package conformance_test

import (
	archive "archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
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
		FunctionName: aws.String(functionARN + "f"), Handler: aws.String("other"), MemorySize: aws.Int32(256), Description: aws.String("it works"),
		VpcConfig: &types.VpcConfig{}, KMSKeyArn: aws.String(""), ImageConfig: &types.ImageConfig{}, Layers: []string{}, SnapStart: &types.SnapStart{ApplyOn: types.SnapStartApplyOnNone},
		Environment: &types.Environment{Variables: map[string]string{"KEY": "value"}}, RevisionId: out.RevisionId,
	})
	if err != nil || *changed.MemorySize != 256 || changed.Environment.Variables["KEY"] != "value" || *changed.RevisionId == *out.RevisionId {
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

// TestFunctionVersions publishes versions and gives them names.
func TestFunctionVersions(t *testing.T) {
	t.Parallel()
	ctx, c := t.Context(), newLambda(start(t))
	in := provided(t, "f")
	in.Publish = true
	if out := made(t, c, in); *out.Version != "1" || *out.FunctionArn != functionARN+"f:1" {
		t.Errorf("made %s", show(out))
	}
	if _, err := c.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: aws.String("f"), Timeout: aws.Int32(9)}); err != nil {
		t.Fatal(err)
	}
	two, err := c.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: aws.String("f"), Description: aws.String("slow")})
	if err != nil || *two.Version != "2" || *two.Description != "slow" {
		t.Fatalf("%s %v", show(two), err)
	}
	_, err = c.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: aws.String("f"), CodeSha256: aws.String("x")})
	refused(t, "other code", err, "InvalidParameterValueException", "CodeSHA256 (x) is different from current CodeSHA256 in $LATEST (")
	list, err := c.ListVersionsByFunction(ctx, &lambda.ListVersionsByFunctionInput{FunctionName: aws.String("f")})
	if err != nil || len(list.Versions) != 3 || *list.Versions[0].FunctionArn != functionARN+"f:$LATEST" || *list.Versions[1].Timeout != 3 || *list.Versions[2].Timeout != 9 {
		t.Errorf("%s %v", show(list), err)
	}
	alias, err := c.CreateAlias(ctx, &lambda.CreateAliasInput{
		FunctionName: aws.String("f"), Name: aws.String("live"), FunctionVersion: aws.String("1"),
		RoutingConfig: &types.AliasRoutingConfiguration{AdditionalVersionWeights: map[string]float64{"2": 0.1}},
	})
	if err != nil || *alias.AliasArn != functionARN+"f:live" {
		t.Fatalf("%s %v", show(alias), err)
	}
	moved, err := c.UpdateAlias(ctx, &lambda.UpdateAliasInput{FunctionName: aws.String("f"), Name: aws.String("live"), FunctionVersion: aws.String("2"), RoutingConfig: &types.AliasRoutingConfiguration{}})
	if err != nil || *moved.FunctionVersion != "2" || moved.RoutingConfig != nil {
		t.Errorf("%s %v", show(moved), err)
	}
	got, err := c.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: aws.String("f:live")})
	if err != nil || *got.Configuration.Timeout != 9 || *got.Configuration.FunctionArn != functionARN+"f:live" {
		t.Errorf("%s %v", show(got), err)
	}
	if aliases, err := c.ListAliases(ctx, &lambda.ListAliasesInput{FunctionName: aws.String("f"), FunctionVersion: aws.String("2")}); err != nil || len(aliases.Aliases) != 1 {
		t.Errorf("%s %v", show(aliases), err)
	}
	if _, err := c.DeleteAlias(ctx, &lambda.DeleteAliasInput{FunctionName: aws.String("f"), Name: aws.String("live")}); err != nil {
		t.Error(err)
	}
	_, err = c.GetAlias(ctx, &lambda.GetAliasInput{FunctionName: aws.String("f"), Name: aws.String("live")})
	refused(t, "deleted alias", err, "ResourceNotFoundException", "Cannot find alias arn: "+functionARN+"f:live")
}

// TestFunctionSettings sets what belongs to a function beside its code.
func TestFunctionSettings(t *testing.T) {
	t.Parallel()
	ctx, c := t.Context(), newLambda(start(t))
	made(t, c, provided(t, "f"))
	f := aws.String("f")
	permission := &lambda.AddPermissionInput{
		FunctionName: f, StatementId: aws.String("events"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("events.amazonaws.com"),
		SourceArn: aws.String("arn:aws:events:us-east-1:" + account + ":rule/r"),
	}
	const statement = `{"Sid":"events","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"lambda:InvokeFunction",` +
		`"Resource":"` + functionARN + `f","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:events:us-east-1:` + account + `:rule/r"}}}`
	added, err := c.AddPermission(ctx, permission)
	if err != nil || *added.Statement != statement {
		t.Errorf("%s %v", show(added), err)
	}
	_, err = c.AddPermission(ctx, permission)
	refused(t, "a second", err, "ResourceConflictException", "The statement id (events) provided already exists.")
	policy, err := c.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: f})
	if err != nil || *policy.Policy != `{"Version":"2012-10-17","Id":"default","Statement":[`+statement+`]}` {
		t.Errorf("%s %v", show(policy), err)
	}
	if _, err := c.RemovePermission(ctx, &lambda.RemovePermissionInput{FunctionName: f, StatementId: aws.String("events"), RevisionId: policy.RevisionId}); err != nil {
		t.Error(err)
	}
	_, err = c.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: f})
	refused(t, "no policy", err, "ResourceNotFoundException", "The resource you requested does not exist.")

	if out, err := c.PutFunctionConcurrency(ctx, &lambda.PutFunctionConcurrencyInput{FunctionName: f, ReservedConcurrentExecutions: aws.Int32(0)}); err != nil || *out.ReservedConcurrentExecutions != 0 {
		t.Errorf("%s %v", show(out), err)
	}
	_, err = c.Invoke(ctx, &lambda.InvokeInput{FunctionName: f})
	var throttle *types.TooManyRequestsException
	if !errors.As(err, &throttle) || throttle.Reason != types.ThrottleReasonReservedFunctionConcurrentInvocationLimitExceeded || *throttle.Type != "User" {
		t.Errorf("reserved 0: %v", err)
	}
	if _, err := c.DeleteFunctionConcurrency(ctx, &lambda.DeleteFunctionConcurrencyInput{FunctionName: f}); err != nil {
		t.Error(err)
	}
	if out, err := c.GetFunctionConcurrency(ctx, &lambda.GetFunctionConcurrencyInput{FunctionName: f}); err != nil || out.ReservedConcurrentExecutions != nil {
		t.Errorf("%s %v", show(out), err)
	}
	functionTagsAndAsync(t, c)
}

func functionTagsAndAsync(t *testing.T, c *lambda.Client) {
	t.Helper()
	ctx, f := t.Context(), aws.String("f")
	queue := "arn:aws:sqs:us-east-1:" + account + ":failures"
	if _, err := c.UpdateFunctionEventInvokeConfig(ctx, &lambda.UpdateFunctionEventInvokeConfigInput{FunctionName: f}); err == nil {
		t.Error("there is no configuration to update")
	}
	_, err := c.PutFunctionEventInvokeConfig(ctx, &lambda.PutFunctionEventInvokeConfigInput{
		FunctionName: f, MaximumRetryAttempts: aws.Int32(1), DestinationConfig: &types.DestinationConfig{OnFailure: &types.OnFailure{Destination: &queue}},
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.UpdateFunctionEventInvokeConfig(ctx, &lambda.UpdateFunctionEventInvokeConfigInput{FunctionName: f, MaximumEventAgeInSeconds: aws.Int32(60)})
	if err != nil || *out.MaximumEventAgeInSeconds != 60 || *out.MaximumRetryAttempts != 1 || *out.DestinationConfig.OnFailure.Destination != queue || *out.FunctionArn != functionARN+"f:$LATEST" {
		t.Errorf("%s %v", show(out), err)
	}
	if list, err := c.ListFunctionEventInvokeConfigs(ctx, &lambda.ListFunctionEventInvokeConfigsInput{FunctionName: f}); err != nil || len(list.FunctionEventInvokeConfigs) != 1 {
		t.Errorf("%s %v", show(list), err)
	}
	if _, err := c.DeleteFunctionEventInvokeConfig(ctx, &lambda.DeleteFunctionEventInvokeConfigInput{FunctionName: f}); err != nil {
		t.Error(err)
	}
	_, err = c.GetFunctionEventInvokeConfig(ctx, &lambda.GetFunctionEventInvokeConfigInput{FunctionName: f})
	refused(t, "no configuration", err, "ResourceNotFoundException", "The function "+functionARN+"f:$LATEST doesn't have an EventInvokeConfig")

	if _, err := c.TagResource(ctx, &lambda.TagResourceInput{Resource: aws.String(functionARN + "f"), Tags: map[string]string{"a": "b", "c": "d"}}); err != nil {
		t.Error(err)
	}
	if _, err := c.UntagResource(ctx, &lambda.UntagResourceInput{Resource: aws.String(functionARN + "f"), TagKeys: []string{"a"}}); err != nil {
		t.Error(err)
	}
	tags, err := c.ListTags(ctx, &lambda.ListTagsInput{Resource: aws.String(functionARN + "f")})
	if err != nil || gocmp.Diff(map[string]string{"c": "d"}, tags.Tags) != "" {
		t.Errorf("%s %v", show(tags), err)
	}
	settings, err := c.GetAccountSettings(ctx, &lambda.GetAccountSettingsInput{})
	if err != nil || settings.AccountUsage.FunctionCount != 1 || settings.AccountLimit.ConcurrentExecutions < 1 {
		t.Errorf("%s %v", show(settings), err)
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

// TestFunctionsWithBoto3 holds what a Python program sees.
func TestFunctionsWithBoto3(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	got := script(t, "python3", "py/functions.py", start(t))
	want := parsed(t, `{
		"created": ["f", "$LATEST", "Active", 201], "invoked": [200, {"hello": "world"}, "$LATEST", true], "failed": [200, "Unhandled", "KeyError"],
		"event": 202, "record": ["Success", {"name": "again"}, {"hello": "again"}], "listed": ["f"], "deleted": 204,
		"refusals": {
			"gone": ["ResourceNotFoundException", "ResourceNotFoundException", "Function not found: `+functionARN+`gone", 404],
			"again": ["ResourceConflictException", "ResourceConflictException", "Function already exist: f", 409],
			"throttled": ["TooManyRequestsException", "TooManyRequestsException", "Rate Exceeded.", 429]
		}
	}`)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestFunctionsWithCLI runs the commands of docs/functions.md.
func TestFunctionsWithCLI(t *testing.T) {
	t.Parallel()
	needs(t, "python3", "python3", "-c", "")
	a := newCLI(t, start(t))
	dir := t.TempDir()
	code := dir + "/f.zip"
	write(t, code, zipped(t, "app.py", "def handler(event, context):\n    return {'hello': event['name']}\n"))
	made := a.seen(t, "lambda create-function --function-name f --runtime python3.12 --handler app.handler --role "+functionRole+" --zip-file fileb://"+code+" --query State")
	if made != "Active" {
		t.Errorf("made %v", made)
	}
	write(t, dir+"/in", []byte(`{"name":"you"}`))
	out := a.seen(t, "lambda invoke --function-name f --payload file://"+dir+"/in "+dir+"/out --query StatusCode")
	if got, err := os.ReadFile(dir + "/out"); fmt.Sprint(out) != "200" || string(got) != `{"hello": "you"}` {
		t.Errorf("%v %s %v", out, got, err)
	}
	_, errs, err := a.run(t, "lambda get-function --function-name g")
	if err == nil || !strings.Contains(errs, "(ResourceNotFoundException) when calling the GetFunction operation: Function not found: "+functionARN+"g") {
		t.Errorf("%v %s", err, errs)
	}
}
