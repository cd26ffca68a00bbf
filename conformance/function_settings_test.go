package conformance_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	gocmp "github.com/google/go-cmp/cmp"
)

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
