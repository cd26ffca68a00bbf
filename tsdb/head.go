package tsdb

import (
	"sort"

	"skywatch/metric"
)

// delta is what the head holds of one series: only what is not yet in Pebble.
// The coarser tiers are made from the minutes when they are read or sealed.
type delta struct {
	// Both are sorted by start, then unit. High-resolution samples are in
	// both, the others only in minutes.
	seconds, minutes []metric.Datapoint
	// raw is what a raw series has instead, sorted by time, each time once.
	raw []metric.RawSample
}

func (d *delta) empty() bool { return len(d.minutes) == 0 && len(d.raw) == 0 }

// fold adds a sample and returns how many bytes of memory that took, roughly.
func (d *delta) fold(s *metric.Sample) (grown int) {
	if s.HighResolution {
		d.seconds, grown = foldInto(d.seconds, s, metric.Second)
	}
	var n int
	d.minutes, n = foldInto(d.minutes, s, metric.Minute)
	return grown + n
}

// Rough sizes in memory, for the budget.
const (
	cellBytes   = 80 // a metric.Datapoint and the room its slice grows by
	sketchBytes = 96
	pairBytes   = 16
)

func foldInto(col []metric.Datapoint, s *metric.Sample, p metric.Period) ([]metric.Datapoint, int) {
	i, found := locate(col, s.Time.Floor(p), s.Unit)
	if found {
		return col, foldSample(&col[i], s)
	}
	d := s.Datapoint(p)
	col = append(col, d)
	if i < len(col)-1 {
		copy(col[i+1:], col[i:])
		col[i] = d
	}
	if d.Distribution != nil {
		return col, cellBytes + sketchBytes + pairBytes*len(s.Values)
	}
	return col, cellBytes
}

// locate returns where the period and unit are, or belong. The newest is
// asked for first.
func locate(col []metric.Datapoint, start metric.Instant, unit metric.Unit) (i int, found bool) {
	before := func(i int) bool {
		return col[i].Start < start || col[i].Start == start && col[i].Unit < unit
	}
	n := len(col)
	if n == 0 || before(n-1) {
		return n, false
	}
	if col[n-1].Start == start && col[n-1].Unit == unit {
		return n - 1, true
	}
	i = sort.Search(n, func(i int) bool { return !before(i) })
	return i, col[i].Start == start && col[i].Unit == unit
}

// foldSample adds a sample to its period.
func foldSample(d *metric.Datapoint, s *metric.Sample) (grown int) {
	if d.Distribution == nil {
		sum := d.Set.Merge(s.Set)
		if !s.Incomplete && len(s.Values) == 0 && sum.Degenerate() {
			d.Set = sum // still one value: no distribution is needed
			return 0
		}
		grown = sketchBytes
	}
	dist := d.Values()
	s.Distribution(dist)
	d.Distribution, d.Set = dist, d.Set.Merge(s.Set)
	return grown + pairBytes*max(1, len(s.Values))
}

// window returns the datapoints that start in [from, to).
func window(col []metric.Datapoint, from, to metric.Instant) []metric.Datapoint {
	i := sort.Search(len(col), func(i int) bool { return col[i].Start >= from })
	j := sort.Search(len(col), func(j int) bool { return col[j].Start >= to })
	return col[i:max(i, j)]
}
