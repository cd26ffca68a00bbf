package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"skywatch/targets/function"
)

const shownProvisioned = "conformance: TestProvisionedConcurrency"

func wireProvisioned(n function.Name, p *function.Provisioned) *types.ProvisionedConcurrencyConfigListItem {
	return &types.ProvisionedConcurrencyConfigListItem{
		FunctionArn: new(n.Qualified(p.Qualifier)), RequestedProvisionedConcurrentExecutions: short(&p.Environments),
		AllocatedProvisionedConcurrentExecutions: short(&p.Runtime.Started), AvailableProvisionedConcurrentExecutions: short(&p.Runtime.Free),
		Status: types.ProvisionedConcurrencyStatusEnum(p.Status()), StatusReason: optional(p.Runtime.Failed), LastModified: lambdaTime(p.Modified),
	}
}

func (a lambdaAPI) provision(ctx context.Context, c *Call, in *sdk.PutProvisionedConcurrencyConfigInput) (*sdk.PutProvisionedConcurrencyConfigOutput, error) {
	n, qualifier, err := functionAt(c, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	p, err := a.s.Provision(ctx, n, qualifier, number(in.ProvisionedConcurrentExecutions))
	if err != nil {
		return nil, err
	}
	return same[sdk.PutProvisionedConcurrencyConfigOutput](wireProvisioned(n, &p)), nil
}

func (a lambdaAPI) provisioned(_ context.Context, c *Call, in *sdk.GetProvisionedConcurrencyConfigInput) (*sdk.GetProvisionedConcurrencyConfigOutput, error) {
	n, qualifier, err := functionAt(c, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	p, err := a.s.Provisioned(n, qualifier)
	if err != nil {
		return nil, err
	}
	return same[sdk.GetProvisionedConcurrencyConfigOutput](wireProvisioned(n, &p)), nil
}

func (a lambdaAPI) unprovision(ctx context.Context, c *Call, in *sdk.DeleteProvisionedConcurrencyConfigInput) (*sdk.DeleteProvisionedConcurrencyConfigOutput, error) {
	n, qualifier, err := functionAt(c, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	return nil, a.s.Unprovision(ctx, n, qualifier)
}

func (a lambdaAPI) listProvisioned(_ context.Context, c *Call, in *sdk.ListProvisionedConcurrencyConfigsInput) (*sdk.ListProvisionedConcurrencyConfigsOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	l, err := functionListing(in.Marker, "provisioned", in.MaxItems)
	if err != nil {
		return nil, err
	}
	page, more, err := a.s.Provisions(n, l)
	if err != nil {
		return nil, err
	}
	out := &sdk.ListProvisionedConcurrencyConfigsOutput{ProvisionedConcurrencyConfigs: make([]types.ProvisionedConcurrencyConfigListItem, len(page))}
	for i := range page {
		out.ProvisionedConcurrencyConfigs[i] = *wireProvisioned(n, &page[i])
	}
	if more {
		out.NextMarker = writeToken("lambda-provisioned", page[len(page)-1].Qualifier)
	}
	return out, nil
}
