package metric

import "slices"

// unitChoice is the order in which one unit is chosen where a period has data
// of several and none was asked for. It was recorded from the real service
// (cloudwatch.md 5.3) and follows no rule that we know of.
var unitChoice = [numUnits]Unit{
	Megabits, Terabits, Gigabits, Count, Bytes, Gigabytes, GigabytesPerSecond, Kilobytes, KilobitsPerSecond,
	Terabytes, TerabitsPerSecond, BytesPerSecond, Percent, Megabytes, MegabitsPerSecond, Milliseconds, Microseconds,
	KilobytesPerSecond, GigabitsPerSecond, MegabytesPerSecond, Bits, BitsPerSecond, CountPerSecond, Seconds,
	Kilobits, TerabytesPerSecond, None,
}

// ChosenBefore reports whether u rather than o is chosen where a period has
// data of both and no unit was asked for.
func (u Unit) ChosenBefore(o Unit) bool {
	return slices.Index(unitChoice[:], u) < slices.Index(unitChoice[:], o)
}
