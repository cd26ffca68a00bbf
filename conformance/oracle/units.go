package oracle

import "slices"

// Units returns the 27 standard units, in the order in which GetMetricData
// prefers them when a period holds several (5.3, probed from the real service).
func Units() []string {
	return []string{
		"Megabits", "Terabits", "Gigabits", "Count", "Bytes", "Gigabytes", "Gigabytes/Second", "Kilobytes",
		"Kilobits/Second", "Terabytes", "Terabits/Second", "Bytes/Second", "Percent", "Megabytes",
		"Megabits/Second", "Milliseconds", "Microseconds", "Kilobytes/Second", "Gigabits/Second",
		"Megabytes/Second", "Bits", "Bits/Second", "Count/Second", "Seconds", "Kilobits", "Terabytes/Second",
		"None",
	}
}

func isUnit(unit string) bool { return slices.Contains(Units(), unit) }

func unitOrNone(unit string) string {
	if unit == "" {
		return "None"
	}
	return unit
}
