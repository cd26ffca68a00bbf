package tally

import (
	"skywatch/catalog"
	"skywatch/ingest/gather"
	"skywatch/metric"
	"skywatch/scheduler"
	"skywatch/targets"
)

// Namespace is where the metrics are.
const Namespace = "AWS/Scheduler"

// Figures by their index.
const (
	attempts = iota
	targetErrors
	targetThrottles
	dropped
	sentToDLQ
	failedToDLQ
	numFigures
)

// Figures lists the metrics of a group of schedules, and of all schedules. Names,
// units and the dimension are those of "Monitoring Amazon EventBridge Scheduler
// with Amazon CloudWatch" (user guide).
func Figures() []gather.Figure {
	count := func(name, means string) gather.Figure {
		return gather.Figure{Name: name, Unit: metric.Count, Means: means}
	}
	all := [numFigures]gather.Figure{
		attempts:        count("InvocationAttemptCount", "attempts to hand an invocation to its target"),
		targetErrors:    count("TargetErrorCount", "attempts that the target did not take"),
		targetThrottles: count("TargetErrorThrottledCount", "of them, those that ended since the target takes no more for now"),
		dropped:         count("InvocationDroppedCount", "invocations given up"),
		sentToDLQ:       count("InvocationsSentToDeadLetterCount", "invocations given up that went to their dead-letter queue"),
		failedToDLQ:     count("InvocationsFailedToBeSentToDeadLetterCount", "invocations given up that their dead-letter queue did not take"),
	}
	return all[:]
}

// Options are what a Tally works with.
type Options = gather.Options

// Tally counts. It is safe for concurrent use. A place is a group of schedules.
type Tally struct {
	*gather.Sums[scheduler.GroupName]
}

// New returns a Tally; Run makes it write.
func New(o Options) *Tally {
	return &Tally{gather.NewSums(o, gather.Layout[scheduler.GroupName]{
		Of: "schedules", Namespace: Namespace, Figures: Figures(), SeriesOf: seriesOf,
	})}
}

// seriesOf: a group counts for itself and for all schedules.
func seriesOf(n scheduler.GroupName) func(int) []gather.Series {
	all := gather.Series{Tenant: n.Tenant}
	own := all
	own.Dimensions[0] = metric.Dimension{Name: "ScheduleGroup", Value: n.Group}
	return func(int) []gather.Series { return []gather.Series{all, own} }
}

// Attempted hears of an attempt (targets.Options.Attempted).
func (t *Tally) Attempted(d *targets.Delivery, f *targets.Failure) {
	if len(d.Tried) == 0 {
		return
	}
	n, ok := scheduler.GroupOf(d)
	if !ok {
		return
	}
	t.At(n, d.Tried[len(d.Tried)-1].At, func(c *gather.Cell) {
		c.Add(attempts, 1)
		if f == nil {
			return
		}
		c.Add(targetErrors, 1)
		if f.Code == targets.Throttling {
			c.Add(targetThrottles, 1)
		}
	})
}

// Ended hears how a delivery ended (targets.Options.Outcomes).
func (t *Tally) Ended(tx *catalog.Tx, o targets.Outcome) error {
	n, ok := scheduler.GroupOf(&o.Delivery)
	if !ok || o.Err == "" {
		return nil
	}
	tx.After(func() {
		t.At(n, o.At, func(c *gather.Cell) {
			c.Add(dropped, 1)
			if o.Buried {
				c.Add(sentToDLQ, 1)
			}
			if o.LetterErr != "" {
				c.Add(failedToDLQ, 1)
			}
		})
	})
	return nil
}
