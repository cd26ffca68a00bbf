package alarms

import (
	"skywatch/metric"
)

// window holds the recent datapoints of one metric at one tier: for each period
// of the tier one datapoint per unit, whole and folded.
//
// A period only ever gains samples, so of two datapoints of one period and unit
// the fuller one is the newer. Putting is therefore idempotent and needs no
// order: what was read from the store and what was observed meet safely.
type window struct {
	tier    metric.Period
	periods map[metric.Instant][]metric.Datapoint
	// standard holds the minutes of a window by the second: see at. Nil in
	// other windows.
	standard *window
}

func newWindow(tier metric.Period) *window {
	w := &window{tier: tier, periods: map[metric.Instant][]metric.Datapoint{}}
	if tier == metric.Second {
		w.standard = newWindow(metric.Minute)
	}
	return w
}

// at returns the datapoints at t, one per unit. In a window by the second a
// minute of standard resolution stands at its beginning (API model of
// PutMetricAlarm, recorded); where there are data of high resolution in the
// minute, only they are seen (cloudwatch.md 3.5).
func (w *window) at(t metric.Instant) []metric.Datapoint {
	points := w.periods[t]
	if len(points) > 0 || w.standard == nil {
		return points
	}
	if points = w.standard.periods[t]; len(points) > 0 && w.fine(t) {
		return nil
	}
	return points
}

// fine reports whether the minute has data of high resolution.
func (w *window) fine(minute metric.Instant) bool {
	for t := minute; t < minute+metric.Minute.Millis(); t += w.tier.Millis() {
		if len(w.periods[t]) > 0 {
			return true
		}
	}
	return false
}

// put takes a datapoint, which belongs to the window from then on.
func (w *window) put(d metric.Datapoint) {
	units := w.periods[d.Start]
	for i := range units {
		if units[i].Unit == d.Unit {
			if fuller(d.Set, units[i].Set) {
				units[i] = d
			}
			return
		}
	}
	w.periods[d.Start] = append(units, d)
}

// fuller reports whether a holds samples that b does not. A sample of weight 0
// shows only in the extremes.
func fuller(a, b metric.StatisticSet) bool {
	if a.SampleCount != b.SampleCount {
		return a.SampleCount > b.SampleCount
	}
	return a.Minimum < b.Minimum || a.Maximum > b.Maximum
}

// forget drops what starts before t.
func (w *window) forget(t metric.Instant) {
	for start := range w.periods {
		if start < t {
			delete(w.periods, start)
		}
	}
	if w.standard != nil {
		w.standard.forget(t)
	}
}

// slot takes the statistic of the period that begins at start, of one unit or,
// where that is empty, of the unit that is chosen.
func (w *window) slot(start metric.Instant, period metric.Period, stat metric.Statistic, unit string) Slot {
	var units []metric.Datapoint
	for at := start; at < start+period.Millis(); at += w.tier.Millis() {
		for _, p := range w.at(at) {
			if unit == "" || p.Unit.String() == unit {
				units = fold(units, p, stat)
			}
		}
	}
	if len(units) == 0 {
		return Slot{Start: start}
	}
	chosen := units[0]
	for _, u := range units[1:] {
		if u.Unit.ChosenBefore(chosen.Unit) {
			chosen = u
		}
	}
	value, ok := stat.Of(chosen)
	return Slot{Start: start, Present: ok, Value: value, Samples: chosen.Set.SampleCount}
}

// fold adds p to the datapoint of its unit; p stays as it is. The values
// behind the sets are folded only where the statistic asks for them.
func fold(units []metric.Datapoint, p metric.Datapoint, stat metric.Statistic) []metric.Datapoint {
	for i := range units {
		switch {
		case units[i].Unit != p.Unit:
		case stat.Basic():
			units[i].Set = units[i].Set.Merge(p.Set)
			return units
		default:
			units[i].Merge(p)
			return units
		}
	}
	switch {
	case stat.Basic():
		p.Distribution = nil
	case p.Distribution != nil:
		p.Distribution = p.Distribution.Clone()
	}
	return append(units, p)
}
