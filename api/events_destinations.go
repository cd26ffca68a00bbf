package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"skywatch/targets/destination"
)

func destinationOperations(d *destination.Service) []offered {
	a := destinationsAPI{d}
	written := Fields{
		"Name": Acts, "Description": Kept, "ConnectionArn": Acts, "InvocationEndpoint": Acts, "HttpMethod": Acts, "InvocationRateLimitPerSecond": Acts,
	}
	return []offered{
		offer("CreateApiDestination", a.create, "conformance: TestDestinations", written),
		offer("UpdateApiDestination", a.update, "conformance: TestDestinations", written),
		offer("DescribeApiDestination", a.describe, "conformance: TestDestinations", Fields{"Name": Acts}),
		offer("ListApiDestinations", a.list, "conformance: TestDestinations", Fields{"NamePrefix": Acts, "ConnectionArn": Acts, "NextToken": Acts, "Limit": Acts}),
		offer("DeleteApiDestination", a.delete, "conformance: TestDestinations", Fields{"Name": Acts}),
	}
}

// destinationsAPI turns EventBridge's shapes into calls of the API
// destinations.
type destinationsAPI struct{ d *destination.Service }

func stateOf(d *destination.Destination) types.ApiDestinationState {
	if d.Active {
		return types.ApiDestinationStateActive
	}
	return types.ApiDestinationStateInactive
}

// rateOf is a rate limit, 0 where none is given: the model's least is 1.
func rateOf(n *int32) int {
	if n == nil {
		return 0
	}
	return int(*n)
}

func (a destinationsAPI) create(ctx context.Context, c *Call, in *eventbridge.CreateApiDestinationInput) (*eventbridge.CreateApiDestinationOutput, error) {
	d, err := a.d.CreateDestination(ctx, destination.Name{Tenant: c.Tenant, Name: text(in.Name)}, destination.Change{
		Description: in.Description, Connection: text(in.ConnectionArn), Endpoint: text(in.InvocationEndpoint),
		Method: string(in.HttpMethod), Rate: rateOf(in.InvocationRateLimitPerSecond),
	})
	if err != nil {
		return nil, err
	}
	return &eventbridge.CreateApiDestinationOutput{
		ApiDestinationArn: new(d.ARN()), ApiDestinationState: stateOf(&d), CreationTime: &d.Created, LastModifiedTime: &d.Modified,
	}, nil
}

func (a destinationsAPI) update(ctx context.Context, c *Call, in *eventbridge.UpdateApiDestinationInput) (*eventbridge.UpdateApiDestinationOutput, error) {
	d, err := a.d.UpdateDestination(ctx, destination.Name{Tenant: c.Tenant, Name: text(in.Name)}, destination.Change{
		Description: in.Description, Connection: text(in.ConnectionArn), Endpoint: text(in.InvocationEndpoint),
		Method: string(in.HttpMethod), Rate: rateOf(in.InvocationRateLimitPerSecond),
	})
	if err != nil {
		return nil, err
	}
	return &eventbridge.UpdateApiDestinationOutput{
		ApiDestinationArn: new(d.ARN()), ApiDestinationState: stateOf(&d), CreationTime: &d.Created, LastModifiedTime: &d.Modified,
	}, nil
}

func (a destinationsAPI) describe(_ context.Context, c *Call, in *eventbridge.DescribeApiDestinationInput) (*eventbridge.DescribeApiDestinationOutput, error) {
	d, err := a.d.Destination(destination.Name{Tenant: c.Tenant, Name: text(in.Name)})
	if err != nil {
		return nil, err
	}
	return &eventbridge.DescribeApiDestinationOutput{
		Name: &d.Name.Name, ApiDestinationArn: new(d.ARN()), ApiDestinationState: stateOf(&d), Description: optional(d.Description),
		ConnectionArn: &d.Connection, InvocationEndpoint: &d.Endpoint, HttpMethod: types.ApiDestinationHttpMethod(d.Method),
		InvocationRateLimitPerSecond: short(&d.Rate), CreationTime: &d.Created, LastModifiedTime: &d.Modified,
	}, nil
}

func (a destinationsAPI) list(_ context.Context, c *Call, in *eventbridge.ListApiDestinationsInput) (*eventbridge.ListApiDestinationsOutput, error) {
	after, err := listAfter(in.NextToken, "api-destination")
	if err != nil {
		return nil, err
	}
	page, more, err := a.d.Destinations(c.Tenant, text(in.NamePrefix), text(in.ConnectionArn), after, listLimit(in.Limit))
	if err != nil {
		return nil, err
	}
	out := &eventbridge.ListApiDestinationsOutput{ApiDestinations: []types.ApiDestination{}}
	for _, d := range page {
		out.ApiDestinations = append(out.ApiDestinations, types.ApiDestination{
			Name: &d.Name.Name, ApiDestinationArn: new(d.ARN()), ApiDestinationState: stateOf(&d),
			ConnectionArn: &d.Connection, InvocationEndpoint: &d.Endpoint, HttpMethod: types.ApiDestinationHttpMethod(d.Method),
			InvocationRateLimitPerSecond: short(&d.Rate), CreationTime: &d.Created, LastModifiedTime: &d.Modified,
		})
	}
	if more {
		out.NextToken = writeToken("api-destination", page[len(page)-1].Name.Name)
	}
	return out, nil
}

func (a destinationsAPI) delete(ctx context.Context, c *Call, in *eventbridge.DeleteApiDestinationInput) (*eventbridge.DeleteApiDestinationOutput, error) {
	return nil, a.d.DeleteDestination(ctx, destination.Name{Tenant: c.Tenant, Name: text(in.Name)})
}
