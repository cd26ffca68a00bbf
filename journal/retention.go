package journal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// Expire drops the records of a log that are older than before, by whole hours
// (UTC): a record goes once its hour is over and the hour's end is not after
// before. It returns what it dropped, and costs the same for one record as for
// a million.
func (db *DB) Expire(ctx context.Context, log string, before time.Time) (dropped Size, err error) {
	err = db.change(ctx, func(b *pebble.Batch) (func(), error) {
		e, err := db.find(log)
		if err != nil {
			return nil, err
		}
		end := bucketOf(before)
		if dropped, err = db.held(e.id, end); err != nil || dropped.Records == 0 {
			return nil, err
		}
		err = errors.Join(
			b.DeleteRange(logKey(recordKind, e.id), numberKey(recordKind, e.id, end*bucketMillis), nil),
			b.DeleteRange(logKey(bucketKind, e.id), numberKey(bucketKind, e.id, end), nil),
		)
		return func() { db.logs[log].size = e.size.minus(dropped) }, err
	})
	if err != nil {
		return Size{}, fmt.Errorf("expire log %q: %w", log, err)
	}
	return dropped, nil
}

// held sums the buckets of a log before end.
func (db *DB) held(log uint64, end int64) (all Size, err error) {
	err = db.visit(logKey(bucketKind, log), numberKey(bucketKind, log, end), func(_, value []byte) error {
		s, err := readSize(value)
		all = all.plus(s)
		return err
	})
	return all, err
}
