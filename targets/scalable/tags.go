package scalable

import (
	"context"
	"maps"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/internal/tag"
	"skywatch/metric"
)

// Subjects of faults that have codes of their own.
const (
	Tagged      = "tagged"        // an ARN that nothing has
	TooManyTags = "too-many-tags" // more than a target may have
)

func checkTags(tags map[string]string) error {
	if tag.AnyReserved(tags) {
		return fault.New(fault.Validation, "Tag keys must not begin with aws:, which is reserved.").On("Tags") // (inferred)
	}
	return nil
}

// retag lets fn change the tags of the target that an ARN names.
func (s *Service) retag(ctx context.Context, t metric.Tenant, arn string, fn func(*Target) error) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		v, err := tagged(tx, t, arn)
		if err != nil {
			return err
		}
		if err := fn(v); err != nil {
			return err
		}
		return v.save(tx)
	})
}

// tagged finds the target that an ARN names.
func tagged(r catalog.Reader, t metric.Tenant, arn string) (*Target, error) {
	missing := fault.New(fault.NotFound, "No scalable target found for ARN: %s", arn) // (inferred)
	missing.Subject = Tagged
	at, id, ok := targetID(arn)
	if !ok || at != t {
		return nil, missing
	}
	key, ok, err := byID.Get(r, t.Account, t.Region, id)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, missing
	}
	v, ok, err := registered.Get(r, key...)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, missing
	}
	return &v, nil
}

// Tag adds tags to a target, or changes their values.
func (s *Service) Tag(ctx context.Context, t metric.Tenant, arn string, tags map[string]string) error {
	if err := checkTags(tags); err != nil {
		return err
	}
	return s.retag(ctx, t, arn, func(v *Target) error {
		if v.Tags == nil {
			v.Tags = map[string]string{}
		}
		maps.Copy(v.Tags, tags)
		if len(v.Tags) > tag.Most {
			f := fault.New(fault.LimitExceeded, "The number of tags exceeds the limit of %d tags.", tag.Most) // (inferred)
			f.Subject = TooManyTags
			return f
		}
		return nil
	})
}

// Untag removes tags from a target; those that it has not are not missed.
func (s *Service) Untag(ctx context.Context, t metric.Tenant, arn string, keys []string) error {
	return s.retag(ctx, t, arn, func(v *Target) error {
		for _, k := range keys {
			delete(v.Tags, k)
		}
		return nil
	})
}

// Tags returns the tags of a target.
func (s *Service) Tags(t metric.Tenant, arn string) (tags map[string]string, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		v, err := tagged(r, t, arn)
		if err == nil {
			tags = v.Tags
		}
		return err
	})
	return tags, err
}
