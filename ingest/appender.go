package ingest

import (
	"context"

	"skywatch/metric"
)

// Appender is the only way into the time series. *tsdb.DB is one; a cluster
// will be another.
type Appender interface {
	// Append makes the samples durable and visible: when it returns nil they
	// are on disk (fdatasync) and every later read sees them, all of them or,
	// on an error, none. All samples are of one tenant and in normal form. The
	// slice and what it points to belong to the caller again after the return.
	//
	// Watched metrics are told to the Observer after the sync and before
	// Append returns.
	Append(ctx context.Context, samples []metric.Sample) error
}

// BatchAppender is an Appender that knows a batch when it comes again.
type BatchAppender interface {
	Appender
	// AppendOnce is Append, but for a batch that was appended in the last 15
	// minutes: of that nothing is appended, and repeated is true. It is known
	// again after a restart, and a batch that is being appended at the moment is
	// waited for. A batch that failed is not known. The zero id is always new.
	AppendOnce(ctx context.Context, id metric.BatchID, samples []metric.Sample) (repeated bool, err error)
}

// Observer hears of accepted data of watched metrics (see metric.Observation).
// Observe must not block and must not keep the datapoint; an observer that
// cannot take more drops the observation and reads the metric again later.
// It is called by several goroutines at once.
type Observer interface {
	Observe(metric.Observation)
}
