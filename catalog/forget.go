package catalog

import "context"

// forgetBatch is how many records one transaction of ForgetIf deletes.
const forgetBatch = 256

// ForgetIf deletes the records for which gone holds, in transactions of a bounded
// size, so that it does not hold up others; each reads the table from its
// beginning. It ends early with ctx, which is no error.
func (t Table[T]) ForgetIf(ctx context.Context, db *DB, gone func(T) bool) error {
	for ctx.Err() == nil {
		var keys [][]string
		err := db.Update(ctx, func(tx *Tx) error {
			keys = nil
			err := t.Scan(tx, Range{}, func(key []string, v T) (bool, error) {
				if gone(v) {
					keys = append(keys, key)
				}
				return len(keys) < forgetBatch, nil
			})
			for _, k := range keys {
				if err == nil {
					err = t.Delete(tx, k...)
				}
			}
			return err
		})
		if err != nil || len(keys) < forgetBatch {
			return err
		}
	}
	return nil
}
