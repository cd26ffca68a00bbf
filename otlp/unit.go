package otlp

import (
	"strings"

	"skywatch/metric"
)

// units are CloudWatch's units by UCUM's names for the same.
var units = map[string]metric.Unit{
	"s": metric.Seconds, "ms": metric.Milliseconds, "us": metric.Microseconds,
	"By": metric.Bytes, "kBy": metric.Kilobytes, "MBy": metric.Megabytes, "GBy": metric.Gigabytes, "TBy": metric.Terabytes,
	"bit": metric.Bits, "kbit": metric.Kilobits, "Mbit": metric.Megabits, "Gbit": metric.Gigabits, "Tbit": metric.Terabits,
	"%":    metric.Percent,
	"By/s": metric.BytesPerSecond, "kBy/s": metric.KilobytesPerSecond, "MBy/s": metric.MegabytesPerSecond, "GBy/s": metric.GigabytesPerSecond, "TBy/s": metric.TerabytesPerSecond,
	"bit/s": metric.BitsPerSecond, "kbit/s": metric.KilobitsPerSecond, "Mbit/s": metric.MegabitsPerSecond, "Gbit/s": metric.GigabitsPerSecond, "Tbit/s": metric.TerabitsPerSecond,
	"1/s": metric.CountPerSecond,
}

// unitOf is CloudWatch's unit for one of UCUM, None where there is no equal one. A
// word in braces is what is counted ("{request}").
func unitOf(ucum string) metric.Unit {
	if u, ok := units[ucum]; ok {
		return u
	}
	of, per, rate := strings.Cut(ucum, "/")
	switch {
	case !strings.HasPrefix(of, "{") || !strings.HasSuffix(of, "}"):
		return metric.None
	case !rate:
		return metric.Count
	case per == "s":
		return metric.CountPerSecond
	}
	return metric.None
}
