package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/alarms"
)

func describeAlarmContributors(a *alarms.Service) offered {
	return offer("DescribeAlarmContributors",
		func(_ context.Context, c *Call, r *cloudwatch.DescribeAlarmContributorsInput) (*cloudwatch.DescribeAlarmContributorsOutput, error) {
			page, next, err := a.Contributors(alarms.Key{Tenant: c.Tenant, Name: text(r.AlarmName)}, text(r.NextToken))
			if err != nil {
				return nil, err
			}
			out := &cloudwatch.DescribeAlarmContributorsOutput{AlarmContributors: []types.AlarmContributor{}, NextToken: optional(next)}
			for _, one := range page {
				out.AlarmContributors = append(out.AlarmContributors, types.AlarmContributor{
					ContributorId: &one.ID, ContributorAttributes: one.Attributes, StateReason: &one.Reason,
					StateTransitionedTimestamp: new(one.Transitioned.Time()),
				})
			}
			return out, nil
		},
		"conformance: TestAlarmContributors", Fields{"AlarmName": Acts, "NextToken": Acts})
}
