package api

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
)

// There are no partner event sources and no global endpoints: lists are empty,
// the rest is refused with the error that the operation has for it.
func TestPartnersAndEndpoints(t *testing.T) {
	t.Parallel()
	a := newRouterAPI(t)
	name := new("aws.partner/example.com/a")
	for op, in := range map[string]any{
		"ActivateEventSource": &eventbridge.ActivateEventSourceInput{Name: name}, "DeactivateEventSource": &eventbridge.DeactivateEventSourceInput{},
		"DescribeEventSource": &eventbridge.DescribeEventSourceInput{Name: name}, "CreatePartnerEventSource": &eventbridge.CreatePartnerEventSourceInput{Name: name},
		"DeletePartnerEventSource": &eventbridge.DeletePartnerEventSourceInput{}, "DescribePartnerEventSource": &eventbridge.DescribePartnerEventSourceInput{},
		"PutPartnerEvents": &eventbridge.PutPartnerEventsInput{},
	} {
		a.refuses(op, in, "OperationDisabledException", "The operation "+op+" is not supported")
	}
	for op, in := range map[string]any{
		"CreateEndpoint": &eventbridge.CreateEndpointInput{Name: name}, "UpdateEndpoint": &eventbridge.UpdateEndpointInput{},
		"DescribeEndpoint": &eventbridge.DescribeEndpointInput{}, "DeleteEndpoint": &eventbridge.DeleteEndpointInput{Name: name},
	} {
		a.refuses(op, in, "UnsupportedOperationException", "The operation "+op+" is not supported")
	}
	a.refuses("PutEvents", &eventbridge.PutEventsInput{EndpointId: new("abc.def"), Entries: nil}, "ValidationException", "")
	for op, in := range map[string]any{
		"ListEventSources": &eventbridge.ListEventSourcesInput{}, "ListPartnerEventSources": &eventbridge.ListPartnerEventSourcesInput{NamePrefix: name},
		"ListPartnerEventSourceAccounts": &eventbridge.ListPartnerEventSourceAccountsInput{EventSourceName: name}, "ListEndpoints": &eventbridge.ListEndpointsInput{},
	} {
		a.must(op, in)
	}
	a.refuses("ListEndpoints", &eventbridge.ListEndpointsInput{NextToken: new("never given")}, "ValidationException", "Parameter NextToken is not valid.")
}
