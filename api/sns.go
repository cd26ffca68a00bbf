package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"skywatch/internal/fault"
	"skywatch/targets/topic"
)

func snsOperations(t *topic.Service) []offered {
	a := snsAPI{t}
	return append([]offered{
		offer("CreateTopic", a.createTopic, "api: TestTopics", Fields{
			"Name": Acts, "Attributes": Acts, "Tags": Kept, "Tags.Key": Kept, "Tags.Value": Kept, "DataProtectionPolicy": Refused,
		}),
		offer("DeleteTopic", a.deleteTopic, "api: TestTopics", Fields{"TopicArn": Acts}),
		offer("ListTopics", a.listTopics, "api: TestTopics", Fields{"NextToken": Acts}),
		offer("GetTopicAttributes", a.getAttributes, "api: TestTopics", Fields{"TopicArn": Acts}),
		offer("SetTopicAttributes", a.setAttribute, "api: TestTopics", Fields{"TopicArn": Acts, "AttributeName": Acts, "AttributeValue": Acts}),
		offer("TagResource", a.tag, "api: TestTopics", Fields{"ResourceArn": Acts, "Tags": Kept, "Tags.Key": Kept, "Tags.Value": Kept}),
		offer("UntagResource", a.untag, "api: TestTopics", Fields{"ResourceArn": Acts, "TagKeys": Acts}),
		offer("ListTagsForResource", a.listTags, "api: TestTopics", Fields{"ResourceArn": Acts}),
		offer("AddPermission", a.addPermission, "api: TestTopicPermissions", Fields{"TopicArn": Acts, "Label": Acts, "AWSAccountId": Kept, "ActionName": Kept}),
		offer("RemovePermission", a.removePermission, "api: TestTopicPermissions", Fields{"TopicArn": Acts, "Label": Acts}),
	}, append(a.subscriptionOperations(), a.publishOperations()...)...)
}

// snsAPI turns SNS's shapes into calls of the topics.
type snsAPI struct{ t *topic.Service }

func topicAt(c *Call, param string, arn *string) (topic.Name, error) {
	return topic.ParseName(c.Tenant, param, text(arn))
}

func (a snsAPI) createTopic(ctx context.Context, c *Call, in *sns.CreateTopicInput) (*sns.CreateTopicOutput, error) {
	n := topic.Name{Tenant: c.Tenant, Topic: text(in.Name)}
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	if err := a.t.Create(ctx, n, in.Attributes, tags); err != nil {
		return nil, err
	}
	return &sns.CreateTopicOutput{TopicArn: new(n.ARN())}, nil
}

func (a snsAPI) deleteTopic(ctx context.Context, c *Call, in *sns.DeleteTopicInput) (*sns.DeleteTopicOutput, error) {
	n, err := topicAt(c, "TopicArn", in.TopicArn)
	if err != nil {
		return nil, err
	}
	return nil, a.t.Delete(ctx, n)
}

func (a snsAPI) listTopics(_ context.Context, c *Call, in *sns.ListTopicsInput) (*sns.ListTopicsOutput, error) {
	after, err := readToken(in.NextToken, "topic", 1)
	if err != nil {
		return nil, err
	}
	names, next, err := a.t.List(c.Tenant, after[0])
	if err != nil {
		return nil, err
	}
	out := &sns.ListTopicsOutput{Topics: []types.Topic{}}
	for _, n := range names {
		out.Topics = append(out.Topics, types.Topic{TopicArn: new(n.ARN())})
	}
	if next != "" {
		out.NextToken = writeToken("topic", next)
	}
	return out, nil
}

func (a snsAPI) getAttributes(_ context.Context, c *Call, in *sns.GetTopicAttributesInput) (*sns.GetTopicAttributesOutput, error) {
	n, err := topicAt(c, "TopicArn", in.TopicArn)
	if err != nil {
		return nil, err
	}
	got, err := a.t.Attributes(n)
	if err != nil {
		return nil, err
	}
	return &sns.GetTopicAttributesOutput{Attributes: got}, nil
}

func (a snsAPI) setAttribute(ctx context.Context, c *Call, in *sns.SetTopicAttributesInput) (*sns.SetTopicAttributesOutput, error) {
	n, err := topicAt(c, "TopicArn", in.TopicArn)
	if err != nil {
		return nil, err
	}
	return nil, a.t.SetAttribute(ctx, n, text(in.AttributeName), text(in.AttributeValue))
}

func (a snsAPI) addPermission(ctx context.Context, c *Call, in *sns.AddPermissionInput) (*sns.AddPermissionOutput, error) {
	n, err := topicAt(c, "TopicArn", in.TopicArn)
	if err != nil {
		return nil, err
	}
	return nil, a.t.AddPermission(ctx, n, text(in.Label), in.AWSAccountId, in.ActionName)
}

func (a snsAPI) removePermission(ctx context.Context, c *Call, in *sns.RemovePermissionInput) (*sns.RemovePermissionOutput, error) {
	n, err := topicAt(c, "TopicArn", in.TopicArn)
	if err != nil {
		return nil, err
	}
	return nil, a.t.RemovePermission(ctx, n, text(in.Label))
}

func (a snsAPI) tag(ctx context.Context, c *Call, in *sns.TagResourceInput) (*sns.TagResourceOutput, error) {
	n, err := topicAt(c, "ResourceArn", in.ResourceArn)
	if err != nil {
		return nil, err
	}
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	if err := a.t.Tag(ctx, n, tags); err != nil {
		return nil, err
	}
	return &sns.TagResourceOutput{}, nil
}

func (a snsAPI) untag(ctx context.Context, c *Call, in *sns.UntagResourceInput) (*sns.UntagResourceOutput, error) {
	n, err := topicAt(c, "ResourceArn", in.ResourceArn)
	if err != nil {
		return nil, err
	}
	if err := a.t.Untag(ctx, n, in.TagKeys); err != nil {
		return nil, err
	}
	return &sns.UntagResourceOutput{}, nil
}

func (a snsAPI) listTags(_ context.Context, c *Call, in *sns.ListTagsForResourceInput) (*sns.ListTagsForResourceOutput, error) {
	n, err := topicAt(c, "ResourceArn", in.ResourceArn)
	if err != nil {
		return nil, err
	}
	tags, err := a.t.Tags(n)
	if err != nil {
		return nil, err
	}
	out := &sns.ListTagsForResourceOutput{Tags: []types.Tag{}}
	for _, k := range sortedKeys(tags) {
		out.Tags = append(out.Tags, types.Tag{Key: &k, Value: new(tags[k])})
	}
	return out, nil
}

// tagMap refuses a key that is there twice; that CreateTopic does so in the words of
// TagResource is (inferred).
func tagMap(tags []types.Tag) (map[string]string, error) {
	out := map[string]string{}
	for _, t := range tags {
		if _, twice := out[text(t.Key)]; twice {
			return nil, fault.New(fault.InvalidValue, "Invalid parameter: Duplicated keys are not allowed.").On("Tags")
		}
		out[text(t.Key)] = text(t.Value)
	}
	return out, nil
}
