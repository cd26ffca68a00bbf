package journal

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// Append adds records to a log, in one durable step, and returns what of
// them is new. Those whose time and ID are there already stay as they were.
func (db *DB) Append(ctx context.Context, log string, records ...Record) (added Size, err error) {
	for i := range records {
		if n := len(records[i].ID); n == 0 || n > maxID {
			return Size{}, fmt.Errorf("append to log %q: an ID of %d bytes", log, n)
		}
	}
	err = db.change(ctx, func(b *pebble.Batch) (func(), error) {
		e, err := db.find(log)
		if err != nil {
			return nil, err
		}
		grown := map[int64]Size{} // by bucket
		var value []byte
		for i := range records {
			r := &records[i]
			key := recordKey(e.id, r.Position)
			if there, err := has(b, key); err != nil || there {
				if err != nil {
					return nil, err
				}
				continue
			}
			value = appendValue(value[:0], r.Value)
			if err := b.Set(key, value, nil); err != nil {
				return nil, err
			}
			bucket := bucketOf(r.Time)
			grown[bucket] = grown[bucket].plus(Size{1, int64(len(r.Value))})
		}
		added, err = grow(b, e.id, grown)
		return func() { db.logs[log].size = e.size.plus(added) }, err
	})
	if err != nil {
		return Size{}, err
	}
	return added, nil
}

// has reports whether a key is there.
func has(r pebble.Reader, key []byte) (bool, error) {
	_, closer, err := r.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read journal: %w", err)
	}
	return true, closer.Close()
}

// grow adds to the buckets of a log, and returns the sum.
func grow(b *pebble.Batch, log uint64, grown map[int64]Size) (all Size, err error) {
	for bucket, more := range grown {
		key := numberKey(bucketKind, log, bucket)
		old, err := bucketSize(b, key)
		if err != nil {
			return all, err
		}
		if err := b.Set(key, appendSize(nil, old.plus(more)), nil); err != nil {
			return all, err
		}
		all = all.plus(more)
	}
	return all, nil
}

func bucketSize(r pebble.Reader, key []byte) (Size, error) {
	v, closer, err := r.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return Size{}, nil
	}
	if err != nil {
		return Size{}, fmt.Errorf("read journal: %w", err)
	}
	s, err := readSize(v)
	return s, errors.Join(err, closer.Close())
}
