package catalog

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Aging is a Table whose records are kept for a while. Beside it is a table
// with an entry for the time of each record, so that old ones are found without
// a search.
type Aging[T any] struct {
	Table[T]
	Ages Table[struct{}] // the time, and the record's key
	At   func(*T) time.Time
}

// Put writes the record with the given key, over the one that was there.
func (a Aging[T]) Put(tx *Tx, v T, key ...string) error {
	if err := a.Table.Put(tx, v, key...); err != nil {
		return err
	}
	return a.Ages.Put(tx, struct{}{}, append([]string{TimePart(a.At(&v))}, key...)...)
}

// forgetChunk is how many records one transaction forgets: few enough not to
// keep others waiting.
const forgetChunk = 500

// Forget deletes the records of a time and of those before it.
func (a Aging[T]) Forget(ctx context.Context, db *DB, until time.Time) error {
	last := TimePart(until)
	for more := true; more; {
		err := db.Update(ctx, func(tx *Tx) error {
			var old [][]string
			err := a.Ages.ScanKeys(tx, Range{}, func(key []string) (bool, error) {
				if key[0] > last {
					return false, nil
				}
				old = append(old, slices.Clone(key))
				return len(old) < forgetChunk, nil
			})
			more = len(old) == forgetChunk
			for _, key := range old {
				err = errors.Join(err, a.forget(tx, key))
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// forget deletes an entry of Ages and its record, unless that is younger: it
// was written again.
func (a Aging[T]) forget(tx *Tx, key []string) error {
	if err := a.Ages.Delete(tx, key...); err != nil {
		return err
	}
	v, ok, err := a.Get(tx, key[1:]...)
	if err != nil || !ok || TimePart(a.At(&v)) != key[0] {
		return err
	}
	return a.Delete(tx, key[1:]...)
}
