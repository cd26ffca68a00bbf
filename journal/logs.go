package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"
)

// load reads which logs there are and what they hold.
func (db *DB) load() error {
	names := map[uint64]*entry{}
	err := db.visit([]byte{stateKind}, []byte{recordKind}, func(key, value []byte) error {
		n, err := readNumber(value)
		switch {
		case err != nil:
			return err
		case key[0] == stateKind:
			db.nextID = n
		default:
			e := &entry{id: n}
			names[n], db.logs[string(key[1:])] = e, e
		}
		return nil
	})
	if err != nil {
		return err
	}
	return db.visit([]byte{bucketKind}, []byte{bucketKind + 1}, func(key, value []byte) error {
		id, _, err := readBucketKey(key)
		if err != nil {
			return err
		}
		size, err := readSize(value)
		if err != nil {
			return err
		}
		e := names[id]
		if e == nil {
			return fmt.Errorf("%w: bucket of log %d, which is not there", errBadKey, id)
		}
		e.size = e.size.plus(size)
		return nil
	})
}

// visit calls fn for the keys in [from, to).
func (db *DB) visit(from, to []byte, fn func(key, value []byte) error) (err error) {
	it, err := db.p.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: to})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for ok := it.First(); ok; ok = it.Next() {
		if err := fn(it.Key(), it.Value()); err != nil {
			return err
		}
	}
	return it.Error()
}

// Create makes a log; one that is there stays as it is.
func (db *DB) Create(ctx context.Context, name string) error {
	return db.change(ctx, func(b *pebble.Batch) (func(), error) {
		if _, err := db.find(name); err == nil {
			return nil, nil
		}
		id := db.nextID
		err := errors.Join(
			b.Set(append([]byte{nameKind}, name...), appendNumber(nil, id), nil),
			b.Set([]byte{stateKind}, appendNumber(nil, id+1), nil),
		)
		return func() { db.logs[name], db.nextID = &entry{id: id}, id+1 }, err
	})
}

// Delete drops logs with all their records; one that is not there is dropped
// already. It does not take longer for a long log.
func (db *DB) Delete(ctx context.Context, names ...string) error {
	return db.change(ctx, func(b *pebble.Batch) (func(), error) {
		for _, name := range names {
			e, err := db.find(name)
			if err != nil {
				continue // nothing to do
			}
			err = errors.Join(
				b.Delete(append([]byte{nameKind}, name...), nil),
				b.DeleteRange(logKey(recordKind, e.id), logKey(recordKind, e.id+1), nil),
				b.DeleteRange(logKey(bucketKind, e.id), logKey(bucketKind, e.id+1), nil),
			)
			if err != nil {
				return nil, err
			}
		}
		return func() {
			for _, name := range names {
				delete(db.logs, name)
			}
		}, nil
	})
}

// Logs returns the names of all logs, in order.
func (db *DB) Logs() []string {
	db.mu.Lock()
	defer db.mu.Unlock()
	names := make([]string, 0, len(db.logs))
	for name := range db.logs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Size returns what a log holds.
func (db *DB) Size(name string) (Size, error) {
	e, err := db.find(name)
	return e.size, err
}

// Stats are figures of the whole journal.
type Stats struct {
	Logs int
	Size
	// DiskBytes is what the files take.
	DiskBytes int64
}

// Stats returns the figures.
func (db *DB) Stats() Stats {
	if db.enter() != nil {
		return Stats{}
	}
	defer db.gate.Leave()
	s := Stats{DiskBytes: int64(db.p.Metrics().DiskSpaceUsage())}
	db.mu.Lock()
	defer db.mu.Unlock()
	s.Logs = len(db.logs)
	for _, e := range db.logs {
		s.Size = s.plus(e.size)
	}
	return s
}
