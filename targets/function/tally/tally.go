package tally

import (
	"time"

	"skywatch/ingest/gather"
	"skywatch/metric"
	"skywatch/targets/function"
)

// Namespace is that of Lambda's metrics.
const Namespace = "AWS/Lambda"

// The figures, by their index in Figures.
const (
	invocations = iota
	errors
	throttles
	concurrent
	duration
	circular
)

// Figures lists the metrics of a function, and of the account. Names, units and
// the dimension are those of "Types of metrics for Lambda functions" (developer
// guide).
func Figures() []gather.Figure {
	count := func(name, means string) gather.Figure {
		return gather.Figure{Name: name, Unit: metric.Count, Means: means}
	}
	return []gather.Figure{
		invocations: count("Invocations", "invocations that ran, whether they failed or not"),
		errors:      count("Errors", "of them, those that failed: 0 or 1 for each, so that the average is the rate"),
		throttles:   count("Throttles", "invocations that did not run for want of concurrency; 0 for each that ran"),
		concurrent:  count("ConcurrentExecutions", "how many ran when an invocation began, itself included"),
		duration:    {Name: "Duration", Unit: metric.Milliseconds, Spread: true, Means: "how long the function's code ran"},
		circular:    count("RecursiveInvocationsDropped", "invocations that did not run since they ran in a circle"),
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
		Of: "functions", Namespace: Namespace, Figures: Figures(), SeriesOf: seriesOf,
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
