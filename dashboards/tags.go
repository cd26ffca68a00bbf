package dashboards

import (
	"context"
	"maps"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/internal/tag"
)

// Tags returns the tags of the account's dashboard with an ARN.
func (s *Service) Tags(account, resource string) (tags map[string]string, err error) {
	err = s.db.View(func(r catalog.Reader) error {
		n, err := tagged(r, account, resource)
		if err == nil {
			tags, _, err = tagSets.Get(r, n.parts()...)
		}
		return err
	})
	return tags, err
}

// Tag puts tags on the dashboard with an ARN, over those with the same keys.
func (s *Service) Tag(ctx context.Context, account, resource string, add map[string]string) error {
	if len(add) > tag.Most {
		return invalid("Tags", "tags are invalid.") // as for alarms (recorded there)
	}
	return s.retag(ctx, account, resource, func(tags map[string]string) { maps.Copy(tags, add) })
}

// Untag takes the tags with some keys off the dashboard with an ARN; unknown keys
// are ignored.
func (s *Service) Untag(ctx context.Context, account, resource string, keys []string) error {
	return s.retag(ctx, account, resource, func(tags map[string]string) {
		for _, k := range keys {
			delete(tags, k)
		}
	})
}

func (s *Service) retag(ctx context.Context, account, resource string, change func(map[string]string)) error {
	return s.db.Update(ctx, func(tx *catalog.Tx) error {
		n, err := tagged(tx, account, resource)
		if err != nil {
			return err
		}
		return retag(tx, n, change)
	})
}

// tagged finds the dashboard with an ARN. The refusal of an unknown one has no
// message, as for alarms (recorded there).
func tagged(r catalog.Reader, account, resource string) (Name, error) {
	n, ok := named(resource)
	if ok && n.Account == account {
		_, there, err := entries.Get(r, n.parts()...)
		if err != nil || there {
			return n, err
		}
	}
	return Name{}, &fault.Error{Kind: fault.NotFound, Subject: "tagged"}
}

// retag changes the tags of a dashboard. The words of the refusals are those of
// alarms.
func retag(tx *catalog.Tx, n Name, change func(map[string]string)) error {
	tags, _, err := tagSets.Get(tx, n.parts()...)
	if err != nil {
		return err
	}
	if tags == nil {
		tags = map[string]string{}
	}
	change(tags)
	switch {
	case tag.AnyReserved(tags):
		return fault.New(fault.Denied, `The provided tag keys must not start with any case of "aws:"`)
	case len(tags) > tag.Most:
		return fault.New(fault.Validation, "The resultant tag set must not have more than %d user tags.", tag.Most)
	}
	return tagSets.Put(tx, tags, n.parts()...)
}
