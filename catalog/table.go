package catalog

import (
	"encoding/json"
	"fmt"
)

// Table is a set of records of type T under keys of one or more parts. It is
// a name, not a resource: declare it where the record's type is declared. A
// record is JSON, so that a field can be added without a rewrite, or the form
// of its own that a Record has; the zero value of a new field must mean "as
// before".
type Table[T any] struct{ Name string }

// Get returns the record with the given key.
func (t Table[T]) Get(r Reader, key ...string) (v T, ok bool, err error) {
	b, ok, err := r.get(appendKey(nil, t.Name, key))
	if err != nil || !ok {
		return v, false, err
	}
	if err := decode(b, &v); err != nil {
		return v, false, fmt.Errorf("record %s %q is damaged: %w", t.Name, key, err)
	}
	return v, true, nil
}

// Has reports whether there is a record with the given key.
func (t Table[T]) Has(r Reader, key ...string) (bool, error) {
	return r.has(appendKey(nil, t.Name, key))
}

// GetEach calls fn with the records that have the given keys, and the number of
// the key. It costs less than as many Gets; the more so, the nearer the keys
// are to each other and in order.
func (t Table[T]) GetEach(r Reader, keys [][]string, fn func(i int, v T) error) error {
	at := make([][]byte, len(keys))
	for i, key := range keys {
		at[i] = appendKey(nil, t.Name, key)
	}
	return r.each(at, func(i int, value []byte) error {
		var v T
		if err := decode(value, &v); err != nil {
			return fmt.Errorf("record %s %q is damaged: %w", t.Name, keys[i], err)
		}
		return fn(i, v)
	})
}

// Put writes the record with the given key, over the one that was there.
func (t Table[T]) Put(tx *Tx, v T, key ...string) error {
	at := appendKey(tx.key[:0], t.Name, key)
	tx.key = at
	if r, ok := any(&v).(Record); ok {
		tx.value = r.AppendRecord(tx.value[:0])
		return tx.set(at, tx.value)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode record %s %q: %w", t.Name, key, err)
	}
	return tx.set(at, b)
}

func decode[T any](b []byte, v *T) error {
	if r, ok := any(v).(Record); ok {
		return r.ReadRecord(b)
	}
	return json.Unmarshal(b, v)
}

// Delete removes the record with the given key, if there is one.
func (t Table[T]) Delete(tx *Tx, key ...string) error {
	tx.key = appendKey(tx.key[:0], t.Name, key)
	return tx.delete(tx.key)
}

// Range says which records are meant: those whose keys begin with Prefix,
// those after After where it is set, in order of the keys, or from the last
// one where Backwards is set (After then means before).
type Range struct {
	Prefix    []string
	After     []string // a whole key
	Backwards bool
	// Until, where it is set, is the beginning of keys at which a range that is
	// not read backwards ends. Beyond it lies what costs time to pass, even if
	// it was removed.
	Until []string
}

// of returns the keys of a table that the range takes in, from (included) to
// (excluded).
func (rg *Range) of(table string) (from, to []byte) {
	from = appendKey(nil, table, rg.Prefix)
	to = end(from)
	if rg.After != nil {
		at := appendKey(nil, table, rg.After)
		if rg.Backwards {
			to = at
		} else {
			from = end(at)
		}
	}
	if rg.Until != nil && !rg.Backwards {
		to = appendKey(nil, table, rg.Until)
	}
	return from, to
}

// Scan calls fn for the records of rg until it returns false. fn must not
// write to the table that is scanned beyond the record at hand.
func (t Table[T]) Scan(r Reader, rg Range, fn func(key []string, v T) (bool, error)) error {
	return t.scan(r, rg, func(key []string, value []byte) (bool, error) {
		var v T
		if err := decode(value, &v); err != nil {
			return false, fmt.Errorf("record %s %q is damaged: %w", t.Name, key, err)
		}
		return fn(key, v)
	})
}

// ScanKeys is Scan for those who need no more than the keys.
func (t Table[T]) ScanKeys(r Reader, rg Range, fn func(key []string) (bool, error)) error {
	return t.scan(r, rg, func(key []string, _ []byte) (bool, error) { return fn(key) })
}

func (t Table[T]) scan(r Reader, rg Range, fn func(key []string, value []byte) (bool, error)) error {
	from, to := rg.of(t.Name)
	return r.scan(from, to, rg.Backwards, func(key, value []byte) (bool, error) {
		parts, err := splitKey(key)
		if err != nil {
			return false, err
		}
		return fn(parts[1:], value)
	})
}

// DeleteAll removes the records of a range, however many, in one write. Reading
// past what it removed costs little; so many small deletions would cost much.
func (t Table[T]) DeleteAll(tx *Tx, rg Range) error {
	from, to := rg.of(t.Name)
	if err := tx.b.DeleteRange(from, to, nil); err != nil {
		return fmt.Errorf("delete from catalog: %w", err)
	}
	return nil
}
