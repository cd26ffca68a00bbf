package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/cockroachdb/pebble/v2"
)

// Reader reads the catalog at one moment.
type Reader interface {
	// get returns a copy of the value, and whether there is one.
	get(key []byte) ([]byte, bool, error)
	// has reports whether there is a value.
	has(key []byte) (bool, error)
	// each calls fn with the value of each key that there is, in their order.
	// The value is valid during the call only.
	each(keys [][]byte, fn func(i int, value []byte) error) error
	// scan calls fn for the keys in [from, to), backwards if asked, until fn
	// returns false. Key and value are valid during the call only.
	scan(from, to []byte, backwards bool, fn func(key, value []byte) (bool, error)) error
}

// Tx is a transaction: a Reader that sees its own writes.
type Tx struct {
	reader
	b     *pebble.Batch
	atEnd []func() error
	after []func()
	local map[any]any
	// key and value are memory for the write at hand; the batch copies them.
	key, value []byte
}

// AtEnd has f run within the transaction once everything else of it is done,
// in the order of the calls. It is for what a room may do only when the cause
// is finished, and for what is cheaper done once for all of the transaction.
func (tx *Tx) AtEnd(f func() error) { tx.atEnd = append(tx.atEnd, f) }

// Local returns what a room keeps in memory for the length of the transaction
// under a key of a type of its own; begin makes it at the first call.
func Local[T any](tx *Tx, key any, begin func() T) T {
	if v, ok := tx.local[key]; ok {
		return v.(T)
	}
	v := begin()
	if tx.local == nil {
		tx.local = map[any]any{}
	}
	tx.local[key] = v
	return v
}

// finish runs what was left for the end, and what that leaves.
func (tx *Tx) finish() error {
	for len(tx.atEnd) > 0 {
		f := tx.atEnd[0]
		tx.atEnd = tx.atEnd[1:]
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// After has f called once the transaction is on disk, in the order of the
// calls; f must be quick. It is not called if the transaction fails.
func (tx *Tx) After(f func()) { tx.after = append(tx.after, f) }

// Records is how many writes the transaction has made so far.
func (tx *Tx) Records() int { return int(tx.b.Count()) }

func (tx *Tx) set(key, value []byte) error {
	if err := tx.b.Set(key, value, nil); err != nil {
		return fmt.Errorf("write catalog: %w", err)
	}
	return nil
}

func (tx *Tx) delete(key []byte) error {
	if err := tx.b.Delete(key, nil); err != nil {
		return fmt.Errorf("delete from catalog: %w", err)
	}
	return nil
}

// source is what a snapshot and an indexed batch have in common.
type source interface {
	Get(key []byte) ([]byte, io.Closer, error)
	NewIter(*pebble.IterOptions) (*pebble.Iterator, error)
}

type reader struct{ s source }

func (r reader) get(key []byte) ([]byte, bool, error) {
	v, closer, err := r.s.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read catalog: %w", err)
	}
	out := append([]byte(nil), v...)
	return out, true, closer.Close()
}

func (r reader) has(key []byte) (bool, error) {
	_, closer, err := r.s.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read catalog: %w", err)
	}
	return true, closer.Close()
}

func (r reader) each(keys [][]byte, fn func(i int, value []byte) error) (err error) {
	it, err := r.s.NewIter(nil)
	if err != nil {
		return fmt.Errorf("read catalog: %w", err)
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for i, key := range keys {
		if !it.SeekGE(key) || !bytes.Equal(it.Key(), key) {
			continue
		}
		if err := fn(i, it.Value()); err != nil {
			return err
		}
	}
	return it.Error()
}

func (r reader) scan(from, to []byte, backwards bool, fn func(key, value []byte) (bool, error)) (err error) {
	it, err := r.s.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: to})
	if err != nil {
		return fmt.Errorf("scan catalog: %w", err)
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	first, next := it.First, it.Next
	if backwards {
		first, next = it.Last, it.Prev
	}
	for ok := first(); ok; ok = next() {
		more, err := fn(it.Key(), it.Value())
		if err != nil || !more {
			return err
		}
	}
	return it.Error()
}
