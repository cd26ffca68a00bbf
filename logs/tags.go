package logs

import (
	"context"
	"maps"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/internal/tag"
)

// TooManyTags is the fault.Error.Subject of the refusal of more tags.
const TooManyTags = "tags"

func checkTags(tags map[string]string) error {
	if tag.AnyReserved(tags) {
		return invalid("tags", "Tag keys must not begin with aws:, which is reserved.") // wording (inferred)
	}
	if len(tags) > tag.Most {
		f := fault.New(fault.LimitExceeded, "A log group can have at most %d tags.", tag.Most) // wording (inferred)
		f.Subject = TooManyTags
		return f
	}
	return nil
}

// Tags returns the tags of a group.
func (s *Service) Tags(n GroupName) (map[string]string, error) {
	var g Group
	err := s.Catalog.View(func(r catalog.Reader) (err error) {
		g, err = getGroup(r, n)
		return err
	})
	return g.Tags, err
}

// Tag puts tags on a group, over those with the same keys.
func (s *Service) Tag(ctx context.Context, n GroupName, add map[string]string) error {
	return s.retag(ctx, n, func(tags map[string]string) error {
		maps.Copy(tags, add)
		return checkTags(tags)
	})
}

// Untag takes the tags with the given keys off a group.
func (s *Service) Untag(ctx context.Context, n GroupName, keys []string) error {
	return s.retag(ctx, n, func(tags map[string]string) error {
		for _, k := range keys {
			delete(tags, k)
		}
		return nil
	})
}

func (s *Service) retag(ctx context.Context, n GroupName, fn func(map[string]string) error) error {
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
		return groups.Put(tx, g, n.parts()...)
	})
}
