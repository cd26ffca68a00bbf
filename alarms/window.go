package alarms

import (
	"slices"
	"sort"

	"skywatch/metric"
)

// window holds the recent datapoints of one metric at one tier: for each period
// of the tier one datapoint per unit, whole and folded.
//
// A period only ever gains samples, so of two datapoints of one period and unit
// the fuller one is the newer. Putting is therefore idempotent and needs no
// order: what was read from the store and what was observed meet safely.
type window struct {
	tier metric.Period
	// basic says that no statistic asks for the values behind the sets: they are
	// not kept.
	basic  bool
	points []metric.Datapoint // by start, then unit
	// standard holds the minutes of a window by the second: see in. Nil in
	// other windows.
	standard *window
}

func newWindow(tier metric.Period) *window {
	w := &window{tier: tier}
	if tier == metric.Second {
		w.standard = newWindow(metric.Minute)
	}
	return w
}

// keepBasic sets whether the values behind the sets are left out.
func (w *window) keepBasic(yes bool) {
	w.basic = yes
	if w.standard != nil {
		w.standard.keepBasic(yes)
	}
}

// put takes a datapoint, which belongs to the window from then on.
func (w *window) put(d metric.Datapoint) {
	if w.basic {
		d.Distribution = nil
	}
	i, found := w.locate(d.Start, d.Unit)
	switch {
	case !found:
		w.points = slices.Insert(w.points, i, d)
	case fuller(d.Set, w.points[i].Set):
		w.points[i] = d
	case w.points[i].Distribution == nil && !fuller(w.points[i].Set, d.Set):
		w.points[i].Distribution = d.Distribution // which was not kept before
	}
}

// fuller reports whether a holds samples that b does not. A sample of weight 0
// shows only in the extremes.
func fuller(a, b metric.StatisticSet) bool {
	if a.SampleCount != b.SampleCount {
		return a.SampleCount > b.SampleCount
	}
	return a.Minimum < b.Minimum || a.Maximum > b.Maximum
}

// locate returns where the period and unit are, or belong. Most often that is
// at the end.
func (w *window) locate(start metric.Instant, unit metric.Unit) (i int, found bool) {
	i = len(w.points)
	for i > 0 && (w.points[i-1].Start > start || w.points[i-1].Start == start && w.points[i-1].Unit >= unit) {
		i--
	}
	return i, i < len(w.points) && w.points[i].Start == start && w.points[i].Unit == unit
}

// forget drops what starts before t.
func (w *window) forget(t metric.Instant) {
	if n := w.from(t); n > 0 {
		w.points = slices.Delete(w.points, 0, n)
	}
	if w.standard != nil {
		w.standard.forget(t)
	}
}

// from returns the number of datapoints that start before t.
func (w *window) from(t metric.Instant) int {
	if n := len(w.points); n == 0 || w.points[n-1].Start < t {
		return n
	}
	return sort.Search(len(w.points), func(i int) bool { return w.points[i].Start >= t })
}

// between returns the datapoints that start in [from, to).
func (w *window) between(from, to metric.Instant) []metric.Datapoint {
	rest := w.points[w.from(from):]
	for n := range rest {
		if rest[n].Start >= to {
			return rest[:n]
		}
	}
	return rest
}

// in returns the datapoints that a period is folded from. In a window by the
// second a minute of standard resolution stands at its beginning (API model of
// PutMetricAlarm, recorded); where there are data of high resolution in the
// minute, only they are seen (cloudwatch.md 3.5).
func (w *window) in(from, to metric.Instant) []metric.Datapoint {
	points := w.between(from, to)
	if w.standard == nil {
		return points
	}
	minute := (from + metric.Minute.Millis() - 1).Floor(metric.Minute) // a short period has one at most
	if minute >= to || w.fine(minute) {
		return points
	}
	standard := w.standard.between(minute, minute+1)
	return append(slices.Clip(points), standard...)
}

// fine reports whether the minute has data of high resolution.
func (w *window) fine(minute metric.Instant) bool {
	return len(w.between(minute, minute+metric.Minute.Millis())) > 0
}

// slot takes the statistic of the period that begins at start, of one unit or,
// where that is empty, of the unit that is chosen.
func (w *window) slot(start metric.Instant, period metric.Period, stat metric.Statistic, unit string) Slot {
	points := w.in(start, start+period.Millis())
	of, any := choose(points, unit)
	if !any {
		return Slot{Start: start}
	}
	sum := fold(points, of, stat.Basic())
	value, ok := stat.Of(sum)
	return Slot{Start: start, Present: ok, Value: value, Samples: sum.Set.SampleCount}
}

// choose returns the unit that is asked for if there are data of it; of those
// that there are where none is asked for.
func choose(points []metric.Datapoint, asked string) (of metric.Unit, any bool) {
	for i := range points {
		u := points[i].Unit
		switch {
		case asked != "" && u.String() != asked:
		case !any || u != of && u.ChosenBefore(of):
			of, any = u, true
		}
	}
	return of, any
}

// fold adds up the datapoints of a unit, which stay as they are. The values
// behind the sets are folded only where the statistic asks for them.
func fold(points []metric.Datapoint, of metric.Unit, basic bool) (sum metric.Datapoint) {
	first := true
	for _, p := range points {
		switch {
		case p.Unit != of:
		case first && (basic || p.Distribution == nil):
			sum, first = p, false
			sum.Distribution = nil
		case first:
			sum, first = p, false
			sum.Distribution = p.Distribution.Clone()
		case basic:
			sum.Set = sum.Set.Merge(p.Set)
		default:
			sum.Merge(p)
		}
	}
	return sum
}
