package tally

import (
	"time"

	"skywatch/ingest/gather"
	"skywatch/metric"
	"skywatch/targets/function"
)

// Namespace is that of Lambda's metrics.
const Namespace = "AWS/Lambda"

// The figures, by their index in figures.
const (
	invocations = iota
	errors
	throttles
	concurrent
	duration
	circular
)

func figures() []gather.Figure {
	return []gather.Figure{
		invocations: {Name: "Invocations", Unit: metric.Count}, errors: {Name: "Errors", Unit: metric.Count},
		throttles: {Name: "Throttles", Unit: metric.Count}, concurrent: {Name: "ConcurrentExecutions", Unit: metric.Count},
		duration: {Name: "Duration", Unit: metric.Milliseconds, Spread: true},
		circular: {Name: "RecursiveInvocationsDropped", Unit: metric.Count},
	}
}

// Options are what a Tally works with.
type Options = gather.Options

// Tally counts. It is safe for concurrent use. A place is a function, or with an
// empty name the account.
type Tally struct{ *gather.Sums[function.Name] }

// New returns a Tally; Run makes it write.
func New(o Options) *Tally {
	return &Tally{gather.NewSums(o, gather.Layout[function.Name]{
		Of: "functions", Namespace: Namespace, Figures: figures(), SeriesOf: seriesOf,
	})}
}

func seriesOf(n function.Name) func(int) []gather.Series {
	s := gather.Series{Tenant: n.Tenant}
	if n.Function != "" {
		s.Dimensions[0] = metric.Dimension{Name: "FunctionName", Value: n.Function}
	}
	return func(int) []gather.Series { return []gather.Series{s} }
}

// Count counts an invocation for its function and for the account.
func (t *Tally) Count(i function.Invoked) {
	t.At(i.Name, i.At, func(c *gather.Cell) { count(c, &i, i.Concurrent) })
	t.At(function.Name{Tenant: i.Tenant}, i.At, func(c *gather.Cell) { count(c, &i, i.ConcurrentOverAll) })
}

// count adds an invocation. One that did not run is none, as in AWS.
func count(c *gather.Cell, i *function.Invoked, running int) {
	switch {
	case i.Throttled:
		c.Add(throttles, 1)
		return
	case i.Circular:
		c.Add(circular, 1)
		return
	}
	failed := 0.0
	if i.Failed {
		failed = 1
	}
	c.Add(invocations, 1)
	c.Add(errors, failed)
	c.Add(throttles, 0)
	c.Add(concurrent, float64(running))
	c.Add(duration, float64(i.Duration)/float64(time.Millisecond))
}
