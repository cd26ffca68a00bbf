package query

import (
	"context"

	"skywatch/metric"
)

// Source is the only way out of the time series. *tsdb.DB is one; a cluster
// will be another. A Source never reads a clock: what is too old to be kept is
// decided by Engine from the tier's retention and the instant it is given.
type Source interface {
	// Read calls fn for every datapoint of one metric kept at the given tier
	// (metric.Second, Minute, FiveMinute or Hour) whose period starts in
	// [from, to), in order of start, then unit. The state read is one moment's:
	// a concurrent Append is seen whole or not at all. fn may keep the
	// datapoint. An unknown metric is no error and no datapoints.
	Read(ctx context.Context, id metric.ID, tier metric.Period, from, to metric.Instant, fn func(metric.Datapoint)) error

	// Metrics calls fn for every metric that matches f, in the order of
	// ID.AppendKey's bytes, beginning after the metric with key `after` (nil:
	// at the first), until fn returns false.
	Metrics(ctx context.Context, f metric.Filter, after []byte, fn func(metric.Listing) bool) error
}

// Versioned is a Source that tells of its state by a number.
type Versioned interface {
	// Version grows with everything that is appended: where it is the same, reads
	// see the same.
	Version() uint64
}
