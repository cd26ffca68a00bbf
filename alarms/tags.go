package alarms

import (
	"context"
	"slices"
	"strings"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/internal/tag"
	"skywatch/metric"
)

// Tags returns the tags of the alarm with the given ARN, by key. An alarm that
// was deleted has none; one that the history does not know is not found.
func (s *Service) Tags(t metric.Tenant, arn string) (tags []Tag, err error) {
	k, err := s.tagged(t, arn)
	if err != nil {
		return nil, err
	}
	err = s.opts.Catalog.View(func(r catalog.Reader) error {
		_, exists, err := definitions.Get(r, k.parts()...)
		if err != nil {
			return err
		}
		if !exists {
			if known, err := remembers(r, k); err != nil || !known {
				return orNotTagged(err)
			}
		}
		tags, _, err = tagSets.Get(r, k.parts()...)
		return err
	})
	return tags, err
}

// Tag puts tags on the alarm with the given ARN, over those with the same keys.
func (s *Service) Tag(ctx context.Context, t metric.Tenant, arn string, add []Tag) error {
	if len(add) > tag.Most {
		return fault.New(fault.InvalidValue, "tags are invalid.").On("Tags") // (recorded)
	}
	return s.retag(ctx, t, arn, func(tags []Tag) ([]Tag, error) { return mergeTags(tags, add) })
}

// Untag takes the tags with the given keys off the alarm; unknown keys are
// ignored.
func (s *Service) Untag(ctx context.Context, t metric.Tenant, arn string, keys []string) error {
	return s.retag(ctx, t, arn, func(tags []Tag) ([]Tag, error) {
		return slices.DeleteFunc(tags, func(t Tag) bool { return slices.Contains(keys, t.Key) }), nil
	})
}

func (s *Service) retag(ctx context.Context, t metric.Tenant, arn string, fn func([]Tag) ([]Tag, error)) error {
	k, err := s.tagged(t, arn)
	if err != nil {
		return err
	}
	return s.opts.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if _, ok, err := definitions.Get(tx, k.parts()...); err != nil || !ok {
			return orNotTagged(err)
		}
		tags, _, err := tagSets.Get(tx, k.parts()...)
		if err != nil {
			return err
		}
		if tags, err = fn(tags); err != nil {
			return err
		}
		return tagSets.Put(tx, tags, k.parts()...)
	})
}

// tagged reads the ARN of an alarm of the tenant.
func (s *Service) tagged(t metric.Tenant, arn string) (Key, error) {
	name, ok := strings.CutPrefix(arn, Key{Tenant: t}.ARN())
	if !ok || name == "" {
		if !strings.HasPrefix(arn, "arn:") {
			return Key{}, fault.New(fault.InvalidValue, "Invalid ARN: %s", arn).On("ResourceARN") // wording (inferred)
		}
		return Key{}, orNotTagged(nil)
	}
	return Key{t, name}, nil
}

// orNotTagged returns err, or else that there is no such resource (recorded:
// without a message).
func orNotTagged(err error) error {
	if err != nil {
		return err
	}
	return &fault.Error{Kind: fault.NotFound, Subject: "tagged"}
}
