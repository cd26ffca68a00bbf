package journal

import (
	"errors"
	"fmt"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// Range says which records of a log are read: those from From on and before
// To, and behind After, where these are set.
type Range struct {
	From, To time.Time
	After    *Position
}

// bounds are the keys of the range.
func (r *Range) bounds(log uint64) (from, to []byte) {
	from, to = logKey(recordKind, log), logKey(recordKind, log+1)
	if !r.From.IsZero() {
		from = numberKey(recordKind, log, r.From.UnixMilli())
	}
	if r.After != nil {
		if after := append(recordKey(log, *r.After), 0); string(after) > string(from) {
			from = after
		}
	}
	if !r.To.IsZero() {
		to = numberKey(recordKind, log, r.To.UnixMilli())
	}
	return from, to
}

// Scan calls fn for the records of a range in order of (time, ID) until it
// returns false. The record's value is valid during the call only. To go on
// later, remember the Position of the last record and scan after it.
func (db *DB) Scan(log string, r Range, fn func(Record) (bool, error)) (err error) {
	if err := db.enter(); err != nil {
		return err
	}
	defer db.users.Done()
	e, err := db.find(log)
	if err != nil {
		return err
	}
	from, to := r.bounds(e.id)
	it, err := db.p.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: to})
	if err != nil {
		return fmt.Errorf("scan journal: %w", err)
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for ok := it.First(); ok; ok = it.Next() {
		rec, err := readRecord(it.Key(), it.Value())
		if err != nil {
			return fmt.Errorf("log %q, key %x: %w", log, it.Key(), err)
		}
		if more, err := fn(rec); err != nil || !more {
			return err
		}
	}
	if err := it.Error(); err != nil {
		return fmt.Errorf("scan journal: %w", err)
	}
	return nil
}

func readRecord(key, value []byte) (r Record, err error) {
	if _, r.Position, err = readRecordKey(key); err != nil {
		return r, err
	}
	r.Value, err = body(value)
	return r, err
}
