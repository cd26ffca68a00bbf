package journal

import (
	"errors"
	"fmt"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// Range says which records of a log are read: those from From on and before
// To, behind After, and from Since on and before Until, where these are set.
// Since and Until need not be positions of records.
type Range struct {
	From, To     time.Time
	After        *Position
	Since, Until *Position
	// Backwards reads the last record first.
	Backwards bool
}

// bounds are the keys of the range.
func (r *Range) bounds(log uint64) (from, to []byte) {
	from, to = logKey(recordKind, log), logKey(recordKind, log+1)
	if !r.From.IsZero() {
		from = numberKey(recordKind, log, r.From.UnixMilli())
	}
	if r.After != nil {
		from = later(from, append(recordKey(log, *r.After), 0))
	}
	if r.Since != nil {
		from = later(from, recordKey(log, *r.Since))
	}
	if !r.To.IsZero() {
		to = numberKey(recordKind, log, r.To.UnixMilli())
	}
	if r.Until != nil {
		if until := recordKey(log, *r.Until); string(until) < string(to) {
			to = until
		}
	}
	return from, to
}

func later(a, b []byte) []byte {
	if string(b) > string(a) {
		return b
	}
	return a
}

// Scan calls fn for the records of a range in order of (time, ID), or against
// it, until it returns false. The record's value is valid during the call only.
// To go on later, remember the Position of the last record and scan after it.
func (db *DB) Scan(log string, r Range, fn func(Record) (bool, error)) (err error) {
	if err := db.enter(); err != nil {
		return err
	}
	defer db.gate.Leave()
	e, err := db.find(log)
	if err != nil {
		return err
	}
	from, to := r.bounds(e.id)
	if string(from) >= string(to) {
		return nil
	}
	it, err := db.p.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: to})
	if err != nil {
		return fmt.Errorf("scan journal: %w", err)
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	first, next := it.First, it.Next
	if r.Backwards {
		first, next = it.Last, it.Prev
	}
	for ok := first(); ok; ok = next() {
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
