package catalog

import (
	"encoding/json"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/durable"
)

// Kept is how much a table holds.
type Kept struct {
	Records int
	Bytes   int64 // keys and values
}

// Check reads everything in the catalog in dir and changes nothing. It knows no
// record's type: a record is well formed if it is JSON, or a row of fields.
func Check(fs vfs.FS, dir string) (tables map[string]Kept, damage []durable.Damage, err error) {
	tables = map[string]Kept{}
	store := durable.Pebble{Name: "catalog", Dir: dir, FS: fs}
	damage, err = store.Inspect(func(p *pebble.DB) error {
		s := p.NewSnapshot()
		defer func() { _ = s.Close() }()
		return reader{s}.scan(nil, []byte{0xff}, false, func(key, value []byte) (bool, error) {
			parts, err := splitKey(key)
			if err != nil || len(parts) == 0 {
				return false, &durable.Damage{File: dir, Offset: -1, What: fmt.Sprintf("key %x: it is no key of a record", key)}
			}
			if !json.Valid(value) && ReadFields(value, func(int, Value) error { return nil }) != nil {
				return false, &durable.Damage{File: dir, Offset: -1, What: fmt.Sprintf("record %s %q: it is neither JSON nor a row of fields", parts[0], parts[1:])}
			}
			t := tables[parts[0]]
			tables[parts[0]] = Kept{t.Records + 1, t.Bytes + int64(len(key)+len(value))}
			return true, nil
		})
	})
	return tables, damage, err
}
