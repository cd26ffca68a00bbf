package scaling

import (
	"context"
	"maps"
	"slices"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/internal/tag"
	"skywatch/metric"
)

func tooManyTags() error {
	return fault.New(fault.LimitExceeded, "An Auto Scaling group has at most %d tags.", tag.Most) // (inferred)
}

// TagOf is a tag of a group.
type TagOf struct {
	Group, Key string
	Tag
}

// SetTags makes or replaces tags of groups.
func (s *Service) SetTags(ctx context.Context, t metric.Tenant, tags []TagOf) error {
	return s.tag(ctx, t, tags, func(g *Group, one TagOf) error {
		g.Tags[one.Key] = one.Tag
		if len(g.Tags) > tag.Most {
			return tooManyTags()
		}
		return nil
	})
}

// DeleteTags removes tags of groups, by their keys.
func (s *Service) DeleteTags(ctx context.Context, t metric.Tenant, tags []TagOf) error {
	return s.tag(ctx, t, tags, func(g *Group, one TagOf) error {
		delete(g.Tags, one.Key)
		return nil
	})
}

func (s *Service) tag(ctx context.Context, t metric.Tenant, tags []TagOf, fn func(*Group, TagOf) error) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		for _, one := range tags {
			g, err := group(tx, GroupName{t, one.Group})
			if err != nil {
				return err
			}
			if g.Tags = maps.Clone(g.Tags); g.Tags == nil {
				g.Tags = map[string]Tag{}
			}
			if err := fn(g, one); err != nil {
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
