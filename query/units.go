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
// GetMetricData takes when no unit is asked for: the first in an order that was
// recorded from the real service (cloudwatch.md 5.3).
func chosenUnit(units []metric.Datapoint) int {
	best := 0
	for i := range units {
		if unitRank(units[i].Unit) < unitRank(units[best].Unit) {
			best = i
		}
	}
	return best
}

func unitRank(u metric.Unit) int {
	switch u {
	case metric.Megabits:
		return 0
	case metric.Terabits:
		return 1
	case metric.Gigabits:
		return 2
	case metric.Count:
		return 3
	case metric.Bytes:
		return 4
	case metric.Gigabytes:
		return 5
	case metric.GigabytesPerSecond:
		return 6
	case metric.Kilobytes:
		return 7
	case metric.KilobitsPerSecond:
		return 8
	case metric.Terabytes:
		return 9
	case metric.TerabitsPerSecond:
		return 10
	case metric.BytesPerSecond:
		return 11
	case metric.Percent:
		return 12
	case metric.Megabytes:
		return 13
	case metric.MegabitsPerSecond:
		return 14
	case metric.Milliseconds:
		return 15
	case metric.Microseconds:
		return 16
	case metric.KilobytesPerSecond:
		return 17
	case metric.GigabitsPerSecond:
		return 18
	case metric.MegabytesPerSecond:
		return 19
	case metric.Bits:
		return 20
	case metric.BitsPerSecond:
		return 21
	case metric.CountPerSecond:
		return 22
	case metric.Seconds:
		return 23
	case metric.Kilobits:
		return 24
	case metric.TerabytesPerSecond:
		return 25
	default: // None
		return 26
	}
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
