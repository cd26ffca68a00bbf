package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
)

func (a appScalingAPI) tagOperations() []offered {
	return []offered{
		offer("TagResource", a.tag, showsTargets, Fields{"ResourceARN": Acts, "Tags": Kept}),
		offer("UntagResource", a.untag, showsTargets, Fields{"ResourceARN": Acts, "TagKeys": Acts}),
		offer("ListTagsForResource", a.listTags, showsTargets, Fields{"ResourceARN": Acts}),
	}
}

func (a appScalingAPI) tag(ctx context.Context, c *Call, in *sdk.TagResourceInput) (*sdk.TagResourceOutput, error) {
	return nil, a.s.Tag(ctx, c.Tenant, text(in.ResourceARN), in.Tags)
}

func (a appScalingAPI) untag(ctx context.Context, c *Call, in *sdk.UntagResourceInput) (*sdk.UntagResourceOutput, error) {
	return nil, a.s.Untag(ctx, c.Tenant, text(in.ResourceARN), in.TagKeys)
}

func (a appScalingAPI) listTags(_ context.Context, c *Call, in *sdk.ListTagsForResourceInput) (*sdk.ListTagsForResourceOutput, error) {
	tags, err := a.s.Tags(c.Tenant, text(in.ResourceARN))
	if err != nil {
		return nil, err
	}
	if tags == nil {
		tags = map[string]string{}
	}
	return &sdk.ListTagsForResourceOutput{Tags: tags}, nil
}
