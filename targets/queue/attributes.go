package queue

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/internal/tag"
)

// SetAttributes changes attributes of a queue.
func (s *Service) SetAttributes(ctx context.Context, n Name, attributes map[string]string) error {
	if len(attributes) == 0 {
		return fault.New(fault.Missing, "The request must contain the parameter Attribute.Name.").On("Attributes")
	}
	return s.change(ctx, n, func(tx *catalog.Tx, q *record) error {
		q.Modified = s.now()
		if err := q.Settings.set(attributes, q.fifo()); err != nil {
			return err
		}
		if _, ok := attributes["RedrivePolicy"]; !ok {
			return nil
		}
		return checkRedrive(tx, q)
	})
}

// change reads, changes and writes a queue's record.
func (s *Service) change(ctx context.Context, n Name, f func(*catalog.Tx, *record) error) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		q, err := get(tx, n)
		if err != nil {
			return err
		}
		if err := f(tx, &q); err != nil {
			return err
		}
		s.writes(tx, n)
		s.used(tx, n)
		return queues.Put(tx, q, n.key()...)
	})
}

// Attributes returns the attributes asked for, all of them for "All".
func (s *Service) Attributes(n Name, names []string) (map[string]string, error) {
	for _, name := range names {
		if !known(name) {
			return nil, unknownAttribute(name)
		}
	}
	out := map[string]string{}
	err := s.Catalog.View(func(r catalog.Reader) error {
		q, err := get(r, n)
		if err != nil || len(names) == 0 {
			return err
		}
		all, err := s.describe(r, &q)
		for k, v := range all {
			if slices.Contains(names, k) || slices.Contains(names, "All") {
				out[k] = v
			}
		}
		return err
	})
	if err == nil {
		s.touched(n)
	}
	return out, err
}

func known(name string) bool {
	_, ok := find(name)
	return ok || name == "All" || slices.Contains(texts, name) ||
		slices.Contains(computed, name) || slices.Contains(refusedSettings, name)
}

func (s *Service) describe(r catalog.Reader, q *record) (map[string]string, error) {
	out := q.text()
	out["QueueArn"] = q.ARN()
	out["CreatedTimestamp"] = strconv.FormatInt(q.Created.Unix(), 10)
	out["LastModifiedTimestamp"] = strconv.FormatInt(q.Modified.Unix(), 10)
	total, _, err := counts.Get(r, q.store())
	if err != nil {
		return nil, err
	}
	hidden, err := s.hidden(r, q.store())
	out["ApproximateNumberOfMessages"] = strconv.Itoa(hidden.visible(total))
	out["ApproximateNumberOfMessagesNotVisible"] = strconv.Itoa(hidden.inFlight)
	out["ApproximateNumberOfMessagesDelayed"] = strconv.Itoa(hidden.delayed)
	return out, err
}

func checkTags(tags map[string]string) error {
	if len(tags) > tag.Most {
		return fault.New(fault.InvalidValue, "Too many tags added for queue. Maximum number of tags allowed is %d.", tag.Most) // (inferred)
	}
	if tag.AnyReserved(tags) {
		return fault.New(fault.InvalidValue, "Tag keys must not begin with aws:.") // (inferred)
	}
	for k, v := range tags {
		if k == "" || utf8.RuneCountInString(k) > 128 || utf8.RuneCountInString(v) > 256 {
			return fault.New(fault.InvalidValue, "Tag keys must be between 1 and 128 characters in length, tag values at most 256.") // (inferred)
		}
	}
	return nil
}

// Tag adds tags to a queue.
func (s *Service) Tag(ctx context.Context, n Name, tags map[string]string) error {
	return s.change(ctx, n, func(_ *catalog.Tx, q *record) error {
		all := maps.Clone(q.Tags)
		if all == nil {
			all = map[string]string{}
		}
		maps.Copy(all, tags)
		q.Tags = all
		return checkTags(all)
	})
}

// Untag removes tags of a queue.
func (s *Service) Untag(ctx context.Context, n Name, keys []string) error {
	return s.change(ctx, n, func(_ *catalog.Tx, q *record) error {
		for _, k := range keys {
			delete(q.Tags, k)
		}
		return nil
	})
}

// Tags returns a queue's tags.
func (s *Service) Tags(n Name) (map[string]string, error) {
	var q record
	err := s.Catalog.View(func(r catalog.Reader) (err error) {
		q, err = get(r, n)
		return err
	})
	return q.Tags, err
}
