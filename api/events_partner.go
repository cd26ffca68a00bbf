package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"skywatch/internal/fault"
)

// Unused grades the members of an operation that is refused as a whole: they
// are not looked at.
const Unused Support = "unused"

// disabled is the subject of what a service answers with its own error for
// operations that are switched off.
const disabled = "disabled operation"

// partnerOperations are those of partner event sources and of global endpoints:
// there are none here. What would make or change one is refused, with
// OperationDisabledException where the operation has it, and the lists are empty
// (events.md 0).
func (a eventsAPI) partnerOperations() []offered {
	all := []offered{
		off[eventbridge.ActivateEventSourceInput]("ActivateEventSource", disabled, "Name"),
		off[eventbridge.DeactivateEventSourceInput]("DeactivateEventSource", disabled, "Name"),
		off[eventbridge.DescribeEventSourceInput]("DescribeEventSource", disabled, "Name"),
		off[eventbridge.CreatePartnerEventSourceInput]("CreatePartnerEventSource", disabled, "Name", "Account"),
		off[eventbridge.DeletePartnerEventSourceInput]("DeletePartnerEventSource", disabled, "Name", "Account"),
		off[eventbridge.DescribePartnerEventSourceInput]("DescribePartnerEventSource", disabled, "Name"),
		off[eventbridge.PutPartnerEventsInput]("PutPartnerEvents", disabled, "Entries", "Entries.Time", "Entries.Source",
			"Entries.Resources", "Entries.DetailType", "Entries.Detail"),
		off[eventbridge.DescribeEndpointInput]("DescribeEndpoint", "", "Name", "HomeRegion"),
		off[eventbridge.DeleteEndpointInput]("DeleteEndpoint", "", "Name"),
		off[eventbridge.CreateEndpointInput]("CreateEndpoint", "", endpointMembers()...),
		off[eventbridge.UpdateEndpointInput]("UpdateEndpoint", "", endpointMembers()...),
	}
	return append(all,
		offer("ListEventSources", a.listEventSources, "api: TestPartnersAndEndpoints", Fields{"NamePrefix": Acts, "NextToken": Acts, "Limit": Acts}),
		offer("ListPartnerEventSources", a.listPartnerEventSources, "api: TestPartnersAndEndpoints", Fields{"NamePrefix": Acts, "NextToken": Acts, "Limit": Acts}),
		offer("ListPartnerEventSourceAccounts", a.listPartnerAccounts, "api: TestPartnersAndEndpoints", Fields{"EventSourceName": Acts, "NextToken": Acts, "Limit": Acts}),
		offer("ListEndpoints", a.listEndpoints, "api: TestPartnersAndEndpoints", Fields{"NamePrefix": Acts, "HomeRegion": Acts, "NextToken": Acts, "MaxResults": Acts}),
	)
}

func endpointMembers() []string {
	return []string{
		"Name", "Description", "RoleArn", "EventBuses", "EventBuses.EventBusArn", "ReplicationConfig", "ReplicationConfig.State",
		"RoutingConfig", "RoutingConfig.FailoverConfig", "RoutingConfig.FailoverConfig.Primary", "RoutingConfig.FailoverConfig.Primary.HealthCheck",
		"RoutingConfig.FailoverConfig.Secondary", "RoutingConfig.FailoverConfig.Secondary.Route",
	}
}

// off is an operation that is refused whatever it is sent.
func off[In any](name, subject string, members ...string) offered {
	fields := Fields{}
	for _, m := range members {
		fields[m] = Unused
	}
	return offer(name, func(context.Context, *Call, *In) (*struct{}, error) {
		f := fault.New(fault.Unsupported, "The operation %s is not supported: Skywatch has no partner event sources and no global endpoints.", name) // wording ours
		f.Subject = subject
		return nil, f
	}, "api: TestPartnersAndEndpoints", fields).selfChecked()
}

func (a eventsAPI) listEventSources(_ context.Context, _ *Call, in *eventbridge.ListEventSourcesInput) (*eventbridge.ListEventSourcesOutput, error) {
	_, err := listAfter(in.NextToken, "event-source")
	return &eventbridge.ListEventSourcesOutput{EventSources: []types.EventSource{}}, err
}

func (a eventsAPI) listPartnerEventSources(_ context.Context, _ *Call, in *eventbridge.ListPartnerEventSourcesInput) (*eventbridge.ListPartnerEventSourcesOutput, error) {
	_, err := listAfter(in.NextToken, "partner-event-source")
	return &eventbridge.ListPartnerEventSourcesOutput{PartnerEventSources: []types.PartnerEventSource{}}, err
}

func (a eventsAPI) listPartnerAccounts(_ context.Context, _ *Call, in *eventbridge.ListPartnerEventSourceAccountsInput) (*eventbridge.ListPartnerEventSourceAccountsOutput, error) {
	_, err := listAfter(in.NextToken, "partner-account")
	return &eventbridge.ListPartnerEventSourceAccountsOutput{PartnerEventSourceAccounts: []types.PartnerEventSourceAccount{}}, err
}

func (a eventsAPI) listEndpoints(_ context.Context, _ *Call, in *eventbridge.ListEndpointsInput) (*eventbridge.ListEndpointsOutput, error) {
	_, err := listAfter(in.NextToken, "endpoint")
	return &eventbridge.ListEndpointsOutput{Endpoints: []types.Endpoint{}}, err
}
