package api

import (
	"context"
	"slices"
	"strconv"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"skywatch/internal/fault"
	"skywatch/targets/scaling"
)

const taggedGroup = "auto-scaling-group" // the one type of resource that has tags

func (a scalingAPI) tagOperations() []offered {
	tags := Fields{"Tags": Acts, "Tags.ResourceId": Acts, "Tags.ResourceType": Acts, "Tags.Key": Acts, "Tags.Value": Acts, "Tags.PropagateAtLaunch": Acts}
	return []offered{
		offer("CreateOrUpdateTags", a.setTags, showsGroups, tags),
		offer("DeleteTags", a.deleteTags, showsGroups, tags),
		offer("DescribeTags", a.describeTags, showsGroups, Fields{
			"Filters": Acts, "Filters.Name": Acts, "Filters.Values": Acts, "NextToken": Acts, "MaxRecords": Acts, "IncludeManagedResources": Refused,
		}),
	}
}

// sortByKey puts a list into the order in which it is paged.
func sortByKey[T any](list []T, key func(*T) string) {
	slices.SortFunc(list, func(a, b T) int { return strings.Compare(key(&a), key(&b)) })
}

// scalingTag reads a tag; group is the one that is made with it, if any.
func scalingTag(t types.Tag, group string) (scaling.TagOf, error) {
	id := group
	if t.ResourceId != nil {
		id = *t.ResourceId
	}
	switch {
	case group != "" && id != group:
		return scaling.TagOf{}, fault.New(fault.Validation, "The ResourceId of a tag must be the name of the group.").On("Tags") // (inferred)
	case t.ResourceType != nil && *t.ResourceType != taggedGroup, t.ResourceType == nil && group == "":
		return scaling.TagOf{}, fault.New(fault.Validation, "The ResourceType of a tag must be %s.", taggedGroup).On("Tags") // (inferred)
	case strings.HasPrefix(text(t.Key), "aws:"):
		return scaling.TagOf{}, fault.New(fault.Validation, "Keys of tags must not begin with aws:.").On("Tags") // (inferred)
	}
	return scaling.TagOf{Group: id, Key: text(t.Key), Tag: scaling.Tag{Value: text(t.Value), Propagate: yes(t.PropagateAtLaunch)}}, nil
}

func wireScalingTag(t scaling.TagOf) types.TagDescription {
	return types.TagDescription{
		ResourceId: &t.Group, ResourceType: new(taggedGroup), Key: &t.Key, Value: &t.Tag.Value, PropagateAtLaunch: &t.Propagate,
	}
}

func scalingTags(in []types.Tag) (out []scaling.TagOf, err error) {
	for _, t := range in {
		tag, err := scalingTag(t, "")
		if err != nil {
			return nil, err
		}
		out = append(out, tag)
	}
	return out, nil
}

func (a scalingAPI) setTags(ctx context.Context, c *Call, in *sdk.CreateOrUpdateTagsInput) (*sdk.CreateOrUpdateTagsOutput, error) {
	tags, err := scalingTags(in.Tags)
	if err != nil {
		return nil, err
	}
	return nil, a.s.SetTags(ctx, c.Tenant, tags)
}

func (a scalingAPI) deleteTags(ctx context.Context, c *Call, in *sdk.DeleteTagsInput) (*sdk.DeleteTagsOutput, error) {
	tags, err := scalingTags(in.Tags)
	if err != nil {
		return nil, err
	}
	return nil, a.s.DeleteTags(ctx, c.Tenant, tags)
}

func (a scalingAPI) describeTags(_ context.Context, c *Call, in *sdk.DescribeTagsInput) (*sdk.DescribeTagsOutput, error) {
	views, err := a.s.Groups(c.Tenant, nil)
	if err != nil {
		return nil, err
	}
	var list []scaling.TagOf
	for i := range views {
		list = append(list, views[i].List()...)
	}
	for _, f := range in.Filters {
		of, ok := tagFilters[text(f.Name)]
		if !ok {
			return nil, fault.New(fault.Validation, "Filter type %s is not correct. Allowed Filter types are: auto-scaling-group key value propagate-at-launch", text(f.Name)).On("Filters")
		}
		list = slices.DeleteFunc(list, func(t scaling.TagOf) bool { return !slices.Contains(f.Values, of(&t)) })
	}
	key := func(t *scaling.TagOf) string { return t.Group + "\x01" + t.Key }
	sortByKey(list, key)
	page, next, err := scalingPaged(list, key, "scaling-tag", in.NextToken, in.MaxRecords)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeTagsOutput{Tags: []types.TagDescription{}, NextToken: next}
	for _, t := range page {
		out.Tags = append(out.Tags, wireScalingTag(t))
	}
	return out, nil
}

var tagFilters = map[string]func(*scaling.TagOf) string{
	"auto-scaling-group":  func(t *scaling.TagOf) string { return t.Group },
	"key":                 func(t *scaling.TagOf) string { return t.Key },
	"value":               func(t *scaling.TagOf) string { return t.Value },
	"propagate-at-launch": func(t *scaling.TagOf) string { return strconv.FormatBool(t.Propagate) },
}
