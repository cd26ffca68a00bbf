package api

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"skywatch/targets/function"
)

// lambdaTime is how Lambda writes LastModified.
func lambdaTime(t time.Time) *string { return new(t.UTC().Format("2006-01-02T15:04:05.000-0700")) }

// wireVersion shows a version. What is made is there: no state but Active is
// ever seen.
func wireVersion(v *function.Version) types.FunctionConfiguration {
	arn := v.ARN()
	w := types.FunctionConfiguration{
		FunctionName: &v.Function, FunctionArn: &arn, Version: &v.Version, Runtime: types.Runtime(v.Runtime), Role: &v.Role,
		Handler: &v.Handler, Description: &v.Description, CodeSize: v.Package.Size, CodeSha256: &v.Package.SHA256,
		Timeout: short(&v.Timeout), MemorySize: short(&v.Memory), LastModified: lambdaTime(v.Modified), RevisionId: &v.Revision,
		State: types.StateActive, LastUpdateStatus: types.LastUpdateStatusSuccessful, PackageType: types.PackageTypeZip,
		Architectures:    []types.Architecture{types.Architecture(v.Architecture)},
		EphemeralStorage: &types.EphemeralStorage{Size: short(&v.EphemeralStorage)},
		TracingConfig:    &types.TracingConfigResponse{Mode: types.TracingMode(v.Tracing)},
		SnapStart:        &types.SnapStartResponse{ApplyOn: types.SnapStartApplyOnNone, OptimizationStatus: types.SnapStartOptimizationStatusOff},
		LoggingConfig:    &types.LoggingConfig{LogFormat: types.LogFormat(v.Log.Format), LogGroup: &v.Log.Group},
	}
	if len(v.Environment) > 0 {
		w.Environment = &types.EnvironmentResponse{Variables: v.Environment}
	}
	if v.DeadLetter != "" {
		w.DeadLetterConfig = &types.DeadLetterConfig{TargetArn: &v.DeadLetter}
	}
	return w
}

func wireAlias(a *function.Alias) types.AliasConfiguration {
	w := types.AliasConfiguration{
		AliasArn: new(a.ARN()), Name: &a.Alias, FunctionVersion: &a.Version, Description: &a.Description, RevisionId: &a.Revision,
	}
	if a.Other != "" {
		w.RoutingConfig = &types.AliasRoutingConfiguration{AdditionalVersionWeights: map[string]float64{a.Other: a.Weight}}
	}
	return w
}

func wireAsync(n function.Name, qualifier string, c *function.AsyncConfig) types.FunctionEventInvokeConfig {
	if qualifier == "" {
		qualifier = function.Latest
	}
	w := types.FunctionEventInvokeConfig{
		FunctionArn: new(n.Qualified(qualifier)), LastModified: &c.Modified, MaximumRetryAttempts: short(c.MaxRetries),
		DestinationConfig: &types.DestinationConfig{OnSuccess: &types.OnSuccess{Destination: optional(c.OnSuccess)}, OnFailure: &types.OnFailure{Destination: optional(c.OnFailure)}},
	}
	if c.MaxAge != nil {
		w.MaximumEventAgeInSeconds = new(int32(c.MaxAge.Seconds()))
	}
	return w
}
