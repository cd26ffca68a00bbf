package query

import (
	"slices"
	"strings"

	"skywatch/metric"
)

// unitFilter selects one unit, or all where it is not set.
type unitFilter struct {
	only metric.Unit
	set  bool
}

func (f unitFilter) match(u metric.Unit) bool { return !f.set || f.only == u }

// unitNames returns the units in the order of the API model.
func unitNames() []string {
	var names []string
	for u := metric.None + 1; u.Valid(); u++ {
		names = append(names, u.String())
	}
	return append(names, metric.None.String())
}

// chosenUnit returns the position in a period's datapoints of the one that
// GetMetricData takes when no unit is asked for.
func chosenUnit(units []metric.Datapoint) int {
	best := 0
	for i := range units {
		if units[i].Unit.ChosenBefore(units[best].Unit) {
			best = i
		}
	}
	return best
}

// unitSet is a set of units.
type unitSet uint32

func (s *unitSet) add(u metric.Unit) { *s |= 1 << u }

// several reports whether the set holds more than one unit.
func (s unitSet) several() bool { return s&(s-1) != 0 }

// message tells of the units in alphabetical order.
func (s unitSet) message() Message {
	var names []string
	for u := metric.None; u.Valid(); u++ {
		if s&(1<<u) != 0 {
			names = append(names, u.String())
		}
	}
	slices.Sort(names)
	return Message{Code: "MultipleUnits", Value: "Multiple units returned: '[" + strings.Join(names, ", ") + "]'"}
}
