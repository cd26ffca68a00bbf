package api

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"skywatch/targets/function"
)

func (a lambdaAPI) settingOperations() []offered {
	async := Fields{
		"FunctionName": Acts, "Qualifier": Acts, "MaximumRetryAttempts": Acts, "MaximumEventAgeInSeconds": Acts,
		"DestinationConfig": Acts, "DestinationConfig.OnSuccess": Acts, "DestinationConfig.OnSuccess.Destination": Acts,
		"DestinationConfig.OnFailure": Acts, "DestinationConfig.OnFailure.Destination": Acts,
	}
	of := Fields{"FunctionName": Acts, "Qualifier": Acts}
	return []offered{
		offer("PutFunctionConcurrency", a.reserve, shownPolicy, Fields{"FunctionName": Acts, "ReservedConcurrentExecutions": Acts}),
		offer("GetFunctionConcurrency", a.reserved, shownPolicy, Fields{"FunctionName": Acts}),
		offer("DeleteFunctionConcurrency", a.unreserve, shownPolicy, Fields{"FunctionName": Acts}),
		offer("PutProvisionedConcurrencyConfig", a.provision, shownProvisioned, Fields{"FunctionName": Acts, "Qualifier": Acts, "ProvisionedConcurrentExecutions": Acts}),
		offer("GetProvisionedConcurrencyConfig", a.provisioned, shownProvisioned, of),
		offer("DeleteProvisionedConcurrencyConfig", a.unprovision, shownProvisioned, of),
		offer("ListProvisionedConcurrencyConfigs", a.listProvisioned, shownProvisioned, Fields{"FunctionName": Acts, "Marker": Acts, "MaxItems": Acts}),
		offer("PutFunctionRecursionConfig", a.putRecursion, shownRecursion, Fields{"FunctionName": Acts, "RecursiveLoop": Acts}),
		offer("GetFunctionRecursionConfig", a.getRecursion, shownRecursion, Fields{"FunctionName": Acts}),
		offer("PutFunctionEventInvokeConfig", a.putAsync, shownPolicy, async),
		offer("UpdateFunctionEventInvokeConfig", a.updateAsync, shownPolicy, async),
		offer("GetFunctionEventInvokeConfig", a.getAsync, shownPolicy, of),
		offer("DeleteFunctionEventInvokeConfig", a.deleteAsync, shownPolicy, of),
		offer("ListFunctionEventInvokeConfigs", a.listAsync, shownPolicy, Fields{"FunctionName": Acts, "Marker": Acts, "MaxItems": Acts}),
		offer("TagResource", a.tag, shownPolicy, Fields{"Resource": Acts, "Tags": Kept}),
		offer("UntagResource", a.untag, shownPolicy, Fields{"Resource": Acts, "TagKeys": Acts}),
		offer("ListTags", a.listTags, shownPolicy, Fields{"Resource": Acts}),
		offer("GetAccountSettings", a.account, shownPolicy, Fields{}),
		offer("GetFunctionCodeSigningConfig", a.codeSigning, shownPolicy, Fields{"FunctionName": Acts}),
	}
}

func (a lambdaAPI) reserve(ctx context.Context, c *Call, in *sdk.PutFunctionConcurrencyInput) (*sdk.PutFunctionConcurrencyOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	return &sdk.PutFunctionConcurrencyOutput{ReservedConcurrentExecutions: in.ReservedConcurrentExecutions},
		a.s.Reserve(ctx, n, new(number(in.ReservedConcurrentExecutions)))
}

func (a lambdaAPI) reserved(_ context.Context, c *Call, in *sdk.GetFunctionConcurrencyInput) (*sdk.GetFunctionConcurrencyOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	f, err := a.s.Function(n)
	return &sdk.GetFunctionConcurrencyOutput{ReservedConcurrentExecutions: short(f.Reserved)}, err
}

func (a lambdaAPI) unreserve(ctx context.Context, c *Call, in *sdk.DeleteFunctionConcurrencyInput) (*sdk.DeleteFunctionConcurrencyOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	return nil, a.s.Reserve(ctx, n, nil)
}

// asyncChange writes what is said over a configuration of asynchronous
// invocations.
func asyncChange(retries, age *int32, to *types.DestinationConfig) func(*function.AsyncConfig) error {
	return func(c *function.AsyncConfig) error {
		if retries != nil {
			c.MaxRetries = new(number(retries))
		}
		if age != nil {
			c.MaxAge = new(time.Duration(*age) * time.Second)
		}
		if to != nil && to.OnSuccess != nil {
			c.OnSuccess = text(to.OnSuccess.Destination)
		}
		if to != nil && to.OnFailure != nil {
			c.OnFailure = text(to.OnFailure.Destination)
		}
		return nil
	}
}

func (a lambdaAPI) putAsync(ctx context.Context, c *Call, in *sdk.PutFunctionEventInvokeConfigInput) (*sdk.PutFunctionEventInvokeConfigOutput, error) {
	w, err := a.changeAsync(ctx, c, in.FunctionName, in.Qualifier, true, asyncChange(in.MaximumRetryAttempts, in.MaximumEventAgeInSeconds, in.DestinationConfig))
	if err != nil {
		return nil, err
	}
	return same[sdk.PutFunctionEventInvokeConfigOutput](w), nil
}

func (a lambdaAPI) updateAsync(ctx context.Context, c *Call, in *sdk.UpdateFunctionEventInvokeConfigInput) (*sdk.UpdateFunctionEventInvokeConfigOutput, error) {
	w, err := a.changeAsync(ctx, c, in.FunctionName, in.Qualifier, false, asyncChange(in.MaximumRetryAttempts, in.MaximumEventAgeInSeconds, in.DestinationConfig))
	if err != nil {
		return nil, err
	}
	return same[sdk.UpdateFunctionEventInvokeConfigOutput](w), nil
}

func (a lambdaAPI) changeAsync(ctx context.Context, c *Call, name, qualifier *string, whole bool, f func(*function.AsyncConfig) error) (*types.FunctionEventInvokeConfig, error) {
	n, q, err := functionAt(c, name, qualifier)
	if err != nil {
		return nil, err
	}
	config, err := a.s.ChangeAsync(ctx, n, q, whole, f)
	if err != nil {
		return nil, err
	}
	return new(wireAsync(n, q, &config)), nil
}

func (a lambdaAPI) getAsync(_ context.Context, c *Call, in *sdk.GetFunctionEventInvokeConfigInput) (*sdk.GetFunctionEventInvokeConfigOutput, error) {
	n, q, err := functionAt(c, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	config, err := a.s.Async(n, q)
	if err != nil {
		return nil, err
	}
	return same[sdk.GetFunctionEventInvokeConfigOutput](new(wireAsync(n, q, &config))), nil
}

func (a lambdaAPI) deleteAsync(ctx context.Context, c *Call, in *sdk.DeleteFunctionEventInvokeConfigInput) (*sdk.DeleteFunctionEventInvokeConfigOutput, error) {
	n, q, err := functionAt(c, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	return nil, a.s.DeleteAsync(ctx, n, q)
}

func (a lambdaAPI) listAsync(_ context.Context, c *Call, in *sdk.ListFunctionEventInvokeConfigsInput) (*sdk.ListFunctionEventInvokeConfigsOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	l, err := functionListing(in.Marker, "async", in.MaxItems)
	if err != nil {
		return nil, err
	}
	page, more, err := a.s.Asyncs(n, l)
	if err != nil {
		return nil, err
	}
	out := &sdk.ListFunctionEventInvokeConfigsOutput{FunctionEventInvokeConfigs: make([]types.FunctionEventInvokeConfig, len(page))}
	for i := range page {
		out.FunctionEventInvokeConfigs[i] = wireAsync(n, page[i].Qualifier, &page[i].AsyncConfig)
	}
	if more {
		out.NextMarker = writeToken("lambda-async", page[len(page)-1].Qualifier)
	}
	return out, nil
}

// account shows the limits that hold here.
func (a lambdaAPI) account(_ context.Context, c *Call, _ *sdk.GetAccountSettingsInput) (*sdk.GetAccountSettingsOutput, error) {
	u, err := a.s.Usage(c.Tenant)
	if err != nil {
		return nil, err
	}
	return &sdk.GetAccountSettingsOutput{
		AccountLimit: &types.AccountLimit{
			CodeSizeUnzipped: function.MaxUnpacked, CodeSizeZipped: function.MaxPackage, ConcurrentExecutions: int32(u.Concurrency),
			UnreservedConcurrentExecutions: new(int32(max(0, u.Concurrency-u.Reserved))),
		},
		AccountUsage: &types.AccountUsage{FunctionCount: u.Functions, TotalCodeSize: u.Bytes},
	}, nil
}

// codeSigning answers that a function has no configuration for code signing:
// none can be made here. Terraform asks for each function.
func (a lambdaAPI) codeSigning(_ context.Context, c *Call, in *sdk.GetFunctionCodeSigningConfigInput) (*sdk.GetFunctionCodeSigningConfigOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	if _, err := a.s.Function(n); err != nil {
		return nil, err
	}
	return &sdk.GetFunctionCodeSigningConfigOutput{FunctionName: &n.Function, CodeSigningConfigArn: new("")}, nil
}
