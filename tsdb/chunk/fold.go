package chunk

import (
	"cmp"

	"skywatch/metric"
)

// Compare orders datapoints by Start, then Unit.
func Compare(a, b *metric.Datapoint) int {
	if c := cmp.Compare(a.Start, b.Start); c != 0 {
		return c
	}
	return cmp.Compare(a.Unit, b.Unit)
}

// Fold returns the samples of both lists, each sorted and distinct, as one
// list: periods that are in both are merged. It takes both lists over: the
// result keeps their datapoints and changes those of a.
func Fold(a, b []metric.Datapoint) []metric.Datapoint {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	case Compare(&a[len(a)-1], &b[0]) < 0:
		return append(a, b...)
	}
	out := make([]metric.Datapoint, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch c := Compare(&a[0], &b[0]); {
		case c < 0:
			out, a = append(out, a[0]), a[1:]
		case c > 0:
			out, b = append(out, b[0]), b[1:]
		default:
			d := a[0]
			d.Merge(b[0])
			out, a, b = append(out, d), a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// Coarsen folds points, sorted by Start and Unit, into periods of length p.
// The result shares nothing with points.
func Coarsen(p metric.Period, points []metric.Datapoint) []metric.Datapoint {
	var out []metric.Datapoint
	for i := range points {
		d := points[i]
		d.Start = d.Start.Floor(p)
		if at := find(out, &d); at >= 0 {
			out[at].Merge(d)
			continue
		}
		if d.Distribution != nil {
			d.Distribution = d.Distribution.Clone()
		}
		out = insert(out, d)
	}
	return out
}

// find returns the index of d's period and unit among the last period of
// out, or -1. There are a few units at most.
func find(out []metric.Datapoint, d *metric.Datapoint) int {
	for i := len(out) - 1; i >= 0 && out[i].Start == d.Start; i-- {
		if out[i].Unit == d.Unit {
			return i
		}
	}
	return -1
}

// insert adds d, whose Start is none before the last, keeping the units in
// order.
func insert(out []metric.Datapoint, d metric.Datapoint) []metric.Datapoint {
	out = append(out, d)
	for i := len(out) - 1; i > 0 && Compare(&out[i-1], &out[i]) > 0; i-- {
		out[i-1], out[i] = out[i], out[i-1]
	}
	return out
}
