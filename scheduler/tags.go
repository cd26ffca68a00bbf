package scheduler

import (
	"context"
	"maps"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/internal/tag"
	"skywatch/metric"
)

func checkTags(tags map[string]string) error {
	if tag.AnyReserved(tags) {
		return fault.New(fault.Validation, "Tag keys must not begin with aws:, which is reserved.") // wording (inferred)
	}
	if len(tags) > tag.Most {
		return fault.New(fault.Validation, "A schedule group can have at most %d tags.", tag.Most) // wording (inferred)
	}
	return nil
}

// Tags returns the tags of a group.
func (s *Service) Tags(t metric.Tenant, group string) (map[string]string, error) {
	n, err := groupOf(t, group)
	if err != nil {
		return nil, err
	}
	g, err := s.Group(n)
	return g.Tags, err
}

// Tag puts tags on a group, over those with the same keys.
func (s *Service) Tag(ctx context.Context, t metric.Tenant, group string, add map[string]string) error {
	return s.retag(ctx, t, group, func(tags map[string]string) error {
		maps.Copy(tags, add)
		return checkTags(tags)
	})
}

// Untag takes the tags with the given keys off a group.
func (s *Service) Untag(ctx context.Context, t metric.Tenant, group string, keys []string) error {
	return s.retag(ctx, t, group, func(tags map[string]string) error {
		for _, k := range keys {
			delete(tags, k)
		}
		return nil
	})
}

func (s *Service) retag(ctx context.Context, t metric.Tenant, group string, fn func(map[string]string) error) error {
	n, err := groupOf(t, group)
	if err != nil {
		return err
	}
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		g, err := getGroup(tx, n)
		if err != nil {
			return err
		}
		if g.Tags == nil {
			g.Tags = map[string]string{}
		}
		if err := fn(g.Tags); err != nil {
			return err
		}
		g.Modified = s.now()
		return groups.Put(tx, g, n.parts()...)
	})
}
