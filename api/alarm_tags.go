package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/alarms"
)

func alarmTags(in []types.Tag) []alarms.Tag {
	out := make([]alarms.Tag, len(in))
	for i, t := range in {
		out[i] = alarms.Tag{Key: text(t.Key), Value: text(t.Value)}
	}
	return out
}

func listTagsForResource(a *alarms.Service) offered {
	return offer("ListTagsForResource",
		func(_ context.Context, c *Call, r *cloudwatch.ListTagsForResourceInput) (*cloudwatch.ListTagsForResourceOutput, error) {
			found, err := a.Tags(c.Tenant, text(r.ResourceARN))
			if err != nil {
				return nil, err
			}
			out := &cloudwatch.ListTagsForResourceOutput{Tags: make([]types.Tag, len(found))}
			for i := range found {
				out.Tags[i] = types.Tag{Key: &found[i].Key, Value: &found[i].Value}
			}
			return out, nil
		},
		"conformance: TestAlarmTags", Fields{"ResourceARN": Acts})
}

func tagResource(a *alarms.Service) offered {
	return offer("TagResource",
		func(ctx context.Context, c *Call, r *cloudwatch.TagResourceInput) (*cloudwatch.TagResourceOutput, error) {
			if err := a.Tag(ctx, c.Tenant, text(r.ResourceARN), alarmTags(r.Tags)); err != nil {
				return nil, err
			}
			return &cloudwatch.TagResourceOutput{}, nil
		},
		"conformance: TestAlarmTags", Fields{"ResourceARN": Acts, "Tags": Acts, "Tags.Key": Acts, "Tags.Value": Acts})
}

func untagResource(a *alarms.Service) offered {
	return offer("UntagResource",
		func(ctx context.Context, c *Call, r *cloudwatch.UntagResourceInput) (*cloudwatch.UntagResourceOutput, error) {
			if err := a.Untag(ctx, c.Tenant, text(r.ResourceARN), r.TagKeys); err != nil {
				return nil, err
			}
			return &cloudwatch.UntagResourceOutput{}, nil
		},
		"conformance: TestAlarmTags", Fields{"ResourceARN": Acts, "TagKeys": Acts})
}
