package alarms

import (
	"cmp"
	"slices"
	"strings"

	"skywatch/internal/fault"
	"skywatch/internal/tag"
)

// Tag is a key and a value that the client put on an alarm.
type Tag struct{ Key, Value string }

// mergeTags returns old with the tags of add put over it, by key. Of two with
// one key the later wins (recorded).
func mergeTags(old, add []Tag) ([]Tag, error) {
	tags := slices.Clone(old)
	for _, t := range add {
		if len(t.Key) >= 4 && strings.EqualFold(t.Key[:4], "aws:") {
			return nil, fault.New(fault.Denied, `The provided tag keys must not start with any case of "aws:"`)
		}
		i, ok := slices.BinarySearchFunc(tags, t, func(a, b Tag) int { return cmp.Compare(a.Key, b.Key) })
		if ok {
			tags[i] = t
		} else {
			tags = slices.Insert(tags, i, t)
		}
	}
	if len(tags) > tag.Most {
		return nil, invalid("The resultant tag set must not have more than %d user tags.", tag.Most)
	}
	return tags, nil
}
