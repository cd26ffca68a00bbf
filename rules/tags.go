package rules

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
		return fault.New(fault.Validation, "System tags cannot be added/updated/deleted by requester") // wording (inferred)
	}
	if len(tags) > tag.Most {
		return fault.New(fault.Validation, "The number of tags exceeds the maximum of %d.", tag.Most) // wording (inferred)
	}
	return nil
}

// Tags returns the tags of a bus or rule.
func (s *Service) Tags(t metric.Tenant, resource string) (tags map[string]string, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		if n, ok := ruleOf(resource); ok && n.Tenant == t {
			rule, err := getRule(r, n)
			tags = rule.Tags
			return err
		}
		n, err := taggedBus(t, resource)
		if err != nil {
			return err
		}
		b, err := getBus(r, n)
		tags = b.Tags
		return err
	})
	return tags, err
}

// Tag puts tags on a bus or rule, over those with the same keys.
func (s *Service) Tag(ctx context.Context, t metric.Tenant, resource string, add map[string]string) error {
	return s.retag(ctx, t, resource, func(tags map[string]string) (map[string]string, error) {
		all := map[string]string{}
		maps.Copy(all, tags)
		maps.Copy(all, add)
		return all, checkTags(all)
	})
}

// Untag takes the tags with the given keys off a bus or rule.
func (s *Service) Untag(ctx context.Context, t metric.Tenant, resource string, keys []string) error {
	return s.retag(ctx, t, resource, func(tags map[string]string) (map[string]string, error) {
		for _, k := range keys {
			delete(tags, k)
		}
		return tags, nil
	})
}

func (s *Service) retag(ctx context.Context, t metric.Tenant, resource string, fn func(map[string]string) (map[string]string, error)) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if n, ok := ruleOf(resource); ok && n.Tenant == t {
			rule, err := getRule(tx, n)
			if err != nil {
				return err
			}
			if err := rule.free(); err != nil {
				return err
			}
			if rule.Tags, err = fn(rule.Tags); err != nil {
				return err
			}
			return rules.Put(tx, rule, n.parts()...)
		}
		n, err := taggedBus(t, resource)
		if err != nil {
			return err
		}
		b, err := getBus(tx, n)
		if err != nil {
			return err
		}
		if b.Tags, err = fn(b.Tags); err != nil {
			return err
		}
		return buses.Put(tx, b, n.parts()...)
	})
}

func taggedBus(t metric.Tenant, resource string) (BusName, error) {
	n, ok := busOf(resource)
	if !ok || n.Tenant != t {
		return n, fault.New(fault.NotFound, "Resource %s does not exist.", resource) // wording (inferred)
	}
	return n, nil
}
