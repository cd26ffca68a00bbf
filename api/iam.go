package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"skywatch/internal/fault"
)

// userOperations are those of IAM that Terraform and exporters ask for at their
// start. Here an account has no users, no roles and no aliases, only its root.
func userOperations() []offered {
	return []offered{
		offer("GetUser", getUser, shownNeighbours, Fields{"UserName": Acts}),
		offer("ListAccountAliases", listAliases, shownNeighbours, Fields{"Marker": Acts, "MaxItems": Acts}),
		offer("ListRoles", listRoles, shownNeighbours, Fields{"Marker": Acts, "MaxItems": Acts, "PathPrefix": Acts}),
	}
}

// getUser tells who asks: an access key has all rights in its account for now and
// stands for the root user, which has no name. When it came to be is not known.
func getUser(_ context.Context, c *Call, in *iam.GetUserInput) (*iam.GetUserOutput, error) {
	if name := text(in.UserName); name != "" {
		err := fault.New(fault.NotFound, "The user with name %s cannot be found.", name).On("UserName")
		err.Subject = "user"
		return nil, err
	}
	return &iam.GetUserOutput{User: &types.User{Arn: new("arn:aws:iam::" + c.Account + ":root"), UserId: &c.Account}}, nil
}

func listAliases(_ context.Context, _ *Call, in *iam.ListAccountAliasesInput) (*iam.ListAccountAliasesOutput, error) {
	return &iam.ListAccountAliasesOutput{AccountAliases: []string{}}, noMarker(in.Marker)
}

func listRoles(_ context.Context, _ *Call, in *iam.ListRolesInput) (*iam.ListRolesOutput, error) {
	return &iam.ListRolesOutput{Roles: []types.Role{}}, noMarker(in.Marker)
}

// noMarker refuses a marker: no page here has one.
func noMarker(marker *string) error {
	if text(marker) == "" {
		return nil
	}
	return fault.New(fault.Validation, "Invalid Marker.").On("Marker") // wording (inferred)
}
