package tally

import (
	"time"

	"skywatch/ingest/gather"
	"skywatch/metric"
	"skywatch/targets/function"
)

// Namespace is that of Lambda's metrics.
const Namespace = "AWS/Lambda"

// place is where something is counted: a function, or with an empty name the
// account.
type place struct {
	metric.Tenant
	function string
	minute   int64 // since the epoch
}

// cell is what is counted at one place.
type cell struct {
	invocations, errors, throttles, concurrent, duration metric.StatisticSet
	// values of the duration, in milliseconds, with how often each was.
	values map[float64]float64
}

func add(s *metric.StatisticSet, v float64) {
	one := metric.Single(v)
	if s.SampleCount > 0 {
		one = s.Merge(one)
	}
	*s = one
}

// count adds an invocation. One that was throttled is none, as in AWS.
func (c *cell) count(i *function.Invoked, concurrent int) {
	if i.Throttled {
		add(&c.throttles, 1)
		return
	}
	failed := 0.0
	if i.Failed {
		failed = 1
	}
	add(&c.invocations, 1)
	add(&c.errors, failed)
	add(&c.throttles, 0)
	add(&c.concurrent, float64(concurrent))
	took := float64(i.Duration) / float64(time.Millisecond)
	add(&c.duration, took)
	if c.values == nil {
		c.values = map[float64]float64{}
	}
	c.values[gather.Rounded(took)]++
}

// samples are the cell as it is written.
func (c *cell) samples(at place) (out []metric.Sample) {
	var dimensions []metric.Dimension
	if at.function != "" {
		dimensions = []metric.Dimension{{Name: "FunctionName", Value: at.function}}
	}
	for _, m := range []struct {
		name string
		unit metric.Unit
		set  metric.StatisticSet
	}{
		{"Invocations", metric.Count, c.invocations},
		{"Errors", metric.Count, c.errors},
		{"Throttles", metric.Count, c.throttles},
		{"ConcurrentExecutions", metric.Count, c.concurrent},
		{"Duration", metric.Milliseconds, c.duration},
	} {
		if m.set.SampleCount == 0 {
			continue
		}
		s := metric.Sample{
			ID:   metric.ID{Tenant: at.Tenant, Namespace: Namespace, Name: m.name, Dimensions: dimensions},
			Time: metric.Instant(at.minute) * metric.Minute.Millis(), Unit: m.unit, Set: m.set,
			Incomplete: m.set.Minimum != m.set.Maximum, // but for what has its values
		}
		if m.name == "Duration" {
			s.Incomplete = false
			for v, n := range c.values {
				s.Values = append(s.Values, metric.Weight{Value: v, Count: n})
			}
		}
		out = append(out, s)
	}
	return out
}
