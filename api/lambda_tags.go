package api

import (
	"context"
	"maps"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"

	"skywatch/internal/arn"
	"skywatch/targets/function"
)

// mappingAt is the id of the mapping whose tags are meant, if one's are.
func mappingAt(resource *string) (id string, ok bool) {
	a, err := arn.Parse(text(resource))
	if err != nil {
		return "", false
	}
	return strings.CutPrefix(a.Resource, "event-source-mapping:")
}

// changeTags changes the tags of a function or a mapping.
func (a lambdaAPI) changeTags(ctx context.Context, c *Call, resource *string, change func(map[string]string)) error {
	if id, ok := mappingAt(resource); ok {
		_, err := a.s.UpdateMapping(ctx, c.Tenant, id, func(m *function.Mapping) error {
			tags := maps.Clone(m.Tags)
			if tags == nil {
				tags = map[string]string{}
			}
			change(tags)
			m.Tags = tags
			return nil
		})
		return err
	}
	n, err := unqualified(c, resource)
	if err != nil {
		return err
	}
	return a.s.ChangeTags(ctx, n, change)
}

func (a lambdaAPI) tag(ctx context.Context, c *Call, in *sdk.TagResourceInput) (*sdk.TagResourceOutput, error) {
	return nil, a.changeTags(ctx, c, in.Resource, func(have map[string]string) { maps.Copy(have, in.Tags) })
}

func (a lambdaAPI) untag(ctx context.Context, c *Call, in *sdk.UntagResourceInput) (*sdk.UntagResourceOutput, error) {
	return nil, a.changeTags(ctx, c, in.Resource, func(have map[string]string) {
		for _, k := range in.TagKeys {
			delete(have, k)
		}
	})
}

func (a lambdaAPI) listTags(_ context.Context, c *Call, in *sdk.ListTagsInput) (*sdk.ListTagsOutput, error) {
	if id, ok := mappingAt(in.Resource); ok {
		m, err := a.s.Mapping(c.Tenant, id)
		return &sdk.ListTagsOutput{Tags: m.Tags}, err
	}
	n, err := unqualified(c, in.Resource)
	if err != nil {
		return nil, err
	}
	f, err := a.s.Function(n)
	return &sdk.ListTagsOutput{Tags: f.Tags}, err
}
