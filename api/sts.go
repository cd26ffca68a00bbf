package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func identityOperations() []offered {
	return []offered{offer("GetCallerIdentity",
		func(_ context.Context, c *Call, _ *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
			return &sts.GetCallerIdentityOutput{
				Account: &c.Account,
				// An access key has all rights in its account for now: it stands
				// for the root user.
				Arn:    new("arn:aws:iam::" + c.Account + ":root"),
				UserId: &c.Account,
			}, nil
		},
		"conformance: TestCallerIdentity", Fields{})}
}
