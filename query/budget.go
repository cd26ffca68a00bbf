package query

import (
	"context"
	"errors"
	"fmt"
	"time"

	"skywatch/internal/fault"
)

// Limits are what one request may ask for; a zero value is the default.
type Limits struct {
	// Searched is how many metrics a SEARCH finds; CloudWatch's 500.
	Searched int
	// Scanned is how many metrics a Metrics Insights query reads, and Groups how
	// many results it has; CloudWatch's 10,000 and 500.
	Scanned, Groups int
	// Values is how many values a request with expressions may hold at once, of 8
	// bytes each; 33,554,432.
	Values int
	// Reads is how many metrics a request may read, and Datapoints how many stored
	// datapoints; 100,000 and 100,000,000.
	Reads, Datapoints int
	// Time is how long a request may take; a minute.
	Time time.Duration
}

func (l Limits) withDefaults() Limits {
	for _, d := range []struct {
		of    *int
		value int
	}{
		{&l.Searched, maxSearched},
		{&l.Scanned, maxScanned},
		{&l.Groups, maxGroups},
		{&l.Values, 32 << 20},
		{&l.Reads, 100_000},
		{&l.Datapoints, 100_000_000},
	} {
		if *d.of == 0 {
			*d.of = d.value
		}
	}
	if l.Time == 0 {
		l.Time = time.Minute
	}
	return l
}

// budget is what one request has used of its limits. It is the request's alone.
type budget struct {
	limits                    Limits
	values, reads, datapoints int
}

// over is the fault of a request that needs more than its limit of something; it
// says what, how much there may be, and what to do.
func over(what string, limit any) error {
	return fault.New(fault.Validation, "The request needs more than %v %s, which is its limit: ask for fewer metrics, a shorter range or a longer period.", limit, what).On("MetricDataQueries")
}

func (b *budget) value(n int) error {
	if b.values += n; b.values > b.limits.Values {
		return over("values in memory", b.limits.Values)
	}
	return nil
}

func (b *budget) read() error {
	if b.reads++; b.reads > b.limits.Reads {
		return over("reads of metrics", b.limits.Reads)
	}
	return nil
}

func (b *budget) datapoint() error {
	if b.datapoints++; b.datapoints > b.limits.Datapoints {
		return over("datapoints from the store", b.limits.Datapoints)
	}
	return nil
}

// errTime is the cause of the end of a request that took too long.
var errTime = errors.New("the request took longer than it may")

// timed gives a request its time.
func (l Limits) timed(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, l.Time, errTime)
}

// late turns the error of a request that its time ended into the fault that says
// so.
func (l Limits) late(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), errTime) {
		return over("of time", l.Time)
	}
	return err
}

// String tells what was used, for logs.
func (b *budget) String() string {
	return fmt.Sprintf("%d reads of metrics, %d datapoints, %d values", b.reads, b.datapoints, b.values)
}
