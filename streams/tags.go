package streams

import (
	"context"
	"maps"

	"skywatch/internal/tag"
)

func checkTags(n Name, tags map[string]string) error {
	if tag.AnyReserved(tags) {
		return invalid("Tags", "Tag keys must not begin with aws:, which is reserved.") // wording (inferred)
	}
	if len(tags) > tag.Most {
		return invalid("Tags", "Failed to add tags to stream %s under account %s because a given stream cannot have more than %d tags associated with it.", n.Stream, n.Account, tag.Most)
	}
	return nil
}

// Tag puts tags on a stream, over those with the same keys.
func (s *Service) Tag(ctx context.Context, n Name, add map[string]string) error {
	_, err := s.change(ctx, n, func(st *Stream) error {
		if st.Tags == nil {
			st.Tags = map[string]string{}
		}
		maps.Copy(st.Tags, add)
		return checkTags(n, st.Tags)
	})
	return err
}

// Untag takes the tags with the given keys off a stream.
func (s *Service) Untag(ctx context.Context, n Name, keys []string) error {
	_, err := s.change(ctx, n, func(st *Stream) error {
		for _, k := range keys {
			delete(st.Tags, k)
		}
		return nil
	})
	return err
}
