package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"skywatch/internal/fault"
	"skywatch/targets/function"
)

const shownAlias = "conformance: TestFunctionVersions"

func (a lambdaAPI) versionOperations() []offered {
	return []offered{
		offer("PublishVersion", a.publish, shownAlias, Fields{
			"FunctionName": Acts, "CodeSha256": Acts, "Description": Kept, "RevisionId": Acts, "PublishTo": Refused,
		}),
		offer("ListVersionsByFunction", a.listVersions, shownAlias, Fields{"FunctionName": Acts, "Marker": Acts, "MaxItems": Acts}),
		offer("CreateAlias", a.createAlias, shownAlias, Fields{
			"FunctionName": Acts, "Name": Acts, "FunctionVersion": Acts, "Description": Kept,
			"RoutingConfig": Acts, "RoutingConfig.AdditionalVersionWeights": Acts,
		}),
		offer("UpdateAlias", a.updateAlias, shownAlias, Fields{
			"FunctionName": Acts, "Name": Acts, "FunctionVersion": Acts, "Description": Kept, "RevisionId": Acts,
			"RoutingConfig": Acts, "RoutingConfig.AdditionalVersionWeights": Acts,
		}),
		offer("GetAlias", a.getAlias, shownAlias, Fields{"FunctionName": Acts, "Name": Acts}),
		offer("ListAliases", a.listAliases, shownAlias, Fields{"FunctionName": Acts, "FunctionVersion": Acts, "Marker": Acts, "MaxItems": Acts}),
		offer("DeleteAlias", a.deleteAlias, shownAlias, Fields{"FunctionName": Acts, "Name": Acts}),
	}
}

func (a lambdaAPI) publish(ctx context.Context, c *Call, in *sdk.PublishVersionInput) (*sdk.PublishVersionOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	v, err := a.s.Publish(ctx, n, text(in.CodeSha256), text(in.RevisionId), text(in.Description))
	return answer[sdk.PublishVersionOutput](&v, err)
}

func (a lambdaAPI) listVersions(_ context.Context, c *Call, in *sdk.ListVersionsByFunctionInput) (*sdk.ListVersionsByFunctionOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	l, err := functionListing(in.Marker, "versions", in.MaxItems)
	if err != nil {
		return nil, err
	}
	page, more, err := a.s.Versions(n, l)
	if err != nil {
		return nil, err
	}
	out := &sdk.ListVersionsByFunctionOutput{Versions: make([]types.FunctionConfiguration, len(page))}
	for i := range page {
		out.Versions[i] = wireVersion(&page[i])
		out.Versions[i].FunctionArn = new(n.Qualified(page[i].Version))
	}
	if more {
		out.NextMarker = writeToken("lambda-versions", page[len(page)-1].Version)
	}
	return out, nil
}

// route reads an alias's second version.
func route(to *function.Alias, in *types.AliasRoutingConfiguration) error {
	if in == nil {
		return nil
	}
	to.Other, to.Weight = "", 0
	if len(in.AdditionalVersionWeights) > 1 { // API reference of CreateAlias
		return fault.New(fault.InvalidValue, "Number of items in AdditionalVersionWeights cannot be greater than 1").On("RoutingConfig")
	}
	for version, weight := range in.AdditionalVersionWeights {
		to.Other, to.Weight = version, weight
	}
	return nil
}

func (a lambdaAPI) createAlias(ctx context.Context, c *Call, in *sdk.CreateAliasInput) (*sdk.CreateAliasOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	made := function.Alias{Name: n, Alias: text(in.Name), Version: text(in.FunctionVersion), Description: text(in.Description)}
	if err := route(&made, in.RoutingConfig); err != nil {
		return nil, err
	}
	if made, err = a.s.CreateAlias(ctx, made); err != nil {
		return nil, err
	}
	w := wireAlias(&made)
	return same[sdk.CreateAliasOutput](&w), nil
}

func (a lambdaAPI) updateAlias(ctx context.Context, c *Call, in *sdk.UpdateAliasInput) (*sdk.UpdateAliasOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	changed, err := a.s.UpdateAlias(ctx, n, text(in.Name), text(in.RevisionId), func(have *function.Alias) error {
		set(&have.Version, in.FunctionVersion)
		set(&have.Description, in.Description)
		return route(have, in.RoutingConfig)
	})
	if err != nil {
		return nil, err
	}
	w := wireAlias(&changed)
	return same[sdk.UpdateAliasOutput](&w), nil
}

func (a lambdaAPI) getAlias(_ context.Context, c *Call, in *sdk.GetAliasInput) (*sdk.GetAliasOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	have, err := a.s.Alias(n, text(in.Name))
	if err != nil {
		return nil, err
	}
	w := wireAlias(&have)
	return same[sdk.GetAliasOutput](&w), nil
}

func (a lambdaAPI) listAliases(_ context.Context, c *Call, in *sdk.ListAliasesInput) (*sdk.ListAliasesOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	l, err := functionListing(in.Marker, "aliases", in.MaxItems)
	if err != nil {
		return nil, err
	}
	page, more, err := a.s.Aliases(n, text(in.FunctionVersion), l)
	if err != nil {
		return nil, err
	}
	out := &sdk.ListAliasesOutput{Aliases: make([]types.AliasConfiguration, len(page))}
	for i := range page {
		out.Aliases[i] = wireAlias(&page[i])
	}
	if more {
		out.NextMarker = writeToken("lambda-aliases", page[len(page)-1].Alias)
	}
	return out, nil
}

func (a lambdaAPI) deleteAlias(ctx context.Context, c *Call, in *sdk.DeleteAliasInput) (*sdk.DeleteAliasOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	return nil, a.s.DeleteAlias(ctx, n, text(in.Name))
}
