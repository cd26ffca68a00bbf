package catalog

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/cockroachdb/pebble/v2"
)

// What belongs to an account is told by its key: the first part of it that is an
// account's number, or an ARN of that account, says so. Every room keys its records
// that way, with nothing in front but times and names of its own choice; or by the
// ID that another record of the account has, alone or with a dot and more behind it.

// AccountOf returns the account that a record belongs to by its key; empty: none
// that the key tells.
func AccountOf(key []string) string {
	for _, part := range key {
		if isAccount(part) {
			return part
		}
		if strings.HasPrefix(part, "arn:") {
			if f := strings.SplitN(part, ":", 6); len(f) == 6 && isAccount(f[4]) {
				return f[4]
			}
		}
	}
	return ""
}

// isAccount reports whether a part is the twelve digits of an account. Times and
// numbers are longer (TimePart, NumberPart).
func isAccount(part string) bool {
	return len(part) == 12 && strings.Trim(part, "0123456789") == ""
}

// Each calls fn for every record, in order of table and key, until it fails.
func (db *DB) Each(fn func(table string, key []string, value []byte) error) error {
	return db.View(func(r Reader) error {
		return r.scan(nil, []byte{0xff}, false, func(key, value []byte) (bool, error) {
			parts, err := splitKey(key)
			if err == nil {
				err = fn(parts[0], parts[1:], value)
			}
			return err == nil, err
		})
	})
}

// forgetAtOnce is how many records one transaction of DeleteAccount deletes.
const forgetAtOnce = 1000

// DeleteAccount deletes all records of an account and returns how many there were.
// Nobody may work with them meanwhile: what rooms have in memory is not told.
func (db *DB) DeleteAccount(ctx context.Context, account string) (n int, err error) {
	ids := map[string]bool{}
	own := func(key []string, value []byte) bool {
		if AccountOf(key) != account {
			return false
		}
		if id := identity(value); id != "" {
			ids[id] = true
		}
		return true
	}
	hung := func(key []string, _ []byte) bool {
		for _, part := range key {
			if id, _, _ := strings.Cut(part, "."); ids[id] {
				return AccountOf(key) == ""
			}
		}
		return false
	}
	for _, belongs := range []func([]string, []byte) bool{own, hung} {
		some, err := db.deleteIf(ctx, belongs)
		if n += some; err != nil {
			return n, err
		}
	}
	return n, nil
}

// identity is the ID that a record has.
func identity(value []byte) string {
	var named struct{ ID string }
	if len(value) == 0 || value[0] != '{' || json.Unmarshal(value, &named) != nil {
		return ""
	}
	return named.ID
}

func (db *DB) deleteIf(ctx context.Context, belongs func(key []string, value []byte) bool) (n int, err error) {
	var gone [][]byte
	err = db.Each(func(table string, key []string, value []byte) error {
		if belongs(key, value) {
			gone = append(gone, appendKey(nil, table, key))
		}
		return nil
	})
	for ; err == nil && len(gone) > 0; gone = gone[min(len(gone), forgetAtOnce):] {
		some := gone[:min(len(gone), forgetAtOnce)]
		err = db.Update(ctx, func(tx *Tx) error {
			for _, key := range some {
				if err := tx.b.Delete(key, (*pebble.WriteOptions)(nil)); err != nil {
					return err
				}
			}
			return nil
		})
		n += len(some)
	}
	return n, err
}
