package journal

import "context"

// Compacted writes all tables anew, as the store does in its time, and returns
// their bytes.
func (db *DB) Compacted(ctx context.Context) (int64, error) {
	if err := db.p.Flush(); err != nil {
		return 0, err
	}
	if err := db.p.Compact(ctx, []byte{0}, []byte{0xff}, false); err != nil {
		return 0, err
	}
	total := db.p.Metrics().Total()
	return total.TablesSize, nil
}
