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

// tagged is what may have tags: an alarm or a mute rule.
type tagged struct {
	tags   catalog.Table[[]Tag]
	key    []string
	exists func(catalog.Reader) (bool, error)
	// known reports whether its tags can be asked for all the same where it does
	// not exist: it has none.
	known func(catalog.Reader) (bool, error)
}

func (k Key) tagged() tagged {
	return tagged{
		tags: tagSets, key: k.parts(),
		exists: func(r catalog.Reader) (bool, error) {
			_, ok, err := definitions.Get(r, k.parts()...)
			return ok, err
		},
		known: func(r catalog.Reader) (bool, error) { return remembers(r, k) },
	}
}

func (k MuteKey) tagged() tagged {
	return tagged{
		tags: muteTags, key: k.parts(),
		exists: func(r catalog.Reader) (bool, error) {
			_, ok, err := muteRules.Get(r, k.parts()...)
			return ok, err
		},
		known: func(catalog.Reader) (bool, error) { return false, nil },
	}
}

// Tags returns the tags of the alarm or mute rule with the given ARN, by key. An
// alarm that was deleted has none; one that the history does not know is not
// found.
func (s *Service) Tags(t metric.Tenant, arn string) (tags []Tag, err error) {
	of, err := named(t, arn)
	if err != nil {
		return nil, err
	}
	err = s.opts.Catalog.View(func(r catalog.Reader) error {
		exists, err := of.exists(r)
		if err != nil {
			return err
		}
		if !exists {
			if known, err := of.known(r); err != nil || !known {
				return orNotTagged(err)
			}
		}
		tags, _, err = of.tags.Get(r, of.key...)
		return err
	})
	return tags, err
}

// Tag puts tags on the alarm or mute rule with the given ARN, over those with the
// same keys.
func (s *Service) Tag(ctx context.Context, t metric.Tenant, arn string, add []Tag) error {
	if len(add) > tag.Most {
		return fault.New(fault.InvalidValue, "tags are invalid.").On("Tags") // (recorded)
	}
	return s.retag(ctx, t, arn, func(tags []Tag) ([]Tag, error) { return mergeTags(tags, add) })
}

// Untag takes the tags with the given keys off the alarm or mute rule; unknown
// keys are ignored.
func (s *Service) Untag(ctx context.Context, t metric.Tenant, arn string, keys []string) error {
	return s.retag(ctx, t, arn, func(tags []Tag) ([]Tag, error) {
		return slices.DeleteFunc(tags, func(t Tag) bool { return slices.Contains(keys, t.Key) }), nil
	})
}

func (s *Service) retag(ctx context.Context, t metric.Tenant, arn string, fn func([]Tag) ([]Tag, error)) error {
	of, err := named(t, arn)
	if err != nil {
		return err
	}
	return s.opts.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if ok, err := of.exists(tx); err != nil || !ok {
			return orNotTagged(err)
		}
		tags, _, err := of.tags.Get(tx, of.key...)
		if err != nil {
			return err
		}
		if tags, err = fn(tags); err != nil {
			return err
		}
		return of.tags.Put(tx, tags, of.key...)
	})
}

// named reads the ARN of an alarm or a mute rule of the tenant.
func named(t metric.Tenant, arn string) (tagged, error) {
	if name, ok := strings.CutPrefix(arn, Key{Tenant: t}.ARN()); ok && name != "" {
		return Key{t, name}.tagged(), nil
	}
	if name, ok := strings.CutPrefix(arn, MuteKey{Tenant: t}.ARN()); ok && name != "" {
		return MuteKey{t, name}.tagged(), nil
	}
	if !strings.HasPrefix(arn, "arn:") {
		return tagged{}, fault.New(fault.InvalidValue, "Invalid ARN: %s", arn).On("ResourceARN") // wording (inferred)
	}
	return tagged{}, orNotTagged(nil)
}

// orNotTagged returns err, or else that there is no such resource (recorded:
// without a message).
func orNotTagged(err error) error {
	if err != nil {
		return err
	}
	return &fault.Error{Kind: fault.NotFound, Subject: "tagged"}
}
