package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"skywatch/internal/fault"
	"skywatch/logs"
)

// Tags have two families of operations: by ARN, and the older ones by name.
func (a logsAPI) tagOperations() []offered {
	return []offered{
		offer("TagResource", a.tag, "conformance: TestLogGroups", Fields{"ResourceArn": Acts, "Tags": Kept}),
		offer("UntagResource", a.untag, "conformance: TestLogGroups", Fields{"ResourceArn": Acts, "TagKeys": Acts}),
		offer("ListTagsForResource", a.listTags, "conformance: TestLogGroups", Fields{"ResourceArn": Acts}),
		offer("TagLogGroup", a.tagGroup, "conformance: TestLogGroups", Fields{"LogGroupName": Acts, "Tags": Kept}),
		offer("UntagLogGroup", a.untagGroup, "conformance: TestLogGroups", Fields{"LogGroupName": Acts, "Tags": Acts}),
		offer("ListTagsLogGroup", a.listGroupTags, "conformance: TestLogGroups", Fields{"LogGroupName": Acts}),
	}
}

// taggedLogs is the group that an ARN names, the only thing with tags here.
func taggedLogs(c *Call, arn *string) (logs.GroupName, error) {
	n, ok := logs.ParseGroup(text(arn))
	if !ok || n.Tenant != c.Tenant {
		return n, fault.New(fault.NotFound, "The specified resource does not exist.") // wording (inferred)
	}
	return n, nil
}

func (a logsAPI) tag(ctx context.Context, c *Call, in *sdk.TagResourceInput) (*sdk.TagResourceOutput, error) {
	n, err := taggedLogs(c, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	return nil, a.s.Tag(ctx, n, in.Tags)
}

func (a logsAPI) untag(ctx context.Context, c *Call, in *sdk.UntagResourceInput) (*sdk.UntagResourceOutput, error) {
	n, err := taggedLogs(c, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	return nil, a.s.Untag(ctx, n, in.TagKeys)
}

func (a logsAPI) listTags(_ context.Context, c *Call, in *sdk.ListTagsForResourceInput) (*sdk.ListTagsForResourceOutput, error) {
	n, err := taggedLogs(c, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	tags, err := a.tags(n)
	return &sdk.ListTagsForResourceOutput{Tags: tags}, err
}

func (a logsAPI) tagGroup(ctx context.Context, c *Call, in *sdk.TagLogGroupInput) (*sdk.TagLogGroupOutput, error) {
	return nil, a.s.Tag(ctx, logGroupAt(c, in.LogGroupName), in.Tags)
}

func (a logsAPI) untagGroup(ctx context.Context, c *Call, in *sdk.UntagLogGroupInput) (*sdk.UntagLogGroupOutput, error) {
	return nil, a.s.Untag(ctx, logGroupAt(c, in.LogGroupName), in.Tags)
}

func (a logsAPI) listGroupTags(_ context.Context, c *Call, in *sdk.ListTagsLogGroupInput) (*sdk.ListTagsLogGroupOutput, error) {
	tags, err := a.tags(logGroupAt(c, in.LogGroupName))
	return &sdk.ListTagsLogGroupOutput{Tags: tags}, err
}

// tags are a group's, empty rather than absent.
func (a logsAPI) tags(n logs.GroupName) (map[string]string, error) {
	tags, err := a.s.Tags(n)
	if tags == nil {
		tags = map[string]string{}
	}
	return tags, err
}
