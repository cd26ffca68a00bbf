package api

import (
	"context"
	"maps"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"skywatch/streams"
)

// Tags have two families of operations: by ARN, and the older ones by stream.
func (a streamsAPI) tagOperations() []offered {
	return []offered{
		offer("AddTagsToStream", a.addTags, shownStreams, named(Fields{"Tags": Kept})),
		offer("RemoveTagsFromStream", a.removeTags, shownStreams, named(Fields{"TagKeys": Acts})),
		offer("ListTagsForStream", a.listStreamTags, shownStreams, named(Fields{"ExclusiveStartTagKey": Acts, "Limit": Acts})),
		offer("TagResource", a.tag, shownStreams, Fields{"ResourceARN": Acts, "Tags": Kept, "StreamId": Refused}),
		offer("UntagResource", a.untag, shownStreams, Fields{"ResourceARN": Acts, "TagKeys": Acts, "StreamId": Refused}),
		offer("ListTagsForResource", a.listTags, shownStreams, Fields{"ResourceARN": Acts, "StreamId": Refused}),
	}
}

// tagsListed is how many tags ListTagsForStream tells where it is not said: all.
const tagsListed = 50

func (a streamsAPI) addTags(ctx context.Context, c *Call, in *sdk.AddTagsToStreamInput) (*sdk.AddTagsToStreamOutput, error) {
	n, err := streamAt(c, in.StreamName, in.StreamARN)
	if err != nil {
		return nil, err
	}
	return nil, a.s.Tag(ctx, n, in.Tags)
}

func (a streamsAPI) removeTags(ctx context.Context, c *Call, in *sdk.RemoveTagsFromStreamInput) (*sdk.RemoveTagsFromStreamOutput, error) {
	n, err := streamAt(c, in.StreamName, in.StreamARN)
	if err != nil {
		return nil, err
	}
	return nil, a.s.Untag(ctx, n, in.TagKeys)
}

func (a streamsAPI) tag(ctx context.Context, c *Call, in *sdk.TagResourceInput) (*sdk.TagResourceOutput, error) {
	n, err := streamAt(c, nil, in.ResourceARN)
	if err != nil {
		return nil, err
	}
	return nil, a.s.Tag(ctx, n, in.Tags)
}

func (a streamsAPI) untag(ctx context.Context, c *Call, in *sdk.UntagResourceInput) (*sdk.UntagResourceOutput, error) {
	n, err := streamAt(c, nil, in.ResourceARN)
	if err != nil {
		return nil, err
	}
	return nil, a.s.Untag(ctx, n, in.TagKeys)
}

// tagsOf are the tags of a stream by key, those behind after.
func (a streamsAPI) tagsOf(n streams.Name, after string) ([]types.Tag, error) {
	st, err := a.s.Stream(n)
	if err != nil {
		return nil, err
	}
	all := []types.Tag{}
	for _, k := range slices.Sorted(maps.Keys(st.Tags)) {
		if k > after || after == "" {
			all = append(all, types.Tag{Key: &k, Value: new(st.Tags[k])})
		}
	}
	return all, nil
}

func (a streamsAPI) listTags(_ context.Context, c *Call, in *sdk.ListTagsForResourceInput) (*sdk.ListTagsForResourceOutput, error) {
	n, err := streamAt(c, nil, in.ResourceARN)
	if err != nil {
		return nil, err
	}
	all, err := a.tagsOf(n, "")
	return &sdk.ListTagsForResourceOutput{Tags: all}, err
}

func (a streamsAPI) listStreamTags(_ context.Context, c *Call, in *sdk.ListTagsForStreamInput) (*sdk.ListTagsForStreamOutput, error) {
	n, err := streamAt(c, in.StreamName, in.StreamARN)
	if err != nil {
		return nil, err
	}
	all, err := a.tagsOf(n, text(in.ExclusiveStartTagKey))
	if err != nil {
		return nil, err
	}
	page, more := firstOf(all, in.Limit, tagsListed)
	return &sdk.ListTagsForStreamOutput{Tags: page, HasMoreTags: &more}, nil
}
