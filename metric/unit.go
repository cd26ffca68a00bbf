package metric

// Unit is the unit of a value, in the order of the API model (cloudwatch.md
// A.3). The number is part of the on-disk format: append only.
type Unit uint8

// The units.
const (
	None Unit = iota
	Seconds
	Microseconds
	Milliseconds
	Bytes
	Kilobytes
	Megabytes
	Gigabytes
	Terabytes
	Bits
	Kilobits
	Megabits
	Gigabits
	Terabits
	Percent
	Count
	BytesPerSecond
	KilobytesPerSecond
	MegabytesPerSecond
	GigabytesPerSecond
	TerabytesPerSecond
	BitsPerSecond
	KilobitsPerSecond
	MegabitsPerSecond
	GigabitsPerSecond
	TerabitsPerSecond
	CountPerSecond
	numUnits
)

var unitNames = [numUnits]string{
	"None",
	"Seconds", "Microseconds", "Milliseconds",
	"Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes",
	"Bits", "Kilobits", "Megabits", "Gigabits", "Terabits",
	"Percent", "Count",
	"Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second",
	"Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second",
	"Count/Second",
}

// String returns AWS's spelling.
func (u Unit) String() string {
	if u < numUnits {
		return unitNames[u]
	}
	return "Unit?"
}

// Valid reports whether u is one of the units.
func (u Unit) Valid() bool { return u < numUnits }

// ParseUnit returns the unit with AWS's spelling s; it is case-sensitive.
func ParseUnit(s string) (Unit, bool) {
	for u, name := range unitNames {
		if name == s {
			return Unit(u), true
		}
	}
	return 0, false
}
