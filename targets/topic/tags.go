package topic

import (
	"context"
	"maps"
	"unicode/utf8"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/internal/tag"
)

func checkTags(tags map[string]string) error {
	if len(tags) > tag.Most {
		err := fault.New(fault.LimitExceeded, "Could not complete request: tag quota of per resource exceeded")
		err.Subject = "tags"
		return err
	}
	if tag.AnyReserved(tags) {
		return invalid("Tags Reason: keys must not begin with aws:").On("Tags") // (inferred)
	}
	for k, v := range tags {
		if k == "" || utf8.RuneCountInString(k) > 128 || utf8.RuneCountInString(v) > 256 {
			return invalid("Tags Reason: keys must be between 1 and 128 characters in length, values at most 256").On("Tags") // (inferred)
		}
	}
	return nil
}

// noResource is NotFound as the tag operations spell it.
func noResource(err error) error {
	if fault.Is(err, fault.NotFound) {
		return notFound("tagged", "Resource does not exist")
	}
	return err
}

// Tag adds tags to a topic.
func (s *Service) Tag(ctx context.Context, n Name, tags map[string]string) error {
	return noResource(s.change(ctx, n, func(t *record) error {
		all := maps.Clone(t.Tags)
		if all == nil {
			all = map[string]string{}
		}
		maps.Copy(all, tags)
		t.Tags = all
		return checkTags(all)
	}))
}

// Untag removes tags of a topic.
func (s *Service) Untag(ctx context.Context, n Name, keys []string) error {
	return noResource(s.change(ctx, n, func(t *record) error {
		for _, k := range keys {
			delete(t.Tags, k)
		}
		return nil
	}))
}

// Tags returns a topic's tags.
func (s *Service) Tags(n Name) (map[string]string, error) {
	var t record
	err := s.Catalog.View(func(r catalog.Reader) (err error) {
		t, err = getTopic(r, n)
		return err
	})
	return t.Tags, noResource(err)
}
