package api

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/alarms"
	"skywatch/dashboards"
)

func alarmTags(in []types.Tag) []alarms.Tag {
	out := make([]alarms.Tag, len(in))
	for i, t := range in {
		out[i] = alarms.Tag{Key: text(t.Key), Value: text(t.Value)}
	}
	return out
}

// dashboardTags gives the tags by key; of two with one key the later counts.
func dashboardTags(in []types.Tag) map[string]string {
	out := make(map[string]string, len(in))
	for _, t := range in {
		out[text(t.Key)] = text(t.Value)
	}
	return out
}

// tagOperations are those for tags of what CloudWatch has: alarms and dashboards,
// told apart by their ARNs.
func tagOperations(a *alarms.Service, d *dashboards.Service) []offered {
	return []offered{listTagsForResource(a, d), tagResource(a, d), untagResource(a, d)}
}

func listTagsForResource(a *alarms.Service, d *dashboards.Service) offered {
	return offer("ListTagsForResource",
		func(_ context.Context, c *Call, r *cloudwatch.ListTagsForResourceInput) (*cloudwatch.ListTagsForResourceOutput, error) {
			if dashboards.Names(text(r.ResourceARN)) {
				found, err := d.Tags(c.Account, text(r.ResourceARN))
				return &cloudwatch.ListTagsForResourceOutput{Tags: wireTags(found)}, err
			}
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

// wireTags gives tags in the order of their keys.
func wireTags(tags map[string]string) []types.Tag {
	out := make([]types.Tag, 0, len(tags))
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, types.Tag{Key: &k, Value: new(tags[k])})
	}
	return out
}

func tagResource(a *alarms.Service, d *dashboards.Service) offered {
	return offer("TagResource",
		func(ctx context.Context, c *Call, r *cloudwatch.TagResourceInput) (*cloudwatch.TagResourceOutput, error) {
			resource := text(r.ResourceARN)
			if dashboards.Names(resource) {
				return &cloudwatch.TagResourceOutput{}, d.Tag(ctx, c.Account, resource, dashboardTags(r.Tags))
			}
			return &cloudwatch.TagResourceOutput{}, a.Tag(ctx, c.Tenant, resource, alarmTags(r.Tags))
		},
		"conformance: TestAlarmTags", Fields{"ResourceARN": Acts, "Tags": Acts, "Tags.Key": Acts, "Tags.Value": Acts})
}

func untagResource(a *alarms.Service, d *dashboards.Service) offered {
	return offer("UntagResource",
		func(ctx context.Context, c *Call, r *cloudwatch.UntagResourceInput) (*cloudwatch.UntagResourceOutput, error) {
			resource := text(r.ResourceARN)
			if dashboards.Names(resource) {
				return &cloudwatch.UntagResourceOutput{}, d.Untag(ctx, c.Account, resource, r.TagKeys)
			}
			return &cloudwatch.UntagResourceOutput{}, a.Untag(ctx, c.Tenant, resource, r.TagKeys)
		},
		"conformance: TestAlarmTags", Fields{"ResourceARN": Acts, "TagKeys": Acts})
}
