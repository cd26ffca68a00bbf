package alarm

import (
	"strings"
	"time"

	"skywatch/conformance/oracle"
)

// Source answers what a slot holds; false where it has no data.
type Source func(start time.Time) (Point, bool)

// Backtest is what the alarm would have decided at every instant of the range,
// each datum having arrived at its timestamp (design, section 1). A slot counts
// when its end is not after the instant, so that all its data had arrived.
func Backtest(d Definition, source Source, start, end time.Time, initial State) []Verdict {
	state := initial
	var all []Verdict
	for _, at := range d.Instants(start, end) {
		v := Evaluate(d, source, at, state)
		state = v.State
		all = append(all, v)
	}
	return all
}

// Evaluate decides at one instant: the range's slots end at the instant and
// slide with it (12.1).
func Evaluate(d Definition, source Source, at time.Time, before State) Verdict {
	var slots []Slot
	for k := d.Range(); k >= 1; k-- {
		slot := Slot{Start: at.Add(-time.Duration(k) * d.period())}
		if p, ok := source(slot.Start); ok {
			slot.Point = &p
		}
		slots = append(slots, slot)
	}
	v := Decide(d, slots, before)
	v.At = at
	return v
}

// From reads the slots of the definition from a model of the store.
func From(m *oracle.Model, tenant oracle.Tenant, d Definition) Source {
	stat := oracle.MetricStat{Metric: d.Metric, Period: d.Period, Stat: d.Statistic, Unit: d.Unit}
	return func(start time.Time) (Point, bool) {
		r, ok := m.Read(tenant, stat, start)
		return Point{Value: r.Value.Exact, Count: r.Count, Doubtful: d.doubtful(r.Value)}, ok
	}
}

// doubtful reports whether the readings of a statistic, or the rounding of one
// that is not exact in float arithmetic, lie on both sides of the threshold.
// Percentiles are values that were put.
func (d Definition) doubtful(a oracle.Answer) bool {
	if a.Low == a.High && (!a.Distribution || strings.HasPrefix(d.Statistic, "p")) {
		return false
	}
	return d.breaching(a.Low-a.Slack) != d.breaching(a.High+a.Slack)
}

// Remember asks a source once for every slot: the store does not change while
// the alarm is back-tested.
func Remember(source Source) Source {
	type answer struct {
		point Point
		ok    bool
	}
	known := make(map[time.Time]answer)
	return func(start time.Time) (Point, bool) {
		a, asked := known[start]
		if !asked {
			a.point, a.ok = source(start)
			known[start] = a
		}
		return a.point, a.ok
	}
}

// Transitions are the verdicts that changed the state.
func Transitions(all []Verdict) []Verdict {
	var changes []Verdict
	for _, v := range all {
		if v.State != v.Before {
			changes = append(changes, v)
		}
	}
	return changes
}
