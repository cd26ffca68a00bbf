package scaling

import (
	"context"
	"maps"
	"slices"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

func tooManyTags() error {
	return fault.New(fault.LimitExceeded, "An Auto Scaling group has at most %d tags.", maxTags) // (inferred)
}

// TagOf is a tag of a group.
type TagOf struct {
	Group, Key string
	Tag
}

// SetTags makes or replaces tags of groups.
func (s *Service) SetTags(ctx context.Context, t metric.Tenant, tags []TagOf) error {
	return s.tag(ctx, t, tags, func(g *Group, tag TagOf) error {
		g.Tags[tag.Key] = tag.Tag
		if len(g.Tags) > maxTags {
			return tooManyTags()
		}
		return nil
	})
}

// DeleteTags removes tags of groups, by their keys.
func (s *Service) DeleteTags(ctx context.Context, t metric.Tenant, tags []TagOf) error {
	return s.tag(ctx, t, tags, func(g *Group, tag TagOf) error {
		delete(g.Tags, tag.Key)
		return nil
	})
}

func (s *Service) tag(ctx context.Context, t metric.Tenant, tags []TagOf, fn func(*Group, TagOf) error) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		for _, tag := range tags {
			g, err := group(tx, GroupName{t, tag.Group})
			if err != nil {
				return err
			}
			if g.Tags = maps.Clone(g.Tags); g.Tags == nil {
				g.Tags = map[string]Tag{}
			}
			if err := fn(g, tag); err != nil {
				return err
			}
			if err := g.save(tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// List returns the tags in the order of their keys.
func (g *Group) List() (out []TagOf) {
	for _, k := range slices.Sorted(maps.Keys(g.Tags)) {
		out = append(out, TagOf{g.Group, k, g.Tags[k]})
	}
	return out
}
