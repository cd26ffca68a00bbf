package tsdb

import (
	"context"

	"skywatch/metric"
)

// listPage is how many series are taken from the index at a time.
const listPage = 1024

// Metrics calls fn for the metrics that exist (query.Source). A metric that is
// made or vanishes meanwhile may be in the list or not.
func (db *DB) Metrics(ctx context.Context, f metric.Filter, after []byte, fn func(metric.Listing) bool) error {
	if db.stopped() {
		return ErrClosed
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		page := db.index.List(&f, after, listPage)
		for _, s := range page {
			if !fn(metric.Listing{ID: s.Metric, LastDatum: s.LastDatum()}) {
				return nil
			}
		}
		if len(page) < listPage {
			return nil
		}
		after = []byte(page[len(page)-1].Key)
	}
}
