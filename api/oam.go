package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/oam"
	"github.com/aws/aws-sdk-go-v2/service/oam/types"

	"skywatch/internal/fault"
)

// linkOperations are those that dashboards ask for to find linked accounts. No
// account here shares its metrics with another one: there are no sinks.
func linkOperations() []offered {
	return []offered{
		offer("ListSinks", listSinks, shownNeighbours, Fields{"MaxResults": Acts, "NextToken": Acts}),
		offer("ListLinks", listLinks, shownNeighbours, Fields{"MaxResults": Acts, "NextToken": Acts}),
		offer("ListAttachedLinks", listAttachedLinks, shownNeighbours, Fields{"SinkIdentifier": Acts, "MaxResults": Acts, "NextToken": Acts}),
	}
}

func listSinks(_ context.Context, _ *Call, in *oam.ListSinksInput) (*oam.ListSinksOutput, error) {
	return &oam.ListSinksOutput{Items: []types.ListSinksItem{}}, noLinkToken(in.NextToken)
}

func listLinks(_ context.Context, _ *Call, in *oam.ListLinksInput) (*oam.ListLinksOutput, error) {
	return &oam.ListLinksOutput{Items: []types.ListLinksItem{}}, noLinkToken(in.NextToken)
}

func listAttachedLinks(_ context.Context, _ *Call, in *oam.ListAttachedLinksInput) (*oam.ListAttachedLinksOutput, error) {
	return nil, fault.New(fault.NotFound, "Sink %s does not exist.", text(in.SinkIdentifier)).On("SinkIdentifier") // wording (inferred)
}

// noLinkToken refuses a token: no page here has one.
func noLinkToken(token *string) error {
	if text(token) == "" {
		return nil
	}
	return fault.New(fault.InvalidValue, "The NextToken is not valid.").On("NextToken") // wording (inferred)
}
