package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"skywatch/internal/fault"
	"skywatch/scheduler"
)

func schedulerOperations(s *scheduler.Service) []offered {
	a := schedulerAPI{s}
	all := []offered{
		offer("TagResource", a.tag, "conformance: TestScheduleGroups", Fields{"ResourceArn": Acts, "Tags": Kept, "Tags.Key": Kept, "Tags.Value": Kept}),
		offer("UntagResource", a.untag, "conformance: TestScheduleGroups", Fields{"ResourceArn": Acts, "TagKeys": Acts}),
		offer("ListTagsForResource", a.listTags, "conformance: TestScheduleGroups", Fields{"ResourceArn": Acts}),
	}
	all = append(all, a.groupOperations()...)
	return append(all, a.scheduleOperations()...)
}

// schedulerAPI turns EventBridge Scheduler's shapes into calls of the
// scheduler.
type schedulerAPI struct{ s *scheduler.Service }

// groupAt is the group that an operation names, the default group without a
// name.
func groupAt(c *Call, name *string) scheduler.GroupName {
	n := scheduler.GroupName{Tenant: c.Tenant, Group: text(name)}
	if n.Group == "" {
		n.Group = scheduler.DefaultGroup
	}
	return n
}

func scheduleAt(c *Call, group, name *string) scheduler.Name {
	return scheduler.Name{GroupName: groupAt(c, group), Schedule: text(name)}
}

// scheduledAfter reads a NextToken of a listing whose keys have n parts.
func scheduledAfter(token *string, list string, n int) ([]string, error) {
	after, err := readToken(token, list, n)
	if err != nil {
		err = fault.New(fault.Validation, "Invalid NextToken.").On("NextToken") // wording (inferred)
	}
	return after, err
}

func (a schedulerAPI) tag(ctx context.Context, c *Call, in *sdk.TagResourceInput) (*sdk.TagResourceOutput, error) {
	return &sdk.TagResourceOutput{}, a.s.Tag(ctx, c.Tenant, text(in.ResourceArn), scheduleTags(in.Tags))
}

func (a schedulerAPI) untag(ctx context.Context, c *Call, in *sdk.UntagResourceInput) (*sdk.UntagResourceOutput, error) {
	return &sdk.UntagResourceOutput{}, a.s.Untag(ctx, c.Tenant, text(in.ResourceArn), in.TagKeys)
}

func (a schedulerAPI) listTags(_ context.Context, c *Call, in *sdk.ListTagsForResourceInput) (*sdk.ListTagsForResourceOutput, error) {
	tags, err := a.s.Tags(c.Tenant, text(in.ResourceArn))
	if err != nil {
		return nil, err
	}
	out := &sdk.ListTagsForResourceOutput{Tags: []types.Tag{}}
	for _, k := range sortedKeys(tags) {
		out.Tags = append(out.Tags, types.Tag{Key: &k, Value: new(tags[k])})
	}
	return out, nil
}

func scheduleTags(tags []types.Tag) map[string]string {
	out := map[string]string{}
	for _, t := range tags {
		out[text(t.Key)] = text(t.Value)
	}
	return out
}
