package alarms

import (
	"slices"

	"skywatch/metric"
)

// unitOrder is the order in which a unit is chosen where an alarm names none
// and its metric has several in one period: GetMetricData's, which was recorded
// from the real service (cloudwatch.md 5.3). That alarms use it is (inferred).
var unitOrder = []metric.Unit{
	metric.Megabits, metric.Terabits, metric.Gigabits, metric.Count, metric.Bytes, metric.Gigabytes,
	metric.GigabytesPerSecond, metric.Kilobytes, metric.KilobitsPerSecond, metric.Terabytes,
	metric.TerabitsPerSecond, metric.BytesPerSecond, metric.Percent, metric.Megabytes,
	metric.MegabitsPerSecond, metric.Milliseconds, metric.Microseconds, metric.KilobytesPerSecond,
	metric.GigabitsPerSecond, metric.MegabytesPerSecond, metric.Bits, metric.BitsPerSecond,
	metric.CountPerSecond, metric.Seconds, metric.Kilobits, metric.TerabytesPerSecond, metric.None,
}

// preferred reports whether unit a is chosen rather than b.
func preferred(a, b metric.Unit) bool {
	return slices.Index(unitOrder, a) < slices.Index(unitOrder, b)
}
